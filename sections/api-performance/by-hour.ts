import type { Block, Series } from '../../audit/block.ts';
import { figureKey } from '../../audit/figure.ts';
import type { Output } from '../../audit/section.ts';
import { MIN_N } from '../../audit/statistics.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import type { Facts } from './facts.ts';
import { asked, OPERATIONS, SECTION, titleOf, type Input } from './input.ts';

type Step = Facts['steps'][number];
type Bucket = ReturnType<typeof bucketsOf>[number];

interface Row extends Series {
  readonly total: string;
  readonly tone: 'neutral' | 'warning';
}

/** What a shift's calls were like in each bucket of the timeline: how many, how many failed, and how long they took. */
export function defineBuckets(facts: Facts, input: Input, out: Output): void {
  const rows = rowsOfChart(facts, input);
  for (const { total: _total, tone: _tone, ...series } of rows) out.series(series);
  if (!rows.some(({ unit }) => unit === 'ms')) return;
  const define = tablesOf(out, SECTION, input.bot.quoteCurrency, asked);
  define(hours, 'buckets', 'Durations by time and operation', bucketsOf(input), 'buckets');
}

export function chartByBucket(facts: Facts, input: Input): Block {
  const { window, bucketS } = input;
  const unit = bucketS === 3600 ? 'hour' : bucketS === 86_400 ? 'day' : 'bucket';
  const rows = rowsOfChart(facts, input).map(({ id, total, tone }) => ({ series: id, total, tone }));
  const isTimed = rows.length > 2;
  return {
    type: 'chart',
    title: `Calls by ${unit}`,
    subtitle: text`from the API log`,
    window,
    gaps: [],
    chart: { kind: 'multiples', rows },
    alt: `Bars by ${unit}: calls to the exchanges, and those that failed${isTimed ? '; the P95 of operations that missed their objective' : ''}.`,
  };
}

function rowsOfChart({ steps }: Facts, input: Input): readonly Row[] {
  const { window, bucketS } = input;
  const [from, width] = [ms(window.from), bucketS * 1000];
  const starts = Array.from({ length: Math.ceil((ms(window.to) - from) / width) }, (_, index) => index);
  const points = (values: readonly (number | null)[]) =>
    starts.map((index) => ({ at: iso(from + index * width), value: values[index] ?? null }));
  const counted = (of: (step: Step) => number): readonly number[] => {
    const counts = starts.map(() => 0);
    for (const step of steps) {
      const index = Math.floor((ms(step.at) - from) / width);
      counts[index] = (counts[index] ?? 0) + of(step);
    }
    return counts;
  };
  const count = { unit: 'count', queries: asked('steps') } as const;
  const buckets = bucketsOf(input);
  return [
    {
      ...{ id: `${SECTION}.calls`, title: 'API calls', total: 'api_calls', tone: 'neutral', ...count },
      points: points(counted(({ calls }) => calls)),
    },
    {
      ...{ id: `${SECTION}.failed`, title: 'Failed calls', total: 'api_failed', tone: 'warning', ...count },
      points: points(counted(({ failed }) => failed)),
    },
    ...TIMED.flatMap(({ kind, slo }): readonly Row[] => {
      const own = buckets.filter((one) => one.kind === kind && one.p95 !== null);
      // Where each bucket met its objective no bar says more than the P95 of the whole window.
      if (!own.some(({ p95 }) => (p95 ?? 0) > input.settings[slo])) return [];
      const at = new Map(own.map(({ bucket, p95 }) => [bucket, p95]));
      return [
        {
          ...{ id: `${SECTION}.p95-${kind}`, title: `${titleOf(kind)}, P95 (ms)`, tone: 'neutral' },
          ...{ unit: 'ms', queries: asked('buckets'), total: figureKey('api_p95', { operation: kind }) },
          points: points(starts.map((index) => at.get(index) ?? null)),
        },
      ];
    }),
  ];
}

/** Of stops section 2 draws the slowest. */
const TIMED = OPERATIONS.flatMap(({ kind, slo }) =>
  slo === null || kind === 'update_stop' ? [] : [{ kind, slo }],
);

/** In order of time; a P95 of too few calls is none (catalogue 3.0), the longest is there. */
function bucketsOf({ rows, window, bucketS }: Input) {
  return rowsOf(rows.buckets).map(({ operation_kind: kind, p95, ...row }) => ({
    ...row,
    kind: kind ?? 'unknown',
    at: ms(window.from) + row.bucket * bucketS * 1000,
    p95: row.calls < MIN_N.p95 ? null : p95,
  }));
}

const hours = table<Bucket>({
  from: col.time('From', ({ at }) => at),
  operation: col.text('Operation', ({ kind }) => titleOf(kind)),
  calls: col.count('Calls', ({ calls }) => calls),
  avg: col.ms('Avg (ms)', ({ average }) => average),
  p95: col.ms('P95 (ms)', ({ p95 }) => p95),
  max: col.ms('Longest (ms)', ({ longest }) => longest),
});
