import type { Edition, Report } from '../../audit/report.ts';
import { clampWords } from '../clamp-text.ts';
import { exchangesOf, shortHash, shortWindow } from '../words.ts';

export interface RunningHead {
  readonly name: string;
  readonly head: string;
}

/** What would not fit beside the other box of its line would leave the page. The first page has the whole name. */
const LONGEST_NAME = 36;
const LONGEST_HEAD = 76;

/**
 * Page boxes of the printed report: head with section and bot, foot with window, revision and page n of N. All words in
 * them are data to the style sheet, so each character that is not a plain letter, digit or space is written as an escape.
 */
export function pageRules(report: Report, edition: Edition, heads: readonly RunningHead[]): string {
  const period = shortWindow(report.window);
  const bot = clampWords(report.bot.name, LONGEST_NAME);
  const foot = `${bot} · ${period} · revision ${String(edition.revision)} · sha256 ${shortHash(edition.reportHash)}`;
  const front = `${bot} · ${report.bot.environment} · ${exchangesOf(report)}`;
  const rules = [
    `@page { @bottom-left { content: ${cssString(foot)} } @bottom-right { content: counter(page) " of " counter(pages) } }`,
    `@page front { @top-left { content: ${cssString(report.kindTitle)} } @top-right { content: ${cssString(front)} } }`,
    ...heads.map(
      ({ name, head }) =>
        `@page ${name} { @top-left { content: ${cssString(clampWords(head, LONGEST_HEAD))} } @top-right { content: ${cssString(`${bot} · ${period}`)} } }\n.${name} { page: ${name} }`,
    ),
  ];
  return rules.join('\n');
}

/** A CSS string that nothing in it can end: neither the string nor the style element. */
export function cssString(text: string): string {
  const body = Array.from(text.toWellFormed(), (character) =>
    /[A-Za-z0-9 ]/.test(character) ? character : `\\${(character.codePointAt(0) ?? 0xfffd).toString(16)} `,
  );
  return `"${body.join('').replaceAll('\\0 ', '\\fffd ')}"`;
}
