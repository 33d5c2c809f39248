import type { Text } from '../audit/text.ts';
import { figureWords, type Lookup } from './lookup.ts';

/** A sentence as plain text, for cells and names. */
export function inlineText(text: Text, lookup: Lookup): string {
  return text
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if ('code' in piece) return piece.code;
      return 'strong' in piece ? piece.strong : figureWords(lookup.figure(piece.figure), lookup);
    })
    .join('');
}
