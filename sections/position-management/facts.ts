import { wilson } from '../../audit/statistics.ts';
import { ms } from '../../audit/time.ts';
import { known, missing, type Missing } from '../../audit/value.ts';
import { entryOrders, type EntryOrder, type EntryOrders } from '../shared/facts/entry-orders.ts';
import { limitOf } from '../shared/facts/limits.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import { ordersQuery } from '../shared/queries/trading.ts';
import type { Cell } from '../shared/vocabulary/lines.ts';
import type { From } from '../shared/vocabulary/rule.ts';
import { aboveLimit, concurrencyOf } from './concurrency.ts';
import { exitGroups, exitReason, holdingTimes, reasonOfOrder } from './exits.ts';
import type { Input } from './input.ts';
import { notionalPeaks } from './notional.ts';

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, shared, bot, has } = input;
  const source = shared.positions;
  const entries = entryOrders(rows.orders, source, input);
  const orders = new Map(rows.orders.ok ? rows.orders.rows.map((order) => [order.id, order]) : []);
  /** What the order that closed the position says of the reason. */
  const reasonByOrder = ({ row }: PositionFact): string => reasonOfOrder(orders.get(row.exit_order_id ?? ''));
  const hasReason = has('position', 'exit_kind') || has('position', 'exit_reason');
  const reasonOf = hasReason ? exitReason : reasonByOrder;
  const all = { positions: source.ok ? source.positions : [], entries: entries.ok ? entries.orders : [] };
  const activities = new Map<string | null, Activity>();
  /** Of one exchange, or of the whole bot with null; empty where `source` or `entries` is not ok. */
  const of = (venue: string | null): Activity => {
    const activity = activities.get(venue) ?? activityOf(all, venue, reasonOf, input);
    activities.set(venue, activity);
    return activity;
  };
  /** Of the whole bot. */
  const limits = {
    positions: limitOf('max_positions', input),
    exposure: limitOf('exposure', input),
    leverage: limitOf('leverage', input),
  };
  const total = of(null);
  const seen = [...all.positions, ...all.entries].map(({ venue }) => venue);
  return {
    venues: venuesOf(bot.exchanges, seen),
    source,
    from: source.ok ? source : ({ basis: 'no source', queries: [] } satisfies From),
    entries,
    of,
    exits: exitGroups(total.closed, reasonOf),
    abandoned: abandonedPositions(input),
    limits,
    above: aboveLimit(total.positions, total.concurrency, limits.positions, input),
    reasonByOrder,
  };
}

type Activity = ReturnType<typeof activityOf>;

/** What was opened, closed and held, at one exchange or by the whole bot. */
function activityOf(
  all: { readonly positions: readonly PositionFact[]; readonly entries: readonly EntryOrder[] },
  venue: string | null,
  reasonOf: (fact: PositionFact) => string,
  { window, shared }: Input,
) {
  const here = (one: { readonly venue: string }): boolean => venue === null || one.venue === venue;
  const [positions, entries] = [all.positions.filter(here), all.entries.filter(here)];
  const closed = positions.filter(({ closedAt }) => closedAt !== null);
  return {
    positions,
    opened: positions.filter(({ openedAt }) => openedAt >= ms(window.from)),
    closed,
    /** Closed, and nobody knows why. */
    unexplained: closed.filter((fact) => reasonOf(fact) === 'unknown'),
    entries,
    failed: entries.filter(({ outcome }) => outcome === 'failed'),
    concurrency: concurrencyOf(positions, window),
    peaks: notionalPeaks(positions, shared.market, venue, window),
    holding: holdingTimes(closed),
  };
}

/** k/n in percent with its Wilson interval below 100 samples. */
export function rateOf(k: number, n: number): Cell {
  if (n === 0) return { value: missing('no_data', 'none in the window'), n };
  return { value: known((100 * k) / n), n, interval: n < 100 ? wilson(k, n) : null };
}

/** Where the numbers of entry orders come from. */
export function entrySource(entries: EntryOrders): From {
  const basis = entries.ok ? entries.basis : 'no source';
  return { basis, queries: basis === 'orders' ? [ordersQuery.id] : [] };
}

/** An open position that nothing has evaluated for too long. */
export interface Abandoned {
  readonly fact: PositionFact;
  /** Last evaluation, or the opening when there was none. */
  readonly lastAt: number;
  readonly silentMs: number;
  /** Null when the stop evidence cannot say. */
  readonly unprotected: boolean | null;
}

/** Positions open at the window's end without an evaluation for longer than the limit (PM-04). */
export function abandonedPositions({
  shared,
  window,
  has,
}: Input):
  | { readonly ok: true; readonly found: readonly Abandoned[]; readonly watched: number }
  | ({ readonly ok: false } & Missing) {
  if (!shared.positions.ok) return shared.positions;
  if (!has('position', 'last_evaluated_at'))
    return { ok: false, ...missing('missing_column', 'position.last_evaluated_at') };
  const open = shared.positions.positions.filter(({ closedAt }) => closedAt === null);
  if (open.length > 0 && open.every(({ row }) => row.last_evaluated_at === null))
    return { ok: false, ...missing('no_data', 'no open position has a last evaluation') };
  const { protection, thresholds } = shared;
  const gapsOf = new Map(
    protection.ok ? protection.positions.map(({ fact, gaps }) => [fact.id, gaps] as const) : [],
  );
  const found = open.flatMap((fact): Abandoned[] => {
    const lastAt = timeOrNull(fact.row.last_evaluated_at) ?? fact.openedAt;
    const silentMs = ms(window.to) - lastAt;
    if (silentMs <= thresholds.evaluatedMin * 60_000) return [];
    const unprotected = gapsOf.get(fact.id)?.some(({ atEnd }) => atEnd) ?? null;
    return [{ fact, lastAt, silentMs, unprotected }];
  });
  // Watched are those that were evaluated in time.
  return { ok: true, found, watched: open.length - found.length };
}
