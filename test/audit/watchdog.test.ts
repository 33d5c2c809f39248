import { expect, test } from '@jest/globals';
import { scheduleProblems, type SeenSchedule } from '../../audit/watchdog/schedules.ts';
import { dueShifts } from '../../audit/watchdog/windows.ts';

const NOW = '2026-11-20T10:00:00.000Z';
const ago = (minutes: number): string => new Date(Date.parse(NOW) - minutes * 60_000).toISOString();

const due = (change: Partial<Parameters<typeof dueShifts>[0]>): readonly string[] =>
  dueShifts({ now: NOW, since: ago(100_000), dueMinutes: 120, settleDelayS: 0, days: 1, ...change }).map(
    ({ from, to }) => `${from.slice(0, 13)} ${to.slice(0, 13)}`,
  );

test('a shift is due when its time is over, and not a minute before', () => {
  const before = ['2026-11-19T08 2026-11-19T16', '2026-11-19T16 2026-11-20T00'];
  expect(due({ dueMinutes: 121 })).toEqual(before);
  expect(due({ dueMinutes: 120 })).toEqual([...before, '2026-11-20T00 2026-11-20T08']);
  expect(due({ settleDelayS: 60 })).toEqual(before);
});

test('what ended before there was a schedule is nobody’s', () => {
  expect(due({ since: '2026-11-20T00:00:00.000Z' })).toEqual(['2026-11-20T00 2026-11-20T08']);
  expect(due({ since: NOW })).toEqual([]);
});

const NOTE = 'Every five minutes.';
const SEEN: SeenSchedule = { paused: false, note: NOTE, createdAt: ago(10_000), lastAt: ago(1), missed: 0 };
const problems = (change: Partial<SeenSchedule> | null, everyMinutes: number | null = 5): readonly string[] =>
  scheduleProblems(
    { id: 'audit-x', note: NOTE, everyMinutes },
    change === null ? null : { ...SEEN, ...change },
    NOW,
  ).map(({ id, text }) => `${id}: ${text}`);

test('a schedule that runs has no problem; one that is late, gone, given up or paused without a reason has', () => {
  expect(problems({})).toEqual([]);
  expect(problems({ lastAt: ago(15) })).toEqual([]);
  expect(problems({ lastAt: ago(16) })).toEqual([
    'late: Schedule audit-x has not run for 16 minutes; it runs every 5 minutes.',
  ]);
  expect(problems({ lastAt: ago(1_800) }, 1_440)).toEqual([]);
  expect(problems({ lastAt: ago(1_801) }, 1_440)).toHaveLength(1);
  expect(problems({ lastAt: ago(99_999) }, null)).toEqual([]);
  expect(problems({ lastAt: null, createdAt: ago(14) })).toEqual([]);
  expect(problems({ lastAt: null, createdAt: ago(16) })).toHaveLength(1);
  expect(problems(null)).toEqual([
    'absent: Schedule audit-x does not exist; `production-audit schedules apply` creates it.',
  ]);
  expect(problems({ missed: 2 })[0]).toContain('missed-2: Schedule audit-x gave up 2 of its runs');
  expect(problems({ paused: true, lastAt: ago(999) })).toEqual([
    'paused: Schedule audit-x is paused, and nobody said why.',
  ]);
  expect(problems({ paused: true, note: 'moving house', lastAt: ago(999) })).toEqual([]);
});
