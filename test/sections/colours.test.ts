import { expect, test } from '@jest/globals';
import { CHARTED } from '../../sections/hourly-timeline/statistics.ts';
import { run } from './api-calls.ts';

const tones = (rows: readonly { readonly tone: string }[]): readonly string[] => rows.map(({ tone }) => tone);

test('a count of all exchanges has no colour of one of them', () => {
  const blocks = run().parts.flatMap((part) => part.blocks);
  const calls = blocks.flatMap((block) =>
    block.type === 'chart' && block.chart.kind === 'multiples' ? block.chart.rows : [],
  );
  expect(tones(calls)).toEqual(['neutral', 'warning']);
  expect(tones(CHARTED)).toEqual(['neutral', 'neutral', 'warning', 'bad']);
});
