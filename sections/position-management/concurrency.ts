import { ms } from '../../audit/time.ts';
import type { Window } from '../../audit/evidence.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';

export type Concurrency = ReturnType<typeof concurrencyOf>;

/**
 * How many positions were open over the window: the most and when first, the time-weighted mean, the share of time with
 * any in percent, and the count after each change. A sweep over `[open, close)`: at one instant closes come before opens, so a
 * replaced position is not two (P4, P5).
 */
export function concurrencyOf(
  positions: readonly Pick<PositionFact, 'openedAt' | 'closedAt'>[],
  window: Window,
) {
  const [from, to] = [ms(window.from), ms(window.to)];
  const changes = positions.flatMap(({ openedAt, closedAt }) => {
    const opened = Math.max(openedAt, from);
    if (opened >= to || (closedAt !== null && (closedAt <= from || closedAt <= openedAt))) return [];
    const closing = closedAt !== null && closedAt < to ? [{ at: closedAt, by: -1 }] : [];
    return [{ at: opened, by: 1 }, ...closing];
  });
  let last = { at: from, count: 0 };
  const steps = [last];
  for (const { at, by } of changes.sort((a, b) => a.at - b.at)) {
    if (at > last.at) steps.push((last = { at, count: last.count }));
    last.count += by;
  }
  let [max, maxAt, area, exposed] = [0, from, 0, 0];
  steps.forEach((step, index) => {
    const until = steps[index + 1]?.at ?? to;
    area += step.count * (until - step.at);
    if (step.count > 0) exposed += until - step.at;
    if (step.count > max) [max, maxAt] = [step.count, step.at];
  });
  return { max, maxAt, average: area / (to - from), exposedPct: (100 * exposed) / (to - from), steps };
}

/** The count at the end of each minute (or longer step) of the window, for a chart of at most 480 points. */
export function countsByStep({ steps }: Concurrency, window: Window) {
  const [from, to] = [ms(window.from), ms(window.to)];
  const widthMs = Math.max(60_000, Math.ceil((to - from) / 480));
  const points: { at: number; count: number }[] = [];
  let index = 0;
  for (let at = from; at <= to; at += widthMs) {
    while (index + 1 < steps.length && (steps[index + 1]?.at ?? Infinity) <= at) index += 1;
    points.push({ at, count: steps[index]?.count ?? 0 });
  }
  return points;
}
