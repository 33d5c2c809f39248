import { expect, test } from '@jest/globals';
import { chartByBucket } from '../../sections/api-performance/by-hour.ts';
import type { Input } from '../../sections/api-performance/input.ts';
import { CHARTED } from '../../sections/hourly-timeline/statistics.ts';
import { WINDOW } from './support.ts';

const tones = (rows: readonly { readonly tone: string }[]): readonly string[] => rows.map(({ tone }) => tone);

test('a count of all exchanges has no colour of one of them', () => {
  const block = chartByBucket({ window: WINDOW, bucketS: 3600 } as Input);
  const calls = block.type === 'chart' && block.chart.kind === 'multiples' ? block.chart.rows : [];
  expect(tones(calls)).toEqual(['neutral', 'warning']);
  expect(tones(CHARTED)).toEqual(['neutral', 'neutral', 'warning', 'bad']);
});
