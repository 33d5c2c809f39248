import { sha256 } from '../../../audit/hash.ts';
import { capitalised, listed } from '../../../audit/text.ts';

export { capitalised };

/** `1 position`, `2 positions`: the noun alone, to stand behind a figure. */
export function noun(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? one : many;
}

/** At most three names, and how many more there are is left to the figure beside it. */
export function names(values: Iterable<string>, longest = 40): string {
  const unique = [...new Set(values)];
  const shown = unique
    .slice(0, 3)
    .map((value) => (value.length > longest ? `${value.slice(0, longest - 1)}…` : value));
  if (unique.length > 3) return `${shown.join(', ')} and others`;
  return listed(shown);
}

/** `three`, `12`: small numbers as a sentence writes them. */
export function numeral(n: number): string {
  return ['no', 'one', 'two', 'three', 'four', 'five'][n] ?? String(n);
}

/** ` on Binance`; nothing where it is not about one exchange. */
export function on(venue: string | null): string {
  return venue === null ? '' : ` on ${capitalised(venue)}`;
}

/** The exchange as part of an id or file name; a name that is not plain keeps apart by its hash. */
export function venueSlug(venue: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(venue)) return venue;
  return `${venue
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 30)}-${sha256(venue).slice(0, 8)}`;
}
