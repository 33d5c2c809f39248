import { sum } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import type { Limit } from '../shared/facts/limits.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { exposureOf, notionalMinutes } from '../shared/vocabulary/exposure-modifier.ts';
import type { Concurrency } from './concurrency.ts';
import type { Input } from './input.ts';

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
