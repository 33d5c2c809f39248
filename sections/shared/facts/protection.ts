import { formatReason } from '../../../audit/format.ts';
import type { Rows, Surroundings } from '../../../audit/input.ts';
import { mergeIntervals, ms } from '../../../audit/time.ts';
import { missing } from '../../../audit/value.ts';
import { ordersQuery, positionsQuery, stopChangesQuery } from '../queries/trading.ts';
import type { FillRow, OrderRow, StopChangeRow } from '../queries/trading-rows.ts';
import type { PositionFact, PositionFacts } from './position-facts.ts';
import type { EarlyEnds } from './early-ends.ts';
import { dustFrom } from './dust.ts';
import { rowsById } from './ids.ts';
import { lostStops } from './lost-stops.ts';
import type { OrderClock } from './order-clocks.ts';
import { decimalOrNull, positiveOrNull, timeOrNull } from './row-values.ts';
import { isHoldingUnknown } from './unknown-holdings.ts';
import { isStop } from './order-roles.ts';
import { stopOrdersOf, type StopOrder } from './stop-orders.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Time in the window during which a position that needs a stop had none. */
export interface Gap extends Span {
  readonly positionId: string;
  /** It lasted to the window's end with the position open. */
  readonly atEnd: boolean;
}

/** One position with its stops; `gaps`, those longer than the grace, is null when the evidence does not say it or is in doubt. */
export interface ProtectedPosition {
  readonly fact: PositionFact;
  /** False for strategies that trade without stops by design. */
  readonly required: boolean;
  /** Its stops are orders whose times are those of another clock, or one of them has no time from which on it stood. */
  readonly isUntimed: boolean;
  readonly stops: readonly StopOrder[];
  readonly changes: readonly StopChangeRow[];
  readonly gaps: readonly Gap[] | null;
  /** When stops may have stood whose orders are not stored. */
  readonly lost: readonly Span[];
  /** For some time the evidence does not say whether it had a stop. */
  readonly isInDoubt: boolean;
  /** All time without a stop, the moments within the grace included; null with `gaps`. */
  readonly bare: readonly Gap[] | null;
}

/** What evidence the protection is judged by. */
const BASIS = {
  orders: { rung: 'fills', basis: 'stop orders', queries: [positionsQuery.id, ordersQuery.id] },
  changes: {
    rung: 'bot',
    basis: 'stop changes as the bot recorded them',
    queries: [positionsQuery.id, stopChangesQuery.id],
  },
  price: { rung: 'bot', basis: 'stop price in the position rows', queries: [positionsQuery.id] },
  flag: { rung: 'flag', basis: 'flag has_stop_loss alone', queries: [positionsQuery.id] },
} as const;
type StopEvidence = keyof typeof BASIS;

export type ProtectionFacts = ReturnType<typeof protectionFacts>;

interface Sources {
  readonly facts: PositionFacts;
  /** Of exchanges whose orders are written in another time. */
  readonly clocks: ReadonlyMap<string, OrderClock>;
  readonly ends: Pick<EarlyEnds, 'endOf'>;
  readonly orders: Rows<OrderRow>;
  readonly fills: Rows<FillRow>;
  readonly stopChanges: Rows<StopChangeRow>;
}

/**
 * How each position was protected, from stop orders, else recorded stop changes, else the row's stop price, else its
 * flag. Without any of them the answer is unknown, never "no position without a stop".
 */
export function protectionFacts(
  { facts, clocks, ends, orders, fills, stopChanges }: Sources,
  input: Pick<Surroundings, 'window' | 'has' | 'bot'>,
  graceMs: number,
) {
  if (!facts.ok) return facts;
  const evidence = bestEvidence(facts.positions, orders, stopChanges, input);
  if (evidence === null) {
    const why = missing('no_data', 'no stop order, stop change, stop price or stop flag was ever recorded');
    return { ok: false as const, ...why };
  }
  const changes = rowsById(stopChanges.ok ? stopChanges.rows : [], (row) => row.position_id);
  const window = { from: ms(input.window.from), to: ms(input.window.to) };
  const stops = stopOrdersOf(orders.ok ? orders.rows : [], facts.positions, {
    hasVenueAt: input.has('order', 'venue_at'),
    hasTrigger: input.has('order', 'trigger_price'),
    changes,
    to: window.to,
  });
  const lostOf = lostStops(orders, fills, window, ends);
  const without = new Set(input.bot.strategiesWithoutStop);
  const positions = facts.positions.map((fact): ProtectedPosition => {
    const own = stops.get(fact.id) ?? [];
    const recorded = changes(fact.id);
    const required = fact.strategy === null || !without.has(fact.strategy);
    // Of what nobody knows the size no stop is known to protect.
    const isUnknown = isHoldingUnknown(fact.row);
    const sure = isUnknown ? [] : own.filter(({ doubt }) => doubt === null);
    const dustAt = dustFrom(fact);
    const needless = dustAt === null ? [] : [{ from: dustAt, to: Infinity }];
    const lost = evidence === 'orders' && required ? lostOf(fact, recorded) : [];
    const gapsWith = (
      limitMs: number,
      some: readonly StopOrder[],
      also: readonly Span[],
    ): readonly Gap[] | null => {
      const covered = coverOf(evidence, fact, some, recorded, window, graceMs);
      if (covered === null) return null;
      return required ? gapsOf(fact, [...covered, ...needless, ...also], window, limitMs) : [];
    };
    const gapsOver = (limitMs: number): readonly Gap[] | null => {
      const gaps = gapsWith(limitMs, sure, []);
      if (gaps === null || gaps.length === 0 || (sure.length === own.length && lost.length === 0))
        return gaps;
      // Those that remain when doubtful orders count as stops are certain; when none remain, the answer depends on the doubt.
      const certain = gapsWith(limitMs, own, lost) ?? [];
      return certain.length > 0 ? certain : null;
    };
    // When such stops stood, nobody knows.
    const isOfOrders = evidence === 'orders' && required;
    const isElsewhere = isOfOrders && isOfOtherTime(clocks.get(fact.venue));
    const isUntimed = isElsewhere || (isOfOrders && own.some(({ isUndated }) => isUndated));
    const gaps = isElsewhere ? null : gapsOver(graceMs);
    const bare = gaps === null ? null : gapsOver(0);
    const timeOf = (some: readonly Gap[] | null): number =>
      (some ?? []).reduce((total, { from, to }) => total + to - from, 0);
    const isInDoubt = gaps === null || timeOf(gaps) < timeOf(gapsWith(graceMs, sure, []));
    return { fact, required, isUntimed, stops: own, changes: recorded, gaps, bare, lost, isInDoubt };
  });
  const noOrders = orders.ok
    ? 'no stop order was recorded'
    : `orders: ${formatReason(orders.reason, orders.detail)}`;
  const why = evidence === 'orders' ? null : noOrders;
  return { ok: true as const, evidence, ...BASIS[evidence], why, positions };
}

/** Beside fills of another time positions are those of their rows, which lie with the orders. */
const isOfOtherTime = (clock: OrderClock | undefined): boolean => clock?.of === 'orders' && clock.isWhole;

function bestEvidence(
  positions: readonly PositionFact[],
  orders: Rows<OrderRow>,
  stopChanges: Rows<StopChangeRow>,
  { has }: Pick<Surroundings, 'has'>,
): StopEvidence | null {
  if (orders.ok && (positions.length === 0 || orders.rows.some(isStop))) return 'orders';
  if (stopChanges.ok && (positions.length === 0 || stopChanges.rows.length > 0)) return 'changes';
  const isKept = (column: 'stop_loss_price' | 'has_stop_loss'): boolean =>
    has('position', column) && positions.some(({ row }) => row[column] !== null);
  if (isKept('stop_loss_price')) return 'price';
  return isKept('has_stop_loss') ? 'flag' : null;
}

/**
 * The spans during which the evidence shows a stop. A row says only what stood when it was last written: null when that
 * was after the window or the position is closed, and one without a stop is bare from then on.
 */
function coverOf(
  evidence: StopEvidence,
  fact: PositionFact,
  stops: readonly StopOrder[],
  changes: readonly StopChangeRow[],
  window: Span,
  graceMs: number,
): readonly Span[] | null {
  if (evidence === 'orders') {
    // A stop for a quantity of zero closes nothing.
    return stops.flatMap(({ ackAt, endedAt, quantity, doubt }) =>
      ackAt === null || (doubt === null && quantity?.isZero() === true)
        ? []
        : [{ from: ackAt, to: endedAt ?? Infinity }],
    );
  }
  if (evidence === 'changes') return coverOfChanges(changes);
  const updated = timeOrNull(fact.row.updated_at);
  if (fact.closedAt !== null || (updated !== null && updated >= window.to)) return null;
  const price = positiveOrNull(fact.row.stop_loss_price);
  const held =
    evidence === 'price'
      ? price !== null && fact.row.has_stop_loss !== false
      : fact.row.has_stop_loss === true;
  const latest = window.to - graceMs - 1;
  return [{ from: -Infinity, to: held ? Infinity : Math.min(updated ?? latest, latest) }];
}

function coverOfChanges(changes: readonly StopChangeRow[]): readonly Span[] {
  const spans: Span[] = [];
  let since: number | null = null;
  for (const change of changes) {
    const at = ms(change.at);
    if (change.kind === 'placed' || change.kind === 'updated') {
      const bareMs = decimalOrNull(change.unprotected_window_ms)?.toNumber() ?? 0;
      if (since !== null && bareMs > 0) {
        spans.push({ from: since, to: at - bareMs });
        since = at;
      }
      since ??= at;
    } else if ((change.kind === 'removed' || change.kind === 'triggered') && since !== null) {
      spans.push({ from: since, to: at });
      since = null;
    }
  }
  return since === null ? spans : [...spans, { from: since, to: Infinity }];
}

/** The parts of the position's life in the window that no span covers, longer than the grace. */
export function gapsOf(
  fact: PositionFact,
  covered: readonly Span[],
  window: Span,
  graceMs: number,
): readonly Gap[] {
  const end = Math.min(fact.closedAt ?? window.to, window.to);
  const gaps: Gap[] = [];
  let cursor = fact.openedAt;
  const close = (to: number): void => {
    const gap = { from: Math.max(cursor, window.from), to: Math.min(to, end) };
    // The grace is measured on the whole gap, so that a window's edge neither hides nor makes one.
    if (gap.to > gap.from && Math.min(to, end) - cursor > graceMs) {
      gaps.push({ positionId: fact.id, ...gap, atEnd: gap.to === window.to && fact.closedAt === null });
    }
  };
  for (const span of mergeIntervals(covered)) {
    if (span.from > cursor) close(span.from);
    cursor = Math.max(cursor, span.to);
    if (cursor >= end) return gaps;
  }
  close(end);
  return gaps;
}
