import { describe, expect, test } from '@jest/globals';
import { resolveWindow, type WindowContext, type WindowSelection } from '../../audit/window.ts';
import { DAILY, kindMeant, MONTHLY, PRODUCTION, QUARTERLY, WEEKLY } from '../../audit/kinds.ts';

const NOW = '2026-11-20T10:23:45.678Z';
const context = (change: Partial<WindowContext> = {}): WindowContext => ({
  now: NOW,
  asOf: null,
  settleDelayS: 300,
  kind: PRODUCTION,
  ...change,
});

function windowOf(selection: WindowSelection, change: Partial<WindowContext> = {}): string {
  const result = resolveWindow(selection, context(change));
  return 'error' in result
    ? result.error
    : `${result.window.from} ${result.window.to}`.replaceAll(':00.000Z', 'Z');
}

describe('windows that are right', () => {
  test.each<[string, WindowSelection, Partial<WindowContext>, string]>([
    [
      'nothing: eight hours, floored to the minute, less the settle delay',
      {},
      {},
      '2026-11-20T02:18Z 2026-11-20T10:18Z',
    ],
    [
      'a settle delay that is not whole minutes still ends on one',
      {},
      { settleDelayS: 90 },
      '2026-11-20T02:21Z 2026-11-20T10:21Z',
    ],
    ['last in hours', { last: '24h' }, {}, '2026-11-19T10:18Z 2026-11-20T10:18Z'],
    ['last in minutes', { last: '90m' }, {}, '2026-11-20T08:48Z 2026-11-20T10:18Z'],
    ['last in days', { last: '1d' }, {}, '2026-11-19T10:18Z 2026-11-20T10:18Z'],
    [
      'asOf takes no settle delay off',
      {},
      { asOf: '2026-11-20T08:00:00.000Z' },
      '2026-11-20T00:00Z 2026-11-20T08:00Z',
    ],
    ['the latest shift', { shift: 'latest' }, {}, '2026-11-20T00:00Z 2026-11-20T08:00Z'],
    [
      'a shift is complete only after the settle delay',
      { shift: 'latest' },
      { now: '2026-11-20T08:04:59Z' },
      '2026-11-19T16:00Z 2026-11-20T00:00Z',
    ],
    [
      'the latest shift at asOf on a boundary',
      { shift: 'latest' },
      { asOf: '2026-11-20T08:00:00Z' },
      '2026-11-20T00:00Z 2026-11-20T08:00Z',
    ],
    [
      'from and to in other zones',
      { from: '2026-11-20T01:00+01:00', to: '2026-11-20T02:00-06:00' },
      {},
      '2026-11-20T00:00Z 2026-11-20T08:00Z',
    ],
    [
      'a window that ends just now, not yet settled',
      { from: '2026-11-20T02:00Z', to: '2026-11-20T10:23:45Z' },
      {},
      '2026-11-20T02:00Z 2026-11-20T10:23:45.000Z',
    ],
    ['a day', { date: '2026-11-19' }, {}, '2026-11-19T00:00Z 2026-11-20T00:00Z'],
    ['a month of 30 days', { month: '2026-09' }, { kind: MONTHLY }, '2026-09-01T00:00Z 2026-10-01T00:00Z'],
    ['a month of 31 days', { month: '2026-10' }, { kind: MONTHLY }, '2026-10-01T00:00Z 2026-11-01T00:00Z'],
    ['February', { month: '2026-02' }, { kind: MONTHLY }, '2026-02-01T00:00Z 2026-03-01T00:00Z'],
    [
      'February of a leap year',
      { month: '2024-02' },
      { kind: MONTHLY },
      '2024-02-01T00:00Z 2024-03-01T00:00Z',
    ],
    ['December', { month: '2025-12' }, { kind: MONTHLY }, '2025-12-01T00:00Z 2026-01-01T00:00Z'],
    ['no month: the last that is over', {}, { kind: MONTHLY }, '2026-10-01T00:00Z 2026-11-01T00:00Z'],
    [
      'in January that is December',
      {},
      { kind: MONTHLY, now: '2026-01-01T01:00:00Z' },
      '2025-12-01T00:00Z 2026-01-01T00:00Z',
    ],
    [
      'no day: the last that is over and settled',
      {},
      { kind: DAILY, now: '2026-11-20T00:04:00Z' },
      '2026-11-18T00:00Z 2026-11-19T00:00Z',
    ],
    ['a day by its date', { date: '2026-11-19' }, { kind: DAILY }, '2026-11-19T00:00Z 2026-11-20T00:00Z'],
    ['a day by its key', { day: '2026-11-19' }, { kind: PRODUCTION }, '2026-11-19T00:00Z 2026-11-20T00:00Z'],
    ['an ISO week', { week: '2026-W46' }, { kind: WEEKLY }, '2026-11-09T00:00Z 2026-11-16T00:00Z'],
    [
      'its year begins before it',
      { week: '2026-W01' },
      { kind: WEEKLY },
      '2025-12-29T00:00Z 2026-01-05T00:00Z',
    ],
    ['a 53rd week', { week: '2020-W53' }, { kind: WEEKLY }, '2020-12-28T00:00Z 2021-01-04T00:00Z'],
    ['no week: the last that is over', {}, { kind: WEEKLY }, '2026-11-09T00:00Z 2026-11-16T00:00Z'],
    ['a quarter', { quarter: '2026-Q1' }, { kind: QUARTERLY }, '2026-01-01T00:00Z 2026-04-01T00:00Z'],
    ['no quarter: the last that is over', {}, { kind: QUARTERLY }, '2026-07-01T00:00Z 2026-10-01T00:00Z'],
    [
      'a quarter before it, over the turn of the year',
      {},
      { kind: QUARTERLY, now: '2026-01-01T01:00:00Z' },
      '2025-10-01T00:00Z 2026-01-01T00:00Z',
    ],
    [
      'a month written as from and to',
      { from: '2026-10-01T00:00Z', to: '2026-11-01T00:00Z' },
      { kind: MONTHLY },
      '2026-10-01T00:00Z 2026-11-01T00:00Z',
    ],
  ])('%s', (_name, selection, change, expected) => {
    expect(windowOf(selection, change)).toBe(expected);
  });
});

test('shifts are eight hours, one after another, over every change of clocks, leap day and end of a year', () => {
  for (const day of ['2026-03-28T12:00Z', '2026-10-24T12:00Z', '2028-02-28T12:00Z', '2026-12-31T12:00Z']) {
    const shifts = Array.from({ length: 7 }, (_, n) => {
      // A second before the shift after is settled, as a clock that is about to change its zone would be asked.
      const now = new Date(Date.parse(day) + n * 8 * 3_600_000 + 298_000).toISOString();
      const result = resolveWindow({ shift: 'latest' }, context({ now }));
      if ('error' in result) throw new Error(result.error);
      return result.window;
    });
    for (const [n, { from, to }] of shifts.entries()) {
      expect(Date.parse(to) - Date.parse(from)).toBe(480 * 60_000);
      expect(from).toBe(n === 0 ? from : shifts[n - 1]?.to);
    }
  }
});

describe('windows that are wrong get one sentence with the way out', () => {
  test.each<[string, WindowSelection, Partial<WindowContext>, string]>([
    [
      'no zone',
      { from: '2026-11-20T00:00', to: '2026-11-20T08:00Z' },
      {},
      '"from" is "2026-11-20T00:00", which has no time zone; for UTC write {"from": "2026-11-20T00:00Z"}.',
    ],
    [
      'only a date',
      { from: '2026-11-20T00:00Z', to: '2026-11-20' },
      {},
      '"to" is "2026-11-20", which has no time zone; for UTC write {"to": "2026-11-20T00:00Z"}.',
    ],
    [
      'not on the calendar',
      { from: '2026-02-30T00:00Z', to: '2026-03-01T00:00Z' },
      {},
      '"from" is "2026-02-30T00:00Z", which is not a time; write {"from": "2026-11-20T00:00Z", "to": "2026-11-20T08:00Z"}.',
    ],
    [
      'half a window',
      { from: '2026-11-20T00:00Z' },
      {},
      '"from" is given without "to"; write both: {"from": "2026-11-20T00:00Z", "to": "2026-11-20T08:00Z"}.',
    ],
    [
      'empty',
      { from: '2026-11-20T08:00Z', to: '2026-11-20T08:00Z' },
      {},
      'The window from 2026-11-20T08:00:00.000Z to 2026-11-20T08:00:00.000Z is empty; "to" must be later than "from".',
    ],
    [
      'zero length',
      { last: '0h' },
      {},
      'The window from 2026-11-20T10:18:00.000Z to 2026-11-20T10:18:00.000Z is empty; "to" must be later than "from".',
    ],
    [
      'reversed',
      { from: '2026-11-20T08:00Z', to: '2026-11-20T00:00Z' },
      {},
      'The window is reversed: "from" 2026-11-20T08:00:00.000Z is later than "to" 2026-11-20T00:00:00.000Z; swap them.',
    ],
    [
      'in the future',
      { from: '2026-11-20T08:00Z', to: '2026-11-20T16:00Z' },
      {},
      `The window's end 2026-11-20T16:00:00.000Z is in the future; the newest end possible is ${NOW}.`,
    ],
    [
      'after asOf',
      { date: '2026-11-19' },
      { asOf: '2026-11-19T08:00:00Z' },
      `The window's end 2026-11-20T00:00:00.000Z is later than the bot's asOf; the newest end possible is 2026-11-19T08:00:00.000Z.`,
    ],
    [
      'today',
      { date: '2026-11-20' },
      {},
      `The window's end 2026-11-21T00:00:00.000Z is in the future; the newest end possible is ${NOW}.`,
    ],
    [
      'longer than its kind',
      { last: '25h' },
      {},
      'The window is 25 h long and a production report covers at most 24 h; shorten it, or for a whole month write {"kind": "monthly", "month": "2026-11"}.',
    ],
    [
      'part of a month',
      { from: '2026-10-02T00:00Z', to: '2026-11-01T00:00Z' },
      { kind: MONTHLY },
      'A monthly report covers one calendar month, not 2026-10-02T00:00:00.000Z to 2026-11-01T00:00:00.000Z; write {"month": "2026-10"}.',
    ],
    [
      'no length',
      { last: '8 hours' },
      {},
      '"last" is "8 hours", which is not a length; write {"last": "8h"}, or minutes "90m" or days "1d".',
    ],
    [
      'no month',
      { month: '2026-13' },
      { kind: MONTHLY },
      '"month" is "2026-13", which is not a month; write {"month": "2026-11"}.',
    ],
    [
      'a week that begins on a Sunday',
      { from: '2026-11-08T00:00Z', to: '2026-11-15T00:00Z' },
      { kind: WEEKLY },
      'A weekly report covers one calendar week, not 2026-11-08T00:00:00.000Z to 2026-11-15T00:00:00.000Z; write {"week": "2026-W45"}.',
    ],
    [
      'no week of that year',
      { week: '2026-W54' },
      { kind: WEEKLY },
      '"week" is "2026-W54", which is not a week; write {"week": "2026-W47"}.',
    ],
    [
      'no quarter',
      { quarter: '2026-Q5' },
      { kind: QUARTERLY },
      '"quarter" is "2026-Q5", which is not a quarter; write {"quarter": "2026-Q4"}.',
    ],
    [
      'a week that is not over',
      { week: '2026-W47' },
      { kind: WEEKLY },
      `The window's end 2026-11-23T00:00:00.000Z is in the future; the newest end possible is ${NOW}.`,
    ],
    [
      'no day',
      { date: '2025-02-29' },
      {},
      '"date" is "2025-02-29", which is not a day; write {"date": "2026-11-20"}.',
    ],
  ])('%s', (_name, selection, change, expected) => {
    expect(windowOf(selection, change)).toBe(expected);
  });
});

test('a period is its own kind’s, a date the production report’s', () => {
  const inputs = [
    {},
    { day: '2026-11-19' },
    { week: '2026-W46' },
    { month: '2026-10' },
    { quarter: '2026-Q3' },
  ];
  expect(inputs.map(kindMeant)).toEqual(['production', 'daily', 'weekly', 'monthly', 'quarterly']);
  expect(kindMeant({ kind: 'production', day: '2026-11-19' })).toBe('production');
});
