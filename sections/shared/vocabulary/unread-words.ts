import type { EntityName } from '../../../audit/contract.ts';
import type { Surroundings } from '../../../audit/input.ts';
import { names } from './words.ts';

/** A word that neither the mapping nor a spelling reads, with its rows; what it could have told is unknown. */
export interface UnreadWord {
  readonly entity: EntityName;
  readonly column: string;
  readonly word: string;
  readonly rows: number;
}

export function unreadWords(
  { entities }: Pick<Surroundings, 'entities'>,
  of: (entity: EntityName) => boolean = () => true,
): readonly UnreadWord[] {
  return entities
    .filter(({ entity }) => of(entity))
    .flatMap(({ entity, unread = [] }) => unread.map((word) => ({ entity, ...word })));
}

/** `nothing reads max_pos (2): …`, the words with their counts and what to do; null without a word. */
export function nothingReads(
  words: readonly Pick<UnreadWord, 'word' | 'rows'>[],
  { bot }: Pick<Surroundings, 'bot'>,
): string | null {
  if (words.length === 0) return null;
  const counted = words.map(({ word, rows }) => `${word} (${String(rows)})`);
  return `nothing reads ${names(counted)}: production-audit mapping check --bot ${bot.name} shows the line of SQL that would`;
}

/** Why a limit is not known: none is set, or the bot has it under a name that nothing reads. */
export function noLimit(what: string, input: Pick<Surroundings, 'entities' | 'bot'>): string {
  const words = unreadWords(input, (entity) => entity === 'limit');
  const unread = nothingReads(words, input);
  return unread === null ? what : `${what}; ${unread}`;
}
