import { ms } from '../../audit/time.ts';
import type { Window } from '../../audit/evidence.ts';
import type { Rows } from '../../audit/section.ts';
import type { LeftBehindRow } from '../shared/queries/trading-rows.ts';
import { amount, ZERO, type Money } from '../../audit/decimal.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import {
  decimalOrNull,
  endOfRow,
  GRACE_MS,
  positiveOrNull,
  sideOf,
  timeOrNull,
} from '../shared/facts/row-values.ts';
import { instrumentKey, venueOf } from '../shared/facts/symbols.ts';
import { strayByInstrument, type StrayFills } from '../shared/facts/unclaimed-fills.ts';

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
  leftBehind: Rows<LeftBehindRow>,
  window: Window,
  tolerancePct: number,
): { readonly of: (venue: string | null) => CountIdentity; readonly mismatches: readonly Mismatch[] } | null {
  if (!facts.ok || facts.rung !== 'fills') return null;
  const unlinked = new Set(facts.strayFills.map((fill) => instrumentKey(fill.exchange, fill.symbol)));
  const isHeld = (fact: PositionFact): boolean =>
    isMore(fact.ledger?.steps.at(-1)?.quantity, fact.ledger?.peakQuantity, tolerancePct) &&
    !unlinked.has(instrumentKey(fact.venue, fact.symbol));
  const seen = [
    ...facts.positions.map((fact) => seenOf(fact, ms(window.from), ms(window.to), isHeld)),
    ...strayByInstrument(facts).map(strayOf),
  ];
  return {
    of(venue) {
      const own = seen.filter((one) => venue === null || one.venue === venue);
      const total = (key: 'start' | 'opened' | 'closed' | 'end'): number =>
        own.reduce((n, one) => n + one[key], 0);
      const [start, opened, closed, end] = [total('start'), total('opened'), total('closed'), total('end')];
      return { start, opened, closed, end, residual: start + opened - closed - end };
    },
    mismatches: [
      ...seen.flatMap(({ mismatch }) => (mismatch === null ? [] : [mismatch])),
      ...(leftBehind.ok ? leftBehind.rows : []).flatMap((row) => remainderOf(row, tolerancePct)),
    ],
  };
}

/** A row that was closed before the window, whose fills by its end still hold something. */
function remainderOf(row: LeftBehindRow, tolerancePct: number): readonly Mismatch[] {
  const remainder = decimalOrNull(row.remainder);
  if (remainder === null || !isMore(remainder.abs(), positiveOrNull(row.entered), tolerancePct)) return [];
  const symbol = row.symbol ?? 'unknown';
  return [
    {
      subject: symbol,
      positionId: row.id,
      venue: venueOf(row.exchange),
      symbol,
      at: timeOrNull(row.closed_at) ?? 0,
      rowSays: 'closed before the window',
      fillsSay: `${amount(remainder)} left`,
      openAtVenue: true,
      kind: 'no-exit-fill',
    },
  ];
}

/** More than the remainder that a fee in the base currency leaves; of something that was entered. */
function isMore(left: Money | undefined, entered: Money | null | undefined, tolerancePct: number): boolean {
  if (left === undefined || entered === null || entered === undefined) return false;
  return left.greaterThan(entered.times(tolerancePct).div(100));
}

/** The row's times, taken from the fills where both mean the same moment. */
function seenOf(fact: PositionFact, from: number, to: number, isHeld: (fact: PositionFact) => boolean): Seen {
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
  return { ...seen, mismatch: holds ? null : mismatchOf(fact, byFills, rowEnd, isHeld(fact)) };
}

function mismatchOf(
  fact: PositionFact,
  byFills: { opened: boolean; closed: boolean },
  rowEnd: number | null,
  isHeld: boolean,
): Mismatch {
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
    // What is stored did happen: until a fill says otherwise, the exchange still holds it.
    openAtVenue: isHeld,
    kind: 'no-exit-fill',
  };
}

/** Fills that no position claims, as one instrument that starts flat. */
function strayOf({ fills, mayBelong }: StrayFills): Seen {
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
    openAtVenue: !held.isZero() && !mayBelong,
    kind: 'stray-fills',
  };
  return {
    venue,
    start: 0,
    opened,
    closed,
    end: 0,
    mismatch: mayBelong && opened === closed ? null : mismatch,
  };
}

function snap(stated: number, filled: number | null): number {
  return filled !== null && Math.abs(stated - filled) <= GRACE_MS ? filled : stated;
}
