import type { Text } from '../audit/text.ts';
import { inlineText } from './inline-text.ts';
import type { Lookup } from './lookup.ts';

/** At most `limit` characters, cut between words; what was cut is said by an ellipsis. */
export function clampWords(text: string, limit: number): string {
  // No more of it is looked at than could be printed: a text from data may be a megabyte long.
  const characters = Array.from(text.slice(0, 2 * limit + 2));
  if (characters.length <= limit) return text;
  const cut = characters.slice(0, Math.max(1, limit - 1)).join('');
  const words = cut.replace(/[\s.,;:]+\S*$/u, '');
  // A single long word is cut anywhere.
  return `${words.length >= cut.length / 2 ? words : cut}…`;
}

/** A sentence of at most `limit` characters as printed; numbers and code are kept whole or left out. */
export function clampText(text: Text, limit: number, lookup: Lookup): Text {
  const kept: Text[number][] = [];
  let room = limit;
  for (const piece of text) {
    const length = inlineText([piece], lookup).length;
    if (length > room) {
      const part = typeof piece === 'string' && room > 1 ? clampWords(piece, room) : '…';
      return [...kept, part];
    }
    kept.push(piece);
    room -= length;
  }
  return text;
}

/** Items set in a row with ` · `: those that fit whole. */
export function clampItems(items: Text, limit: number, lookup: Lookup): Text {
  const clamped = clampText(items, limit, lookup);
  const at = clamped.findLastIndex((piece) => typeof piece === 'string' && piece.includes(' · '));
  const piece = clamped[at];
  if (clamped === items || typeof piece !== 'string') return clamped;
  return [...clamped.slice(0, at), piece.slice(0, piece.lastIndexOf(' · '))];
}

/** Sentences set in a row with separators need no full stop. */
export function withoutStop(text: Text): Text {
  const last = text.at(-1);
  return typeof last === 'string' ? [...text.slice(0, -1), last.replace(/\.\s*$/, '')] : text;
}
