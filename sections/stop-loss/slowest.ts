import type { Block } from '../../audit/block.ts';
import { figureKey } from '../../audit/figure.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { operationsOf } from './response-times.ts';

/** The slowest answer of each bucket; nothing where no stop was timed. */
export function slowestChart(facts: Facts, input: Input, out: Output): readonly Block[] {
  const { window, bucketS } = input;
  const timed = facts.timesMissing === null ? operationsOf(facts).filter(hasSamples) : [];
  if (timed.length === 0) return [];
  const unit = bucketS === 3600 ? 'hour' : bucketS === 86_400 ? 'day' : 'bucket';
  const rows = timed.map(({ name, title, samples }) => ({
    series: out.series({
      id: `stop-loss.${name}`,
      title,
      unit: 'ms',
      queries: facts.from.queries,
      points: slowest(samples, input),
    }),
    total: figureKey(name, { stat: 'max' }),
    tone: 'neutral' as const,
  }));
  return [
    {
      type: 'chart',
      title: `Slowest stop by ${unit} (ms)`,
      subtitle: text`from request to acknowledgement, of a first stop from the entry, by ${facts.from.basis}`,
      window,
      gaps: [],
      chart: { kind: 'multiples', rows },
      alt: `Bars by ${unit}: the longest time to a position’s first stop, and the longest of a stop change.`,
    },
  ];
}

type Operation = ReturnType<typeof operationsOf>[number];

function hasSamples({ samples }: Operation): boolean {
  return samples.length > 0;
}

/** A time that ended with the window, or after it, counts in the last bucket: there it was still waited for. */
function slowest(samples: Operation['samples'], { window, bucketS }: Input) {
  const [from, to, width] = [ms(window.from), ms(window.to), bucketS * 1000];
  const longest = Array.from({ length: Math.ceil((to - from) / width) }, (): number | null => null);
  for (const { endedAt, latencyMs } of samples) {
    const index = Math.min(longest.length - 1, Math.floor((endedAt - from) / width));
    if (index >= 0) longest[index] = Math.max(longest[index] ?? 0, latencyMs);
  }
  return longest.map((value, index) => ({ at: iso(from + index * width), value }));
}
