import { canonicalJson, sha256 } from '../../audit/hash.ts';
import type { Text } from '../../audit/text.ts';

/** One thing said: what it is said of, unique in its section once written, and what is said. */
export interface Line {
  readonly head: string;
  readonly body: string;
}

/** A sentence as a reader sees it, numbers filled in. */
export type Say = (text: Text) => string;

/** Eight hex digits: enough to see a change. */
export function short(value: unknown): string {
  return sha256(canonicalJson(value)).slice(0, 8);
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

export function sorted(texts: readonly string[]): readonly string[] {
  return [...texts].sort(compare);
}

/** Order of texts by code unit: the same everywhere. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
