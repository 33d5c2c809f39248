import { expect, test } from '@jest/globals';
import { positionManagement } from '../../../sections/position-management.ts';
import { monitoringCoverage } from '../../../sections/monitoring-coverage.ts';
import { gap, run, snapshots } from '../monitoring-coverage-support.ts';
import { at, contextOf, evaluate, valueOf, WINDOW } from '../support.ts';

/** Taken 45 s into each minute, with a rest of 25 s at the end, as an imported sampler does. */
const late = (slot: number) => ({
  at: new Date(Date.parse(WINDOW.from) + slot * 60_000 + 45_000).toISOString(),
});

test('open positions that only snapshots saw are drawn once', () => {
  const rows = {
    snapshots: snapshots((slot) =>
      slot > 99 && slot < 110
        ? null
        : { ...late(slot), total: 10 + (slot % 3), by_exchange: { binance: 7 + (slot % 3), bybit: 3 } },
    ),
  };
  const { sources } = contextOf({});
  const context = { sources: { ...sources, database: { ...sources.database, status: 'none' } } } as const;
  const drawn = [monitoringCoverage, positionManagement].flatMap((section) =>
    evaluate(section, {
      rows,
      context,
      lacks: ['position', 'order', 'fill', 'heartbeat', 'event'],
    }).series.map(({ id, points }) => [id, points.length > 400]),
  );
  expect(drawn).toEqual([
    ['positions.snapshot.binance', true],
    ['positions.snapshot.bybit', true],
  ]);
});

test('every extreme of the monitoring has its time', () => {
  const result = run({
    snapshots: snapshots((slot) =>
      slot >= 200 && slot < 210
        ? null
        : { total: slot === 100 ? 14 : slot === 300 ? 4 : 10, errors: slot === 33 || slot === 34 ? 9 : 0 },
    ),
    'heartbeat-gaps': [gap('trader', '02:00', '02:12')],
  });
  const timeOf = (name: string, labels = {}) => valueOf(result, `${name}_at`, labels);
  expect(timeOf('snapshot_total', { stat: 'max' })).toBe(at('01:40'));
  expect(timeOf('snapshot_total', { stat: 'min' })).toBe(at('05:00'));
  expect(timeOf('snapshot_longest_gap')).toBe(at('03:20'));
  expect(timeOf('snapshot_alert_worst', { alert: 'errors' })).toBe(at('00:33'));
  expect(timeOf('snapshot_alert_streak', { alert: 'errors' })).toBe(at('00:33'));
  expect(timeOf('heartbeat_longest_gap')).toBe(at('02:00'));
  const rows = JSON.stringify(result.parts);
  for (const figure of ['snapshot_total_at{stat=max}', 'snapshot_longest_gap_at', 'heartbeat_longest_gap_at'])
    expect(rows).toContain(JSON.stringify({ figure }));
});
