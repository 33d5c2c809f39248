import type { Spelling } from './secret-spellings.ts';

/** `[from, to)` in a text. */
export type Span = readonly [from: number, to: number];

const KEY = 4;
const BASE64 = /[A-Za-z0-9+/_-]/;

/** Finds many spellings in one pass over a text: its cost follows the text, not how many secrets there are. */
export function createFinder(spellings: readonly Spelling[]): (text: string) => readonly Span[] {
  const flags = new Uint8Array(0x1_0000);
  const byKey = new Map<string, Spelling[]>();
  const known = new Set<string>();
  for (const spelling of spellings) {
    const { text } = spelling;
    if (text.length < KEY || known.has(text)) continue;
    known.add(text);
    const key = text.slice(0, KEY);
    flags[[...Array(KEY).keys()].reduce((hash, at) => rolled(hash, key.charCodeAt(at)), 0)] = 1;
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [spelling]);
    else same.push(spelling);
  }
  // The longest first: a secret may be part of another.
  for (const same of byKey.values()) same.sort((a, b) => b.text.length - a.text.length);
  return (text) => {
    const spans: Span[] = [];
    let copied = 0;
    let hash = 0;
    for (let last = 0; last < text.length; last += 1) {
      hash = rolled(hash, text.charCodeAt(last));
      const at = last + 1 - KEY;
      if (flags[hash] === 0 || at < copied) continue;
      const found = byKey.get(text.slice(at, at + KEY))?.find((one) => text.startsWith(one.text, at));
      if (found === undefined) continue;
      const end = at + found.text.length;
      const span: Span = found.inBase64 ? wholeBase64(text, at, end, copied) : [at, end];
      spans.push(span);
      copied = span[1];
    }
    return spans;
  };
}

/** Four shifts of four bits drop what is older than a key out of sixteen: one character a step, not four. */
function rolled(hash: number, character: number): number {
  return ((hash << 4) ^ character) & 0xffff;
}

/** All of the base64 around a find; the letter of an escape such as `\n` stays, or the line would be JSON no more. */
function wholeBase64(text: string, at: number, end: number, first: number): Span {
  let from = at;
  while (from > first && BASE64.test(text.charAt(from - 1))) from -= 1;
  if (from < at && text.charAt(from - 1) === '\\')
    from = Math.min(at, from + (text.charAt(from) === 'u' ? 5 : 1));
  let to = end;
  while (to < text.length && BASE64.test(text.charAt(to))) to += 1;
  while (to < text.length && text.charAt(to) === '=') to += 1;
  return [from, to];
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
