import { isolated } from '../../audit/right-to-left.ts';
import { visibleText } from '../../audit/visible-text.ts';

/** Tokens that GitHub turns into links, mentions or references by itself; escapes do not stop it, code does. */
const AUTOLINKED =
  /(?:[a-z][a-z0-9+.-]{1,30}:\/\/|www\.|mailto:|xmpp:)[^\s`|]*|[^\s`|@()[\]<>]*@[^\s`|@]+|(?<![\w&])#\d+\b/giu;
/** Before and after a name from right to left: seen in the text, and no character that hides in it. */
const MARKS = ['&#x2068;', '&#x2069;'] as const;
/** Parentheses are harmless once the brackets before them are escaped, and people read them often. */
const SPECIAL = /[\\`*_[\]<>#|~&$@^]/g;

/**
 * Text from data as inline Markdown: one line, no markup of its own, no links. What a renderer would link by itself is
 * set as code.
 */
export function escapeMarkdown(text: string): string {
  const line = visibleText(text).replace(/\s*[\r\n\t]+\s*/g, ' ');
  let out = '';
  let from = 0;
  for (const match of line.matchAll(AUTOLINKED)) {
    out += `${escapePlain(line.slice(from, match.index))}\`${match[0]}\``;
    from = match.index + match[0].length;
  }
  return out + escapePlain(line.slice(from));
}

function escapePlain(text: string): string {
  return isolated(text.replace(SPECIAL, '\\$&'), MARKS);
}

/** Escaped text where a line begins: what would open a list, a heading, a rule or indented code is disarmed too. */
export function atLineStart(markdown: string): string {
  return markdown
    .trim()
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/^[-+=:]/, '\\$&');
}

/** A code span for any text; in a table cell the pipe needs a backslash even in code. */
export function codeSpan(text: string, cell = false): string {
  const line = visibleText(text)
    .replace(/\s*[\r\n\t]+\s*/g, ' ')
    .trim();
  if (line === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  const body = cell ? line.replaceAll('|', '\\|') : line;
  const [before, after] = isolated(body) === body ? ['', ''] : MARKS;
  return `${before}${fence}${pad}${body}${pad}${fence}${after}`;
}

/** A fenced block that nothing in the text can close. */
export function codeBlock(text: string, language: string): string {
  const body = text
    .split(/\r\n|[\r\n]/)
    .map(visibleText)
    .join('\n');
  const longest = Math.max(2, ...(body.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language.replace(/[^a-z0-9]/gi, '')}\n${body}\n${fence}`;
}
