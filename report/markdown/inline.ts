import type { Text } from '../../audit/text.ts';
import { figureWords, type Lookup } from '../lookup.ts';
import { atLineStart, codeSpan, escapeMarkdown } from './escape.ts';

/** A sentence as inline Markdown. */
export function inlineMarkdown(text: Text, lookup: Lookup, cell = false): string {
  return text.map((piece) => inlinePiece(piece, lookup, cell)).join('');
}

/** A sentence that stands at the beginning of a line. */
export function paragraphMarkdown(text: Text, lookup: Lookup): string {
  return atLineStart(inlineMarkdown(text, lookup));
}

function inlinePiece(piece: Text[number], lookup: Lookup, cell: boolean): string {
  if (typeof piece === 'string') return escapeMarkdown(piece);
  if ('code' in piece) return codeSpan(piece.code, cell);
  if ('strong' in piece) return bold(escapeMarkdown(piece.strong));
  return escapeMarkdown(figureWords(lookup.figure(piece.figure), lookup));
}

/** Bold only when there is something to embolden: `****` would be a rule. */
export function bold(markdown: string): string {
  const inner = markdown.trim();
  return inner === '' ? '' : `**${inner}**`;
}
