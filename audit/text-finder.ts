import type { Spelling } from './secret-spellings.ts';

/** `[from, to)` in a text. */
export type Span = readonly [from: number, to: number];

/** Finds in a text; `edges` are places that a run of base64 around a find does not cross. */
export type Find = (text: string, edges?: ReadonlySet<number>) => readonly Span[];

const KEY = 4;
const BASE64 = /[A-Za-z0-9+/_-]/;

/** Finds many spellings in one pass over a text: its cost follows the text, not how many secrets there are. */
export function createFinder(spellings: readonly Spelling[]): Find {
  const flags = new Uint8Array(0x1_0000);
  const byKey = new Map<string, Spelling[]>();
  for (const spelling of spellings) {
    if (spelling.text.length < KEY) continue;
    const key = spelling.text.slice(0, KEY);
    flags[[...Array(KEY).keys()].reduce((hash, at) => rolled(hash, key.charCodeAt(at)), 0)] = 1;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [spelling]);
    else same.push(spelling);
  }
  const byLength = new Map<string, Lengths>();
  const longestAt = (text: string, at: number): Spelling | undefined => {
    const key = text.slice(at, at + KEY);
    const same = byKey.get(key);
    if (same === undefined) return undefined;
    const lengths = byLength.get(key) ?? lengthsOf(same);
    byLength.set(key, lengths);
    for (const [length, known] of lengths) {
      const found = known.get(text.slice(at, at + length));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return (text, edges) => {
    const spans: Span[] = [];
    let copied = 0;
    let hash = 0;
    for (let last = 0; last < text.length; last += 1) {
      hash = rolled(hash, text.charCodeAt(last));
      const at = last + 1 - KEY;
      if (flags[hash] === 0 || at < copied) continue;
      const found = longestAt(text, at);
      if (found === undefined) continue;
      const end = at + found.text.length;
      const span: Span = found.inBase64 ? wholeBase64(text, [at, end], copied, edges) : [at, end];
      spans.push(span);
      copied = span[1];
    }
    return spans;
  };
}

/** Spellings by their length, the longest first: a secret may be part of another. */
type Lengths = ReadonlyMap<number, ReadonlyMap<string, Spelling>>;

/** Thousands of DSNs begin alike: they are looked up, not gone through. */
function lengthsOf(spellings: readonly Spelling[]): Lengths {
  const lengths = new Map<number, Map<string, Spelling>>();
  for (const spelling of [...spellings].sort((a, b) => b.text.length - a.text.length)) {
    const { length } = spelling.text;
    const known = lengths.get(length) ?? new Map<string, Spelling>();
    // The first one of equal texts, as they were given.
    if (!known.has(spelling.text)) known.set(spelling.text, spelling);
    lengths.set(length, known);
  }
  return lengths;
}

/** Four shifts of four bits drop what is older than a key out of sixteen: one character a step, not four. */
function rolled(hash: number, character: number): number {
  return ((hash << 4) ^ character) & 0xffff;
}

/** All of the base64 around a find; the letter of an escape such as `\n` stays, or the line would be JSON no more. */
function wholeBase64(text: string, [at, end]: Span, first: number, edges?: ReadonlySet<number>): Span {
  let from = at;
  while (from > first && edges?.has(from) !== true && BASE64.test(text.charAt(from - 1))) from -= 1;
  if (from < at && text.charAt(from - 1) === '\\')
    from = Math.min(at, from + (text.charAt(from) === 'u' ? 5 : 1));
  let to = end;
  while (to < text.length && edges?.has(to) !== true && BASE64.test(text.charAt(to))) to += 1;
  while (to < text.length && text.charAt(to) === '=') to += 1;
  return [from, to];
}

/** Spans in order, those that touch as one. */
export function mergedSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort(([a], [b]) => a - b)) {
    const last = merged.at(-1);
    if (last === undefined || span[0] > last[1]) merged.push(span);
    else merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])];
  }
  return merged;
}

/** The text with each span replaced. */
export function replaceSpans(text: string, spans: readonly Span[], replacement: string): string {
  if (spans.length === 0) return text;
  const parts: string[] = [];
  let copied = 0;
  for (const [from, to] of spans) {
    parts.push(text.slice(copied, from), replacement);
    copied = to;
  }
  return [...parts, text.slice(copied)].join('');
}
