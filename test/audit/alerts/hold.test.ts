import { expect, test } from '@jest/globals';
import { nextDueMs } from '../../../audit/alerts/lifecycle.ts';
import { quietUntil } from '../../../audit/alerts/quiet-hours.ts';
import { at, play, type Act } from './lifecycle-play.ts';

const quiet = { quietUntil: at(60) };

test.each<[string, readonly Act[], readonly string[]]>([
  [
    'a warning waits for their end',
    [
      [0, 'look size'],
      [45, 'tick'],
      [60, 'tick'],
      [65, 'tick'],
    ],
    ['60 L1 new size'],
  ],
  [
    'a critical alert does not',
    [
      [0, 'look beat size'],
      [60, 'tick'],
    ],
    ['0 L1 new beat', '60 L1 new size', '60 L2 escalated beat'],
  ],
  [
    'what came and went meanwhile is one message',
    [
      [0, 'look size'],
      [20, 'look'],
      [31, 'look'],
      [60, 'tick'],
    ],
    ['60 L1 new size, resolved size'],
  ],
  [
    'what is critical is also resolved and escalated in them',
    [
      [0, 'look beat'],
      [15, 'tick'],
      [20, 'look'],
      [31, 'look'],
    ],
    ['0 L1 new beat', '15 L2 escalated beat', '31 L1 resolved beat', '31 L2 resolved beat'],
  ],
])('quiet hours: %s', (_what, acts, told) => {
  expect(play(acts, quiet).told).toEqual(told);
});

test('what waits has its time, and who hears of it late has the whole time to acknowledge it', () => {
  const times = { ...quiet, escalateWarnings: true };
  expect(nextDueMs(play([[0, 'look size']], times).state)).toBe(Date.parse(at(60)));
  const acts: readonly Act[] = [
    [0, 'look size'],
    [30, 'tick'],
    [60, 'look size'],
    [74, 'tick'],
    [75, 'tick'],
  ];
  expect(play(acts, times).told).toEqual(['60 L1 new size', '75 L2 escalated size']);
});

test('an hour that is full holds back all but new and escalated critical alerts, and is told as one', () => {
  const times = { messagesPerHour: 2, resolveMinutes: 0 };
  const flapping: readonly Act[] = [0, 5, 10, 15, 20, 25].flatMap((minute): readonly Act[] => [
    [minute, 'look size'],
    [minute + 1, 'look'],
  ]);
  const { told } = play(
    [...flapping, [30, 'look beat'], [45, 'tick'], [60, 'tick'], [61, 'tick'], [120, 'tick']],
    times,
  );
  expect(told.slice(0, 3)).toEqual(['0 L1 new size', '1 L1 resolved size', '30 L1 new beat']);
  expect(told.slice(3)).toEqual([
    '45 L2 escalated beat',
    '60 L3 escalated beat',
    '120 L1 new size, resolved size',
  ]);
});

test.each<[string, string, string, string | null]>([
  ['22:00-07:00', 'Europe/Berlin', '2026-11-20T20:59:59.000Z', null],
  ['22:00-07:00', 'Europe/Berlin', '2026-11-20T21:00:00.000Z', '2026-11-21T06:00:00.000Z'],
  ['22:00-07:00', 'Europe/Berlin', '2026-11-21T05:59:59.000Z', '2026-11-21T06:00:00.000Z'],
  ['22:00-07:00', 'Europe/Berlin', '2026-11-21T06:00:00.000Z', null],
  // The night is an hour shorter, and an hour longer.
  ['22:00-07:00', 'Europe/Berlin', '2026-03-28T22:00:00.000Z', '2026-03-29T05:00:00.000Z'],
  ['22:00-07:00', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T06:00:00.000Z'],
  // An end that the clock skips.
  ['22:00-02:30', 'Europe/Berlin', '2026-03-28T22:00:00.000Z', '2026-03-29T01:00:00.000Z'],
  ['12:00-13:30', 'Asia/Kolkata', '2026-11-20T07:00:00.000Z', '2026-11-20T08:00:00.000Z'],
  ['12:00-12:00', 'UTC', '2026-11-20T12:00:00.000Z', null],
])('%s in %s at %s', (hours, timeZone, time, end) => {
  const [from = '', to = ''] = hours.split('-');
  expect(quietUntil({ from, to, timeZone }, time)).toBe(end);
});
