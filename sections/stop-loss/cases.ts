import type { Occurrence, See } from '../../audit/finding.ts';
import { iso } from '../../audit/time.ts';
import type { Missing } from '../../audit/value.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { col } from '../shared/vocabulary/table.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Settings } from './input.ts';

/** Whose stops are judged, and by what. */
export interface Scope {
  /** Positions that need a stop; none when the evidence cannot say. */
  readonly required: readonly ProtectedPosition[];
  /** Milliseconds since the epoch. */
  readonly window: Span;
  readonly market: Market;
  /** The stop orders themselves can be judged. */
  readonly byOrders: boolean;
  readonly settings: Settings;
  readonly graceMs: number;
}

/** A case that is about one position. */
export interface OfPosition {
  readonly position: ProtectedPosition;
}

/** The first columns of every table of cases. */
export const POSITION_COLUMNS = {
  position: col.text('Position', ({ position }: OfPosition) => position.fact.id),
  symbol: col.text('Symbol', ({ position }: OfPosition) => position.fact.symbol),
};

/** The cases of one exchange; with null all of them. */
export function at<T extends OfPosition>(cases: readonly T[], venue: string | null): readonly T[] {
  return venue === null ? cases : cases.filter((found) => venueOf(found) === venue);
}

export function venueOf({ position }: OfPosition): string {
  return position.fact.venue;
}

/** The groups of the exchanges that have a case, in the order of the section. */
export function perVenue<C>(venues: readonly string[], find: (venue: string) => readonly C[]) {
  return venues.map((venue) => ({ venue, found: find(venue) })).filter(({ found }) => found.length > 0);
}

/** The one with the highest value, the first of those. */
export const first = <T>(cases: readonly T[], valueOf: (one: T) => number): T | undefined =>
  cases.reduce<T | undefined>(
    (most, one) => (most === undefined || valueOf(one) > valueOf(most) ? one : most),
    undefined,
  );

/** Each position of the cases once. */
export function distinct(cases: readonly OfPosition[]): readonly PositionFact[] {
  return [...new Map(cases.map(({ position: { fact } }) => [fact.id, fact])).values()];
}

/** Why nobody knows what these positions are worth: a contract whose size no instrument says. */
export function unsizedOf(cases: readonly OfPosition[]): Missing | null {
  return cases.find(({ position }) => position.fact.unsized !== null)?.position.fact.unsized ?? null;
}

export function idsOf(cases: readonly OfPosition[]): readonly string[] {
  return cases.map(({ position }) => position.fact.id);
}

/** The stop orders of these positions, or their rows where no stop order is known. */
export function seeStops(
  cases: readonly OfPosition[],
  byOrders: boolean,
  columns: { readonly order: string; readonly position: string },
): See {
  const ids = idsOf(cases);
  return byOrders
    ? seeRows('order', `position_id, id, ${columns.order}`, 'position_id', ids, 'position_id, created_at')
    : seeRows('position', `id, exchange, symbol, ${columns.position}`, 'id', ids, 'opened_at');
}

export function symbolsOf(cases: readonly OfPosition[]): string {
  return names(cases.map(({ position }) => position.fact.symbol));
}

/** From and until in milliseconds since the epoch. */
export function occurrenceOf({ position }: OfPosition, from: number, until?: number): Occurrence {
  const { symbol: subject } = position.fact;
  return { subject, at: iso(from), ...(until !== undefined && { until: iso(until) }) };
}
