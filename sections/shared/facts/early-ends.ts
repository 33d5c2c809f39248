import { ms } from '../../../audit/time.ts';
import type { Rows, Surroundings } from '../../../audit/input.ts';
import type { FillRow, OrderRow, PositionRow, StopChangeRow } from '../queries/trading-rows.ts';
import type { Thresholds } from '../settings.ts';
import { rowsOf } from '../vocabulary/unseen.ts';
import type { PositionFacts } from './position-facts.ts';
import { GRACE_MS, groupBy, requestedAt, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';
import {
  firstOfEach,
  toldOfChanges,
  toldOfClosings,
  toldOfFills,
  toldOfOrders,
  toldOfPositions,
  type Told,
} from './told-rows.ts';

/** What a bot writes as it happens; `closing` is the end in a row of a position. */
export type Written = 'order' | 'fill' | 'stop_change' | 'position' | 'closing';

/** Rows that end while others go on: each of later, of which others tell, is missing, as where a replica lags. */
export interface EarlyEnd {
  readonly what: Written;
  /** Of one exchange alone; null: of all. */
  readonly venue: string | null;
  /** The newest row of it. */
  readonly newest: number;
  /** What others tell of later, each once, in order of time. */
  readonly missing: readonly Told[];
}

export type EarlyEnds = ReturnType<typeof earlyEnds>;

interface Sources {
  readonly orders: Rows<OrderRow>;
  readonly fills: Rows<FillRow>;
  readonly positions: Rows<PositionRow>;
  readonly stopChanges: Rows<StopChangeRow>;
}

type Asked = Pick<Thresholds, 'endRows' | 'endLagS'>;

/** Where all but so many of a kind have been stored before, those of later are missing, and not of another way. */
const USUAL = 0.8;

/** Tables whose rows end before those of the others. Of what happened since, they say nothing: neither yes nor no. */
export function earlyEnds(
  sources: Sources,
  facts: PositionFacts,
  { window }: Pick<Surroundings, 'window'>,
  asked: Asked,
) {
  const [orders, fills] = [rowsOf(sources.orders), rowsOf(sources.fills)];
  const [rows, changes] = [rowsOf(sources.positions), rowsOf(sources.stopChanges)];
  const all: Readonly<Record<Written, Sides>> = {
    order: {
      stored: orders.map((row) => storedAt(row, requestedAt(row))),
      told: toldOfOrders(orders, fills, rows, changes),
    },
    fill: {
      stored: fills.map((row) => storedAt(row, timeOrNull(row.at))),
      told: toldOfFills(orders, fills, facts),
    },
    stop_change: {
      stored: changes.map((row) => storedAt(row, timeOrNull(row.at))),
      told: toldOfChanges(orders, changes),
    },
    position: {
      stored: rows.map((row) => storedAt(row, timeOrNull(row.opened_at))),
      told: toldOfPositions(orders, fills, rows),
    },
    closing: {
      stored: rows.map((row) => storedAt(row, timeOrNull(row.closed_at))),
      told: toldOfClosings(facts),
    },
  };
  const [from, to] = [ms(window.from), ms(window.to)];
  const list = (Object.keys(all) as Written[]).flatMap((what) => {
    const stored = all[what].stored.filter(({ at }) => at < to);
    const told = all[what].told.filter(({ at }) => at >= from && at < to);
    const end = (venue: string | null): readonly EarlyEnd[] => {
      const isHere = (one: Stored): boolean => venue === null || one.venue === venue;
      return endIn({ what, venue }, { stored: stored.filter(isHere), told: told.filter(isHere) }, asked);
    };
    const venues = [...new Set(told.map(({ venue }) => venue))].sort();
    // Where only one exchange misses rows, the others may have been quiet.
    const [whole] = end(null).filter(
      ({ missing }) => venues.length === 1 || missing.some(({ venue }) => venue !== missing[0]?.venue),
    );
    // Of one exchange they may have ended before.
    const isBefore = ({ missing }: EarlyEnd): boolean =>
      missing.some(({ at }) => at <= (whole?.newest ?? Infinity) + GRACE_MS);
    const apart = venues.flatMap(end).filter(isBefore);
    return whole === undefined ? apart : [whole, ...apart];
  });
  /** Infinity where the rows do not end early; of any exchange with null. */
  const endOf = (what: Written, venue: string | null): number =>
    list
      .filter((one) => one.what === what && (one.venue === null || venue === null || one.venue === venue))
      .reduce((first, { newest }) => Math.min(first, newest), Infinity);
  return {
    list,
    endOf,
    /** Whether rows of that time are not there yet, by clocks that may differ. */
    isAfter: (what: Written, venue: string | null, at: number): boolean =>
      at >= endOf(what, venue) - GRACE_MS,
  };
}

type Stored = Pick<Told, 'venue' | 'at'>;
interface Sides {
  readonly stored: readonly Stored[];
  readonly told: readonly Told[];
}

const storedAt = ({ exchange }: { readonly exchange: string | null }, at: number | null): Stored => ({
  venue: venueOf(exchange),
  at: at ?? -Infinity,
});

function endIn(
  head: Pick<EarlyEnd, 'what' | 'venue'>,
  { stored, told }: Sides,
  { endRows, endLagS }: Asked,
): readonly EarlyEnd[] {
  const newest = stored.reduce((latest, { at }) => Math.max(latest, at), -Infinity);
  const missing = missingSince(newest, told);
  const last = missing.at(-1)?.at ?? -Infinity;
  return missing.length >= endRows && last - newest >= 1000 * endLagS ? [{ ...head, newest, missing }] : [];
}

/** Each subject once, of kinds that were stored until then. */
function missingSince(newest: number, told: readonly Told[]): readonly Told[] {
  if (!Number.isFinite(newest)) return [];
  const isLate = ({ isStored, at }: Told): boolean => !isStored && at > newest + GRACE_MS;
  const usual = new Set(
    [
      ...groupBy(
        told.filter((one) => !isLate(one)),
        ({ kind }) => kind,
      ),
    ].flatMap(([kind, before]) =>
      before.filter(({ isStored }) => isStored).length >= USUAL * before.length ? [kind] : [],
    ),
  );
  return firstOfEach(told.filter((one) => isLate(one) && usual.has(one.kind)));
}
