import { formatReason } from '../../audit/format.ts';
import { latency } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import { lines, unshown, type ColumnOf, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { at } from './cases.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

const STATISTICS = { avg: 'average', p95: 'P95', p99: 'P99', max: 'max' } as const;
type Statistic = keyof typeof STATISTICS;

function operationsOf({ initial, updates }: Facts) {
  return [
    {
      name: 'stop_set',
      id: 'SL6',
      title: 'Initial stop set',
      formula:
        'acknowledgement of the first stop - entry; a stop that never came counts with the time without it',
      samples: initial.filter(({ setAt, latencyMs }) => setAt !== null || latencyMs > 0),
    },
    {
      name: 'stop_update',
      id: 'SL7',
      title: 'Stop updated',
      formula: 'acknowledgement of the new stop - request (or end of the old stop, if earlier)',
      samples: updates.flatMap(({ position, latencyMs }) =>
        latencyMs === null ? [] : [{ position, latencyMs }],
      ),
    },
  ];
}

/** SL6 and SL7 at one exchange or in total: nearest-rank percentiles of pooled samples, each with its n. */
export function responseTimes(facts: Facts, input: Input, venue: string | null): Lines {
  const { timesMissing: unseen } = facts;
  return lines({
    columns: Object.entries(STATISTICS).map(([stat, title]): ColumnOf<Statistic> => ({
      is: stat as Statistic,
      title: capitalised(title),
      labels: { stat, ...(venue !== null && { exchange: venue }) },
      ...(venue !== null && { suffix: `, ${capitalised(venue)}` }),
    })),
    ...facts.from,
    currency: input.bot.quoteCurrency,
    unseen,
    lines: operationsOf(facts).map(({ name, id, title, formula, samples }): Line<Statistic> => {
      const times = latency(at(samples, venue).map(({ latencyMs }) => latencyMs));
      const count = text`${fig(`${name}_samples`)} samples`;
      return {
        name,
        id,
        unit: 'ms',
        title: (stat) => `${title}, ${STATISTICS[stat]}`,
        formula: (stat) => `${STATISTICS[stat]} of ${formula}`,
        of: (stat) => ({ value: times[stat], n: times.n }),
        row: title,
        note:
          unseen !== null
            ? formatReason(unseen.reason, unseen.detail)
            : isKnown(times.p95)
              ? count
              : text`${count}, too few for a percentile`,
      };
    }),
  });
}

/** How many samples each of them has. */
export function sampleLines(facts: Facts): readonly Line[] {
  return operationsOf(facts).map(({ name, id, title, formula, samples }) => ({
    ...unshown(id, 'count', `${name}_samples`, `${title}, samples`),
    formula: `number of samples of: ${formula}`,
    unseen: facts.timesMissing,
    of: (venue) => at(samples, venue).length,
  }));
}
