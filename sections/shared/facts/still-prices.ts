import { median } from 'd3-array';
import type { Money } from '../../../audit/decimal.ts';

/** From the first to the last point of one price that did not change, milliseconds. */
export interface StillSpan {
  readonly from: number;
  readonly to: number;
  readonly price: Money;
  /** Whether another price stood before it: else nobody knows how old the first of it is. */
  readonly hasBegin: boolean;
}

interface Run {
  readonly from: number;
  to: number;
  readonly price: Money;
  points: number;
}

/** A price that is asked so often and never changes is not asked any more. */
const LEAST_POINTS = 5;
/** Fewer changes than trades and these show a price that is written when something is traded, and not one that moves. */
const LEAST_CHANGES = 20;
/** So many times as long as a price of this instrument usually stands. */
const TIMES = 10;

/**
 * Times in which a price stood still for `leastMs` and far longer than it usually does: a feed that repeats its last
 * answer. One that is written once and not repeated is no such price, it is old.
 * @param trades of the bot in this instrument, each of which may have written a price
 */
export function stillSpans(
  points: readonly { readonly at: number; readonly value: Money }[],
  leastMs: number,
  trades = 0,
): readonly StillSpan[] {
  const runs: Run[] = [];
  for (const { at, value } of points) {
    const last = runs.at(-1);
    if (last?.price.equals(value)) {
      last.to = at;
      last.points += 1;
    } else runs.push({ from: at, to: at, price: value, points: 1 });
  }
  if (runs.length <= trades + LEAST_CHANGES) return [];
  const stands = runs
    .map(({ from }, index) => (runs[index + 1]?.from ?? Infinity) - from)
    .filter(Number.isFinite);
  const usual = median(stands) ?? 0;
  const isStill = ({ from, to, points: n }: Run): boolean =>
    n >= LEAST_POINTS && to - from >= leastMs && to - from >= TIMES * usual;
  return runs.flatMap((run, index) =>
    isStill(run) ? [{ from: run.from, to: run.to, price: run.price, hasBegin: index > 0 }] : [],
  );
}
