import type { Money } from '../../../audit/decimal.ts';
import type { OrderRow, StopChangeRow } from '../queries/trading-rows.ts';
import { GRACE_MS, positiveOrNull, requestedAt, timeOrNull } from './row-values.ts';

/**
 * What a column of an order held from a time on. A row has only its last value. `recorded`: a change or an untouched row
 * says it. `presumed`: the last value, and nothing shows that it was another. `unknown`: it was rewritten since, and
 * nothing says from what.
 */
export interface Level {
  /** Milliseconds since the epoch; -Infinity from the beginning. */
  readonly from: number;
  readonly value: Money | null;
  readonly basis: 'recorded' | 'presumed' | 'unknown';
}

/** The values of the columns of an order that its row overwrites, by time. */
export interface OrderHistory {
  readonly triggers: readonly Level[];
  readonly quantities: readonly Level[];
  /** When the row was rewritten, where that leaves an earlier value unknown. */
  readonly rewrittenAt: number | null;
}

const UNKNOWN = { value: null, basis: 'unknown' } as const;

interface Life {
  readonly ackAt: number | null;
  readonly endedAt: number | null;
  readonly quantity: Money | null;
  /** End of the window; what was written after it says nothing of the window. */
  readonly to: number;
}

/** @param changes of this order, in order of time */
export function orderHistory(order: OrderRow, changes: readonly StopChangeRow[], life: Life): OrderHistory {
  const own = changes.flatMap(({ kind, at, old_price: old, new_price: price }): Change[] => {
    const value = positiveOrNull(price);
    if (value === null || (kind !== 'placed' && kind !== 'updated')) return [];
    return [{ at: Date.parse(at), kind, old: positiveOrNull(old), value }];
  });
  const recorded = own.map(({ at }) => at);
  const untold = rewriting(order, life, []);
  const last = { value: positiveOrNull(order.trigger_price), rewriting: untold, to: life.to };
  const triggers = own.length > 0 ? levelsOf(own, last, life) : lastValue(last.value, untold, life.to);
  const resized = rewriting(order, life, recorded);
  const quantities =
    order.close_on_trigger === true
      ? [{ from: -Infinity, value: null, basis: 'recorded' } as const]
      : lastValue(life.quantity, resized, life.to);
  const isUnknown = [...triggers, ...quantities].some(({ basis }) => basis === 'unknown');
  return { triggers, quantities, rewrittenAt: isUnknown ? timeOrNull(order.updated_at) : null };
}

/** The level at a time; what is before the first is the first. */
export function levelAt(levels: readonly Level[], at: number): Level {
  return levels.findLast(({ from }) => from <= at) ?? levels[0] ?? { from: -Infinity, ...UNKNOWN };
}

type Rewriting = ReturnType<typeof rewriting>;

/**
 * What the last update of a row was: none after the answer to the request; its end, a trigger, a part of it filled or a
 * recorded change, behind which an earlier one may hide; or one that nothing explains.
 */
function rewriting(order: OrderRow, { ackAt, endedAt, to }: Life, recorded: readonly number[]) {
  const at = timeOrNull(order.updated_at);
  if (at === null) return { kind: 'untold', at } as const;
  const isNear = (time: number | null): boolean => time !== null && Math.abs(at - time) <= GRACE_MS;
  const [requested, answered] = [requestedAt(order), timeOrNull(order.venue_at)];
  if (isNear(requested) || isNear(answered) || isNear(ackAt)) return { kind: 'none', at } as const;
  const isEnd = endedAt !== null && at >= endedAt - GRACE_MS;
  const isPart = order.status === 'partially_filled' || positiveOrNull(order.filled) !== null;
  // Of an order whose changes are recorded, those after the window are not read.
  const isRecorded = recorded.some(isNear) || (recorded.length > 0 && at >= to);
  const isExplained = isEnd || isPart || isNear(timeOrNull(order.triggered_at)) || isRecorded;
  return { kind: isExplained ? 'explained' : 'unexplained', at } as const;
}

/** The value of a row of which no change was recorded. */
function lastValue(value: Money | null, { kind, at }: Rewriting, to: number): readonly Level[] {
  if (kind === 'none') return [{ from: -Infinity, value, basis: 'recorded' }];
  if (kind !== 'unexplained') return [{ from: -Infinity, value, basis: 'presumed' }];
  const before = { from: -Infinity, ...UNKNOWN };
  return at >= to ? [before] : [before, { from: at, value, basis: 'recorded' }];
}

interface Change {
  readonly at: number;
  readonly kind: 'placed' | 'updated';
  readonly old: Money | null;
  readonly value: Money;
}

/** Recorded changes one after the other; where one does not begin with what the last ended with, others are missing. */
function levelsOf(
  changes: readonly Change[],
  last: { readonly value: Money | null; readonly rewriting: Rewriting; readonly to: number },
  { ackAt }: Life,
): readonly Level[] {
  const levels: Level[] = [];
  for (const [index, { at, kind, old, value }] of changes.entries()) {
    const previous = levels.at(-1)?.value;
    if (index === 0) {
      const isFirst = at <= (ackAt ?? at) + GRACE_MS;
      const before = kind === 'placed' ? value : old;
      if (!isFirst)
        levels.push({ from: -Infinity, value: before, basis: before === null ? 'unknown' : 'presumed' });
      levels.push({ from: isFirst ? -Infinity : at, value, basis: 'recorded' });
      continue;
    }
    // Right after a change its value stood; from then on to one that begins elsewhere nobody knows.
    if (previous && old !== null && !old.equals(previous))
      levels.push({ from: (changes[index - 1]?.at ?? at) + 1, ...UNKNOWN });
    levels.push({ from: at, value, basis: 'recorded' });
  }
  return [...levels, ...remainder(levels.at(-1), changes.at(-1)?.at ?? 0, last)];
}

/** What the row says beyond the last recorded change. */
function remainder(
  end: Level | undefined,
  changedAt: number,
  { value, rewriting: { kind, at }, to }: { value: Money | null; rewriting: Rewriting; to: number },
): readonly Level[] {
  if (value === null || end?.value?.equals(value) === true) return [];
  const after = changedAt + 1;
  // A change after the window is not read, so a later value is no sign of a missing one.
  if (at !== null && at >= to) return [{ from: after, value: end?.value ?? null, basis: 'presumed' }];
  const unknown = { from: after, ...UNKNOWN };
  return kind === 'untold' || at <= after ? [unknown] : [unknown, { from: at, value, basis: 'recorded' }];
}
