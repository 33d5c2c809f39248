import { amount, ZERO, type Money } from '../../audit/decimal.ts';
import { iso, ms } from '../../audit/time.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import {
  endOfRow,
  GRACE_MS,
  isOpenAndClosed,
  positiveOrNull,
  sideOf,
  timeOrNull,
} from '../shared/facts/row-values.ts';
import { instrumentKey, venueOf } from '../shared/facts/symbols.ts';
import { strayByInstrument, type StrayFills } from '../shared/facts/unclaimed-fills.ts';
import type { Input } from './input.ts';
import { isAwaited } from './ended-rows.ts';
import type { Mismatch } from './mismatch.ts';
import { otherSides } from './other-sides.ts';
import { leftBehind } from './left-behind.ts';
import { lostFillsOf } from './lost-fills.ts';
import type { OrderFills } from './order-fills.ts';
import { unknownPositions } from './unknown-positions.ts';

/** active_end = active_start + opened - closed, states from position rows, changes from fills (catalogue 3.0). */
const TERMS = ['start', 'opened', 'closed', 'end'] as const;

type Changes = Readonly<Record<'opened' | 'closed', boolean>>;
interface Seen extends Readonly<Record<(typeof TERMS)[number], number>> {
  readonly venue: string;
  readonly mismatch: Mismatch | null;
}

/** Per venue, and null for the total; null without both sources. */
export function countIdentities(facts: PositionFacts, input: Input, orderFills: OrderFills) {
  const { rows, window, settings } = input;
  if (!facts.ok || facts.rung !== 'fills') return null;
  const tolerancePct = settings.rowQuantityTolerancePct;
  // Whose fills opened the other side has its own finding (PM-06), not that of a missing entry.
  const turned = new Set(otherSides(facts, input).map(({ id }) => id));
  // By an order that is named and not stored it may have been closed.
  const lostOrders = new Set<string | null>(
    (orderFills.ok ? orderFills.found : []).flatMap(({ what, orderId }) =>
      what === 'no-order' ? [orderId] : [],
    ),
  );
  const unlinked = new Set(facts.strayFills.map((fill) => instrumentKey(fill.exchange, fill.symbol)));
  const isHeld = (fact: PositionFact): boolean =>
    isMore(fact.ledger?.steps.at(-1)?.quantity, fact.ledger?.peakQuantity, tolerancePct) &&
    !unlinked.has(instrumentKey(fact.venue, fact.symbol)) &&
    !lostOrders.has(fact.row.exit_order_id);
  const seen = [
    ...facts.positions.map((fact) => seenOf(fact, ms(window.from), ms(window.to), isHeld(fact))),
    ...strayByInstrument(facts).map(strayOf),
  ];
  // Whose fills are lost by the word of its orders has the finding of those (PM-06): the position is in no doubt.
  const isLost = lostFillsOf(orderFills, facts.positions, input);
  return {
    lostFills: seen.filter(({ mismatch }) => mismatch !== null && isLost(mismatch)).length,
    of(venue: string | null) {
      const total = { start: 0, opened: 0, closed: 0, end: 0 };
      for (const one of seen.filter((each) => venue === null || each.venue === venue))
        for (const key of TERMS) total[key] += one[key];
      return { ...total, residual: residualOf(total) };
    },
    mismatches: [
      ...seen.flatMap(({ mismatch }) =>
        mismatch === null || turned.has(mismatch.positionId ?? '') || isLost(mismatch) ? [] : [mismatch],
      ),
      ...remaindersOf(rows, facts.positions, tolerancePct),
      ...namedElsewhere(input, new Set(facts.strayFills.map(({ position_id: id }) => id))),
    ].filter((mismatch) => !isAwaited(mismatch, input.shared.ends)),
  };
}

const residualOf = ({ start, opened, closed, end }: Omit<Seen, 'venue' | 'mismatch'>): number =>
  start + opened - closed - end;

/** Rows that were closed before the window, whose fills by its end still hold something. */
const remaindersOf = (
  rows: Input['rows'],
  positions: readonly PositionFact[],
  tolerancePct: number,
): readonly Mismatch[] =>
  leftBehind(rows, positions, tolerancePct).map(({ row, remainder }) => ({
    positionId: row.id,
    venue: venueOf(row.exchange),
    symbol: row.symbol ?? 'unknown',
    at: timeOrNull(row.closed_at) ?? 0,
    rowSays: 'closed before the window',
    fillsSay: `${amount(remainder)} left`,
    openAtVenue: true,
    kind: 'no-exit-fill',
  }));

/** Named by something else than a fill: nothing says what it held. */
function namedElsewhere(
  input: Pick<Input, 'rows'>,
  byFills: ReadonlySet<string | null>,
): readonly Mismatch[] {
  const found = unknownPositions(input).filter(({ position_id: id }) => !byFills.has(id));
  return found.map(({ position_id: id, exchange, at, by }) => ({
    positionId: id,
    venue: venueOf(exchange),
    symbol: 'unknown',
    at: ms(at),
    rowSays: 'no position',
    fillsSay: `named by ${by}`,
    openAtVenue: false,
    kind: 'named-elsewhere',
  }));
}

/** More than the remainder that a fee in the base currency leaves; of something that was entered. */
const isMore = (left: Money | undefined, entered: Money | null | undefined, tolerancePct: number): boolean =>
  left !== undefined && !!entered && left.greaterThan(share(entered, tolerancePct));

/** The row's times, taken from the fills where both mean the same moment; the row's alone where a fill cannot be read. */
function seenOf(fact: PositionFact, from: number, to: number, isHeld: boolean): Seen {
  if (fact.unreadFills.length > 0) {
    const [opened, closed] = [fact.openedAt >= from ? 1 : 0, fact.closedAt === null ? 0 : 1];
    return { venue: fact.venue, start: 1 - opened, opened, closed, end: 1 - closed, mismatch: null };
  }
  const byFills = { opened: fact.openedBy === 'fills', closed: fact.closedBy === 'fills' };
  const [openedAt, closedAt] = [byFills.opened ? fact.openedAt : null, byFills.closed ? fact.closedAt : null];
  const rowOpened = snap(timeOrNull(fact.row.opened_at) ?? fact.openedAt, openedAt);
  const isOpen = isOpenAndClosed(fact.row) && !byFills.closed;
  // A row that is closed and has no time for it, or one that cannot be, ended when its fills say.
  const told = fact.row.status === 'closed' ? closedAt : null;
  const stated = isOpen ? null : (endOfRow(fact.row)?.at ?? told);
  let rowEnd = stated === null ? null : snap(stated, closedAt);
  // An exit within the grace before the end may have its fill after it.
  if (rowEnd !== null && !byFills.closed && rowEnd >= to - GRACE_MS) rowEnd = null;
  const lateEntry = !byFills.opened && rowOpened >= to - GRACE_MS;
  const activeAt = (time: number): number =>
    rowOpened < time && !(lateEntry && time === to) && (rowEnd === null || rowEnd >= time) ? 1 : 0;
  const seen = {
    venue: fact.venue,
    start: activeAt(from),
    opened: openedAt !== null && openedAt >= from ? 1 : 0,
    closed: closedAt !== null && closedAt >= from ? 1 : 0,
    end: activeAt(to),
  };
  const mismatch = residualOf(seen) === 0 ? null : mismatchOf(fact, byFills, { rowOpened, rowEnd }, isHeld);
  return { ...seen, mismatch };
}

function mismatchOf(
  { id, venue, symbol, openedAt, closedAt }: PositionFact,
  byFills: Changes,
  { rowOpened, rowEnd }: { readonly rowOpened: number; readonly rowEnd: number | null },
  isHeld: boolean,
): Mismatch {
  const about = { positionId: id, venue, symbol, at: openedAt, openAtVenue: false };
  if (!byFills.opened) return { ...about, rowSays: 'opened', fillsSay: 'no entry', kind: 'no-entry-fill' };
  const isOpenedElse = Math.abs(rowOpened - openedAt) > GRACE_MS;
  if (isOpenedElse && (byFills.closed ? rowEnd === closedAt : rowEnd === null))
    return {
      ...about,
      rowSays: `opened at ${iso(rowOpened)}`,
      fillsSay: `entered at ${iso(openedAt)}`,
      kind: 'other-opening',
    };
  if (byFills.closed && rowEnd !== null)
    return {
      ...about,
      at: closedAt ?? openedAt,
      rowSays: `closed at ${iso(rowEnd)}`,
      fillsSay: `left at ${iso(closedAt ?? openedAt)}`,
      kind: 'other-end',
    };
  if (byFills.closed)
    return {
      ...about,
      at: closedAt ?? openedAt,
      rowSays: 'open',
      fillsSay: 'closed',
      kind: 'row-still-open',
    };
  // What is stored did happen: until a fill says otherwise, the exchange still holds it.
  const held = { at: rowEnd ?? openedAt, openAtVenue: isHeld };
  return { ...about, ...held, rowSays: 'closed', fillsSay: 'no full exit', kind: 'no-exit-fill' };
}

/** Fills that no position claims, as one instrument that starts flat. */
function strayOf({ fills, mayBelong }: StrayFills): Seen {
  const [first] = fills;
  let held: Money = ZERO;
  let [opened, closed] = [0, 0];
  for (const { side, quantity } of fills) {
    const size = positiveOrNull(quantity);
    if (size === null || sideOf(side) === 'unknown') continue;
    const next = side === 'long' ? held.plus(size) : held.minus(size);
    const isTurned = !held.isZero() && !next.isZero() && next.isPositive() !== held.isPositive();
    if (held.isZero() || isTurned) opened += 1;
    if (next.isZero() || isTurned) closed += 1;
    held = next;
  }
  const venue = venueOf(first?.exchange ?? null);
  const mismatch: Mismatch = {
    positionId: null,
    venue,
    symbol: first?.symbol ?? 'unknown',
    at: timeOrNull(first?.at ?? null) ?? 0,
    rowSays: 'no position',
    fillsSay: 'traded',
    openAtVenue: !held.isZero() && !mayBelong,
    // Who names a position is this bot, whatever became of the row.
    kind: fills.some(({ position_id: id }) => id !== null) ? 'named-fills' : 'stray-fills',
  };
  const isFlat = mayBelong && opened === closed;
  return { venue, start: 0, opened, closed, end: 0, mismatch: isFlat ? null : mismatch };
}

const snap = (stated: number, filled: number | null): number =>
  filled !== null && Math.abs(stated - filled) <= GRACE_MS ? filled : stated;

/** What a position's row, or its exits, say against its own fills (catalogue DI3, from what the bot stored). */
export interface Contradiction {
  readonly fact: PositionFact;
  readonly what: 'quantity' | 'exits' | 'entry-price' | 'exit-price';
  readonly row: Money;
  readonly fills: Money;
}

/**
 * Rows whose quantity or entry price no state of their fills explains, and exits beyond what was held. Rows are read as
 * they stand now: one that was traded on or, open, written after the window, or traded just before its end, cannot be compared. Null without
 * positions, their fills and what was traded later.
 */
export function contradictionsOf(source: PositionFacts, input: Input) {
  const { rows, window, settings } = input;
  if (!source.ok || source.rung !== 'fills' || !rows.laterFills.ok) return null;
  const later = rows.laterFills.rows;
  const traded = new Set(later.map(({ position_id: id }) => id));
  const unlinked = later.filter(({ position_id: id }) => id === null);
  const instruments = new Set(unlinked.map(({ exchange, symbol }) => instrumentKey(exchange, symbol)));
  const to = ms(window.to);
  const compared = source.positions.filter(({ id, venue, symbol, ledger, closedAt, isWrittenLater }) => {
    const last = ledger?.steps.at(-1);
    const isSettled = last !== undefined && last.at < to - GRACE_MS;
    if (closedAt === null && isWrittenLater) return false;
    return isSettled && !traded.has(id) && !instruments.has(instrumentKey(venue, symbol));
  });
  const found = [
    ...source.positions.flatMap((fact) => beyondHeld(fact, settings.rowQuantityTolerancePct)),
    ...compared.flatMap((fact) => againstRow(fact, settings)),
  ];
  return { compared, found };
}

function beyondHeld(fact: PositionFact, tolerancePct: number): readonly Contradiction[] {
  if (fact.ledger === null) return [];
  const { excess, peakQuantity } = fact.ledger;
  if (excess.lessThanOrEqualTo(share(peakQuantity, tolerancePct))) return [];
  return [{ fact, what: 'exits', row: peakQuantity, fills: peakQuantity.plus(excess) }];
}

/** A bot may keep the quantity it opened, the most it held or what is left, and either mean of its entries. */
function againstRow(fact: PositionFact, settings: Input['settings']): readonly Contradiction[] {
  const { ledger, row } = fact;
  if (ledger === null) return [];
  const found: Contradiction[] = [];
  const [quantity, price] = [row.quantity, row.entry_price].map(positiveOrNull);
  const held = ledger.steps.map((step) => step.quantity);
  if (quantity && !isAnyOf(quantity, [...held, ledger.entered], settings.rowQuantityTolerancePct)) {
    const left = held.at(-1);
    const fills = left === undefined || left.isZero() ? ledger.peakQuantity : left;
    found.push({ fact, what: 'quantity', row: quantity, fills });
  }
  if (price && !isAnyOf(price, [ledger.entryPrice, ledger.averageCost], settings.rowPriceTolerancePct))
    found.push({ fact, what: 'entry-price', row: price, fills: ledger.entryPrice });
  // A bot may keep the price that asked for its exit: only what no slippage explains is told.
  const exit = positiveOrNull(row.exit_price);
  const last = positiveOrNull(ledger.steps.at(-1)?.fill.price ?? null) ?? ledger.exitPrice;
  if (exit && ledger.exitPrice && last && !isAnyOf(exit, [ledger.exitPrice, last], settings.rowPriceFarPct))
    found.push({ fact, what: 'exit-price', row: exit, fills: ledger.exitPrice });
  return found;
}

const isAnyOf = (value: Money, expected: readonly Money[], tolerancePct: number): boolean =>
  expected.some((one) => value.minus(one).abs().lessThanOrEqualTo(share(one, tolerancePct)));
const share = (of: Money, percent: number): Money => of.times(percent).div(100);
