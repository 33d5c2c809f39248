import { ms } from '../../audit/time.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** How much of its rate limit each exchange saw used, by the headers of its answers; none of one without headers. */
export function limitsOf({ rows, settings }: Input) {
  const seen = rowsOf(rows.steps)
    .flatMap(({ exchange, used_percent: used, ...step }) =>
      used === null ? [] : [{ ...step, venue: exchange ?? 'unknown', used, at: ms(step.at) }],
    )
    .sort((a, b) => a.at - b.at);
  return [...groupBy(seen, ({ venue }) => venue)].map(([venue, steps]) => ({
    venue,
    steps,
    peak: steps.reduce((most, step) => (step.used > most.used ? step : most)),
    over: steps.filter(({ used }) => used > settings.limitWarnPct),
  }));
}

export type LimitUse = ReturnType<typeof limitsOf>[number];
