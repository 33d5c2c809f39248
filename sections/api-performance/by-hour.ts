import type { Block, Series } from '../../audit/block.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

const ROWS = [
  { id: 'calls', title: 'API calls', total: 'api_calls', tone: 'neutral', of: (step: Step) => step.calls },
  {
    id: 'failed',
    title: 'Failed calls',
    total: 'api_failed',
    tone: 'warning',
    of: (step: Step) => step.failed,
  },
] as const;
type Step = Facts['steps'][number];

/** Calls and failures in each bucket of the timeline. */
export function seriesByBucket({ steps }: Facts, { window, bucketS }: Input): readonly Series[] {
  const [from, width] = [ms(window.from), bucketS * 1000];
  const length = Math.ceil((ms(window.to) - from) / width);
  return ROWS.map(({ id, title, of }) => {
    const counts = Array.from({ length }, () => 0);
    for (const step of steps) {
      const index = Math.floor((ms(step.at) - from) / width);
      counts[index] = (counts[index] ?? 0) + of(step);
    }
    return {
      id: `api-performance.${id}`,
      title,
      unit: 'count',
      queries: asked('steps'),
      points: counts.map((value, index) => ({ at: iso(from + index * width), value })),
    };
  });
}

export function chartByBucket({ window, bucketS }: Input): Block {
  const unit = bucketS === 3600 ? 'hour' : bucketS === 86_400 ? 'day' : 'bucket';
  return {
    type: 'chart',
    title: `Calls by ${unit}`,
    subtitle: text`from the API log`,
    window,
    gaps: [],
    chart: {
      kind: 'multiples',
      rows: ROWS.map(({ id, total, tone }) => ({ series: `api-performance.${id}`, total, tone })),
    },
    alt: `Bars by ${unit}: calls to the exchanges, and those that failed.`,
  };
}
