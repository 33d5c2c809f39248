import { describe, expect, test } from '@jest/globals';
import { createPalette } from '../../cli/ansi.ts';
import type { Watched } from '../../cli/watch-state.ts';
import { watchLine, watchLines } from '../../cli/watch-view.ts';
import type { MonitorGap } from '../../audit/snapshot-gap.ts';

const WINDOW = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-20T08:00:00.000Z' };
const GAP: MonitorGap = {
  ...{ from: '2026-11-20T02:10:00.000Z', to: '2026-11-20T02:12:00.000Z' },
  ...{ reason: 'databaseLost', detail: 'connect ECONNREFUSED\u001b[31m 10.0.0.1:5432' },
};
const NEWEST = {
  ...{
    slot: '2026-11-20T03:17:00.000Z',
    total: 12,
    by_exchange: { binance: 8, bybit: 4 },
    unprotected: 1,
    aged: 0,
  },
  ...{ new_opened: 0, prices_updated: 3, ts_activated: 0, sl_updates: 0, closed: 0, zombies: 0 },
  ...{ emergency: 0, errors: 2, ws_reconnects: 0 },
};
const NOW = Date.parse('2026-11-20T03:17:20.000Z');

function watched(change: Partial<Watched> = {}): Watched {
  const gaps = change.gaps ?? [GAP];
  return {
    ...{ workflowId: 'monitor', runId: 'run', bot: 'demo', window: WINDOW, status: 'RUNNING' },
    progress: {
      ...{ bot: 'demo', window: WINDOW, expected: 480, taken: 196, gaps, newest: NEWEST },
      auditAt: '2026-11-20T08:02:00.000Z',
    },
    ...{ taken: 196, gaps, newest: NEWEST, errors: 14, storeTrouble: null },
    ...change,
  };
}

const options = { palette: createPalette(false), nowMs: NOW, url: 'http://127.0.0.1:8233/run' };

describe('watch', () => {
  test('the state in a terminal, in 80 columns', () => {
    const lines = watchLines(watched(), options);
    expect(lines.map((line) => line.trimEnd())).toEqual([
      '  monitorWindow demo  2026-11-20 00:00-08:00  03:17:20 UTC',
      '  snapshots    ████████░░░░░░░░░░░░  196 of 198 snapshots due, 2 missed',
      '  open         12  binance 8, bybit 4',
      '  unprotected  1',
      '  errors       2 in the last minute, 14 in the shift',
      '  newest       03:17 UTC, 20 s ago',
      '  report       in 4 h 45 min, at 08:02 UTC',
      "  missed       02:10-02:12  the bot's database could not be reached, or the con…",
      '  run          http://127.0.0.1:8233/run',
    ]);
    for (const width of [40, 60, 80])
      for (const line of watchLines(watched(), { ...options, width }).slice(0, -1))
        expect(Array.from(line).length).toBeLessThanOrEqual(Math.max(width, 40));
  });

  test('one plain line a minute', () => {
    expect(watchLine(watched(), NOW)).toBe(
      '03:17  at 03:17  open 12  unprotected 1  errors 2 (14 in the shift)  196 of 198 snapshots due, 2 missed  report in 4 h 45 min, at 08:02 UTC',
    );
  });

  test('what nobody says is said to be unknown, never 0', () => {
    const blind = watched({
      ...{ progress: null, newest: { ...NEWEST, unprotected: null, errors: null }, errors: null, gaps: [] },
      storeTrouble: 'no route',
    });
    const text = watchLines(blind, options).join('\n');
    expect(text).toContain('unprotected  not known');
    expect(text).toContain('not known in the last minute, not known in the shift');
    expect(text).toContain('no worker answers for the run');
    expect(text).toContain('store        no route');
    const none = watchLines(watched({ window: null, progress: null, newest: null, gaps: [] }), options);
    expect(none.join('\n')).toContain('no snapshot yet');
  });

  test('nothing of a failure reaches the terminal as a command, and many gaps leave room', () => {
    const gaps = Array.from({ length: 9 }, () => GAP);
    const lines = watchLines(watched({ gaps }), options);
    expect(lines.filter((line) => line.includes('missed '))).toHaveLength(6);
    expect(lines.join('\n')).toContain('and 3 gaps before these');
    expect(lines.join('\n')).not.toContain('\u001b');
  });
});
