import type { Kind, KindType } from './word-kinds.ts';

/** Exact spellings of the kinds of a set. */
export type Words<Type extends KindType> = Readonly<Partial<Record<Kind<Type>, readonly string[]>>>;

/** Words with blanks between them: most are one word, written in the normal form that they are compared in. */
export function list(words: string): readonly string[] {
  return words.trim().split(/\s+/);
}
