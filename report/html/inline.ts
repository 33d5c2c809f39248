import type { Text } from '../../audit/text.ts';
import { escapeXml } from '../charts/svg.ts';
import { figureWords, type Lookup } from '../lookup.ts';
import { safeHtml, type SafeHtml } from './safe-html.ts';

/** A sentence as HTML: data escaped, numbers written by the one formatter, reasons where there is no number. */
export function inlineHtml(text: Text, lookup: Lookup): SafeHtml {
  return safeHtml(text.map((piece) => inlinePiece(piece, lookup)).join(''));
}

function inlinePiece(piece: Text[number], lookup: Lookup): string {
  if (typeof piece === 'string') return escapeXml(piece);
  if ('code' in piece) return `<code>${escapeXml(piece.code)}</code>`;
  if ('strong' in piece) return `<strong>${escapeXml(piece.strong)}</strong>`;
  const figure = lookup.figure(piece.figure);
  const words = escapeXml(figureWords(figure, lookup));
  return figure.value === null
    ? `<span class="missing">${words}</span>`
    : `<span class="figure">${words}</span>`;
}

/** Longer ones are wider than a column: they break, wherever they must. */
const WHOLE_LENGTH = 40;

/**
 * Code as HTML. A browser breaks lines at blanks and after hyphens, and what is copied from a PDF has a line end there: a
 * time or text in quotes would be another one. So quoted texts and words with a hyphen stay in one line.
 */
export function codeHtml(text: string): SafeHtml {
  const pieces = text.split(/('(?:[^'\n]|'')*'|[^\s']*-[^\s']*)/);
  const html = pieces.map((piece, index) =>
    index % 2 === 1 && piece.length <= WHOLE_LENGTH && /[\s-]/.test(piece)
      ? `<span class="whole">${escapeXml(piece)}</span>`
      : escapeXml(piece),
  );
  return safeHtml(html.join(''));
}

export function isEmpty(text: Text): boolean {
  return text.every((piece) => piece === '');
}
