import { expect, test } from '@jest/globals';
import { BOT_ROWS, FLEET_ROWS } from '../../workflows/schedule-rows.ts';
import { spanMs, whenText } from '../../workflows/schedule-spec.ts';
import { scheduleSpecs } from '../../workflows/schedule-specs.ts';
import { scheduledBot as bot } from '../cli/scheduled-bot.ts';

const PINNED = { asOf: '2026-11-20T08:00:00Z' } as const;
const times = (bots: readonly ReturnType<typeof bot>[]): readonly string[] =>
  scheduleSpecs({ bots }).map((spec) => `${spec.id} ${spec.workflowType} ${whenText(spec)}`);

test('the schedules of a fleet, and those of each bot by what its configuration says', () => {
  const tokyo = bot('files', { snapshots: 'import' });
  expect(
    times([
      bot('live', { retention: { databaseUrl: 'x', days: 730, unattended: false } as never }),
      bot('pinned', PINNED),
      { ...tokyo, facts: { ...tokyo.facts, timeZone: 'Asia/Tokyo' } },
      bot('dump', { databaseUrl: null }),
    ]),
  ).toEqual([
    'audit-nightly nightlyAudit 00:30 UTC',
    'audit-weekly periodAudit 01:15 on Monday UTC',
    'audit-monthly monthlyAudit 01:00 on day 1 UTC',
    'audit-quarterly periodAudit 01:30 on day 1 of January, April, July, October UTC',
    'audit-maintenance dailyMaintenance 02:00 UTC',
    'audit-purge retentionPurge 02:00 on Sunday of days 1-7 UTC',
    'audit-alert-watch alertWatch every 5 minutes',
    'audit-watchdog reportWatchdog every 15 minutes',
    'audit-bot-purge-live botPurge 02:30 on Sunday of days 1-7 UTC',
    'audit-monitor-live monitorWindow 00:00, 08:00, 16:00 UTC',
    'audit-shift-files periodAudit 00:00, 08:00, 16:00 UTC',
    'audit-shift-dump periodAudit 00:00, 08:00, 16:00 UTC',
    'audit-daily-live periodAudit 09:00 UTC',
    'audit-daily-files periodAudit 09:00 Asia/Tokyo',
    'audit-daily-dump periodAudit 09:00 UTC',
  ]);
});

test('where every bot is pinned the schedules are there, paused, and none is of what cannot run', () => {
  const specs = scheduleSpecs({ bots: [bot('demo', PINNED)] });
  expect(specs.map(({ id }) => id)).toEqual([
    ...FLEET_ROWS.map(({ name }) => `audit-${name}`),
    'audit-shift-demo',
    'audit-daily-demo',
  ]);
  for (const { pausedBecause } of specs) expect(pausedBecause).toContain('pinned to a time by asOf');
  for (const { pausedBecause } of scheduleSpecs({ bots: [bot('a'), bot('demo', PINNED)] }))
    expect(pausedBecause).toBeNull();
});

test('each row can be told from the others, keeps its words short, and lies off the hours that a clock skips', () => {
  const rows = [...FLEET_ROWS, ...BOT_ROWS.flatMap((of) => of(bot('live')))];
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  for (const row of rows) {
    // The Web UI cuts a summary at 200 bytes.
    expect(row.summary.length).toBeLessThanOrEqual(100);
    expect(row.note).toMatch(/\.$/);
    expect(spanMs(row.catchupWindow)).toBeGreaterThanOrEqual(10_000);
    expect(spanMs(row.executionTimeout)).toBeGreaterThan(0);
    if (row.zone !== 'UTC' && 'hour' in row.when)
      for (const hour of row.when.hour) expect(hour).toBeGreaterThanOrEqual(4);
  }
});
