import { sum } from '../../audit/decimal.ts';
import type { Window } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import type { Limit } from '../shared/facts/limits.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { exposureOf, notionalMinutes } from '../shared/vocabulary/exposure-modifier.ts';
import type { Input } from './input.ts';

type Concurrency = ReturnType<typeof concurrencyOf>;

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

/** Time with more open positions than the limit, and what was opened in it (PM-01); none above a limit that is not set. */
export function aboveLimit(
  positions: readonly PositionFact[],
  { steps, maxAt }: Concurrency,
  limit: Limit | null,
  { shared, window, settings }: Input,
) {
  const end = ms(window.to);
  const spells = spellsAbove(steps, limit?.value.toNumber() ?? Infinity, end);
  const first = spells[0]?.from ?? maxAt;
  const opened = positions.filter(({ openedAt }) =>
    spells.some(({ from, to }) => openedAt >= from && openedAt < to),
  );
  const minutes = opened.flatMap(({ notional, openedAt, closedAt }) =>
    spells.map(({ from, to }) =>
      notionalMinutes(notional, Math.max(0, Math.min(to, closedAt ?? end) - Math.max(from, openedAt))),
    ),
  );
  const entries = positions.filter(
    ({ openedAt }) => openedAt >= first - settings.entryRaceMs && openedAt <= maxAt,
  );
  /** Two entries on the way to the maximum came together. */
  const raced = entries.some(
    ({ openedAt }, index) => openedAt - (entries[index - 1]?.openedAt ?? -Infinity) <= settings.entryRaceMs,
  );
  // E of what was opened above the limit, for as long as it was exceeded.
  return { spells, opened, raced, exposure: exposureOf(sum(minutes), shared.market.equityAt(null, first)) };
}

function spellsAbove(steps: Concurrency['steps'], limit: number, end: number) {
  const spells: { from: number; to: number }[] = [];
  steps.forEach(({ at, count }, index) => {
    if (count <= limit) return;
    const to = steps[index + 1]?.at ?? end;
    const last = spells.at(-1);
    if (last?.to === at) last.to = to;
    else spells.push({ from: at, to });
  });
  return spells;
}
