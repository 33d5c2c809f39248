import { sha256 } from '../../../audit/hash.ts';
import type { MetricRow } from '../../../audit/block.ts';
import type { FigureSpec } from '../../../audit/figure.ts';
import type { Output } from '../../../audit/section.ts';
import { text, type Text } from '../../../audit/text.ts';
import type { Value } from '../../../audit/value.ts';

/** One number of one venue, with its sample where it is a rate or a percentile. */
export interface Cell {
  readonly value: Value;
  readonly n?: number;
  readonly interval?: readonly [number, number] | null;
}

export type VenueSpec = Omit<FigureSpec, 'value' | 'n' | 'interval'>;

/** The exchanges of the configuration in its order, then those that only the data knows. */
export function venuesOf(configured: readonly string[], seen: Iterable<string>): readonly string[] {
  const extra = [...new Set(seen)].filter((venue) => !configured.includes(venue)).sort();
  return [...configured, ...extra];
}

/** Registers a figure per venue (label `exchange`) and the total without one; keys in that order. */
export function venueFigures(
  out: Output,
  venues: readonly string[],
  spec: VenueSpec,
  cellOf: (venue: string | null) => Cell,
): readonly string[] {
  return [...venues, null].map((venue) => {
    const { value, n, interval } = cellOf(venue);
    return out.figure({
      ...spec,
      labels: { ...spec.labels, ...(venue !== null && { exchange: venue }) },
      title: venue === null ? spec.title : `${spec.title}, ${capitalised(venue)}`,
      value,
      ...(n !== undefined && { n }),
      ...(interval !== undefined && interval !== null && { interval }),
    });
  });
}

/** A row of a metrics table: title, catalogue id, figures per venue and total, basis. */
export function metricRow(
  title: string,
  id: string | null,
  figures: readonly (string | null)[],
  basis: Text | string,
): MetricRow {
  return {
    title,
    ...(id !== null && { id }),
    figures,
    basis: typeof basis === 'string' ? text`${basis}` : basis,
  };
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Column headings of a metrics table by venue. */
export function venueColumns(venues: readonly string[]): readonly string[] {
  return [...venues.map(capitalised), 'Total'];
}

/** The exchange as part of an id or file name; a name that is not plain keeps apart by its hash. */
export function venueSlug(venue: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(venue)) return venue;
  return `${venue
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 30)}-${sha256(venue).slice(0, 8)}`;
}
