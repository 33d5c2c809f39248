import { describe, expect, test } from '@jest/globals';
import { hourlyTimeline } from '../../sections/hourly-timeline.ts';
import { snapshots } from './monitoring-coverage-support.ts';
import { at, BOT, evaluate, WINDOW, type Evidence } from './support.ts';

/** The chart of the hours, which the first page shows too. */
function hours(rows: NonNullable<Evidence['rows']>, more: Omit<Evidence, 'rows'> = {}) {
  const { parts } = evaluate(hourlyTimeline, { rows, ...more });
  const chart = parts.flatMap(({ blocks }) => blocks).find((block) => block.type === 'chart');
  if (chart?.type !== 'chart' || chart.chart.kind !== 'multiples') throw new Error('no chart of the hours');
  return { gaps: chart.gaps, seen: chart.chart.seen };
}

describe('the row of what was seen', () => {
  test('hatches the minutes without a snapshot, though the bars come from the database', () => {
    const taken = snapshots((slot) => (slot >= 300 && slot < 318 ? null : {}));
    expect(hours({ snapshots: taken })).toEqual({
      gaps: [{ from: at('05:00'), to: at('05:18') }],
      seen: 'Seen by snapshots',
    });
    expect(hours({ snapshots: snapshots() }).gaps).toEqual([]);
  });

  test('is hatched whole when no snapshot was taken or none could be read', () => {
    const failed = { value: null, reason: 'source_failed' } as const;
    for (const rows of [[], failed]) expect(hours({ snapshots: rows }).gaps).toEqual([WINDOW]);
  });

  test('is not there for a bot without snapshots: a full band would say that all was seen', () => {
    const sources = { ...BOT.sources, snapshots: 'none' } as const;
    expect(hours({ snapshots: [] }, { bot: { sources } })).toEqual({ gaps: [], seen: undefined });
  });
});
