import { ms } from '../../audit/time.ts';
import type { Window } from '../../audit/evidence.ts';
import type { FillRow } from '../query-rows.ts';
import { ZERO, type Money } from '../../audit/decimal.ts';
import type { PositionFact, PositionFacts } from '../facts/position-facts.ts';
import { endOfRow, GRACE_MS, groupBy, positiveOrNull, sideOf, timeOrNull } from '../facts/row-values.ts';
import { instrumentKey, venueOf } from '../facts/symbols.ts';

/** active_end = active_start + opened - closed, states from position rows, changes from fills (catalogue 3.0). */
export interface CountIdentity {
  readonly start: number;
  readonly opened: number;
  readonly closed: number;
  readonly end: number;
  readonly residual: number;
}

/** One position, or fills without one, about which rows and fills disagree. */
export interface Mismatch {
  readonly subject: string;
  readonly positionId: string | null;
  readonly venue: string;
  readonly symbol: string;
  readonly at: number;
  readonly rowSays: string;
  readonly fillsSay: string;
  /** Executions that are stored leave something open that no row holds: the exchange's side, not only the rows'. */
  readonly openAtVenue: boolean;
  readonly kind: 'no-entry-fill' | 'no-exit-fill' | 'row-still-open' | 'stray-fills';
}

interface Seen {
  readonly venue: string;
  readonly start: number;
  readonly opened: number;
  readonly closed: number;
  readonly end: number;
  readonly mismatch: Mismatch | null;
}

/** Per venue, and null for the total; null without both sources. */
export function countIdentities(
  facts: PositionFacts,
  window: Window,
): { readonly of: (venue: string | null) => CountIdentity; readonly mismatches: readonly Mismatch[] } | null {
  if (!facts.ok || facts.rung !== 'fills') return null;
  const seen = [
    ...facts.positions.map((fact) => seenOf(fact, ms(window.from), ms(window.to))),
    ...[...groupBy(facts.strayFills, (fill) => instrumentKey(fill.exchange, fill.symbol))].map(([, fills]) =>
      strayOf(fills, facts.positions),
    ),
  ];
  return {
    of(venue) {
      const own = seen.filter((one) => venue === null || one.venue === venue);
      const total = (key: 'start' | 'opened' | 'closed' | 'end'): number =>
        own.reduce((n, one) => n + one[key], 0);
      const [start, opened, closed, end] = [total('start'), total('opened'), total('closed'), total('end')];
      return { start, opened, closed, end, residual: start + opened - closed - end };
    },
    mismatches: seen.flatMap(({ mismatch }) => (mismatch === null ? [] : [mismatch])),
  };
}

/** The row's times, taken from the fills where both mean the same moment. */
function seenOf(fact: PositionFact, from: number, to: number): Seen {
  const byFills = { opened: fact.openedBy === 'fills', closed: fact.closedBy === 'fills' };
  const rowOpened = snap(
    timeOrNull(fact.row.opened_at) ?? fact.openedAt,
    byFills.opened ? fact.openedAt : null,
  );
  const stated = endOfRow(fact.row)?.at ?? null;
  let rowEnd = stated === null ? null : snap(stated, byFills.closed ? fact.closedAt : null);
  // An exit within the grace before the end may have its fill after it.
  if (rowEnd !== null && !byFills.closed && rowEnd >= to - GRACE_MS) rowEnd = null;
  const lateEntry = !byFills.opened && rowOpened >= to - GRACE_MS;
  const activeAt = (time: number): number =>
    rowOpened < time && !(lateEntry && time === to) && (rowEnd === null || rowEnd >= time) ? 1 : 0;
  const seen = {
    venue: fact.venue,
    start: activeAt(from),
    opened: byFills.opened && fact.openedAt >= from ? 1 : 0,
    closed: byFills.closed && fact.closedAt !== null && fact.closedAt >= from ? 1 : 0,
    end: activeAt(to),
  };
  const holds = seen.start + seen.opened - seen.closed - seen.end === 0;
  return { ...seen, mismatch: holds ? null : mismatchOf(fact, byFills, rowEnd) };
}

function mismatchOf(
  fact: PositionFact,
  byFills: { opened: boolean; closed: boolean },
  rowEnd: number | null,
): Mismatch {
  // A fill that is missing is no evidence of what the exchange holds: it may only not have been stored.
  const about = {
    subject: fact.symbol,
    positionId: fact.id,
    venue: fact.venue,
    symbol: fact.symbol,
    openAtVenue: false,
  };
  if (!byFills.opened) {
    return { ...about, at: fact.openedAt, rowSays: 'opened', fillsSay: 'no entry', kind: 'no-entry-fill' };
  }
  if (byFills.closed) {
    return {
      ...about,
      at: fact.closedAt ?? fact.openedAt,
      rowSays: rowEnd === null ? 'open' : 'closed at another time',
      fillsSay: 'closed',
      kind: 'row-still-open',
    };
  }
  return {
    ...about,
    at: rowEnd ?? fact.openedAt,
    rowSays: 'closed',
    fillsSay: 'no full exit',
    kind: 'no-exit-fill',
  };
}

/** Fills that no position claims, as one instrument that starts flat. */
function strayOf(fills: readonly FillRow[], positions: readonly PositionFact[]): Seen {
  const first = fills[0];
  let held: Money = ZERO;
  let [opened, closed] = [0, 0];
  for (const fill of fills) {
    const quantity = positiveOrNull(fill.quantity);
    if (quantity === null || sideOf(fill.side) === 'unknown') continue;
    const next = fill.side === 'long' ? held.plus(quantity) : held.minus(quantity);
    if (held.isZero()) opened += 1;
    if (next.isZero() || (!held.isZero() && next.isPositive() !== held.isPositive())) closed += 1;
    if (!held.isZero() && !next.isZero() && next.isPositive() !== held.isPositive()) opened += 1;
    held = next;
  }
  const venue = venueOf(first?.exchange ?? null);
  const symbol = first?.symbol ?? 'unknown';
  const mismatch: Mismatch = {
    subject: symbol,
    positionId: null,
    venue,
    symbol,
    at: timeOrNull(first?.at ?? null) ?? 0,
    rowSays: 'no position',
    fillsSay: 'traded',
    openAtVenue: !held.isZero() && !mayBelong(fills, instrumentKey(venue, symbol), positions),
    kind: 'stray-fills',
  };
  return { venue, start: 0, opened, closed, end: 0, mismatch: opened === closed ? null : mismatch };
}

/** Whether a row of the instrument lived at the time of these fills: then they may be its own, only not linked to it. */
function mayBelong(fills: readonly FillRow[], key: string, positions: readonly PositionFact[]): boolean {
  const times = fills.flatMap(({ at }) => timeOrNull(at) ?? []);
  const [first, last] = [Math.min(...times) - GRACE_MS, Math.max(...times) + GRACE_MS];
  return positions.some(
    ({ venue, symbol, openedAt, closedAt }) =>
      instrumentKey(venue, symbol) === key && openedAt <= last && (closedAt === null || closedAt >= first),
  );
}

function snap(stated: number, filled: number | null): number {
  return filled !== null && Math.abs(stated - filled) <= GRACE_MS ? filled : stated;
}
