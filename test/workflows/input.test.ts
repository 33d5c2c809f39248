import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ApplicationFailure } from '@temporalio/common';
import { checkAuditInput, parseAuditInput } from '../../workflows/input.ts';
import * as scheduled from '../../workflows/schedule-input.ts';

const { parseMonitorInput, parseNightlyInput } = scheduled;
/** Random inputs of each kind of run; a hundred thousand by hand. */
const INPUTS = process.env['AUDIT_TRIALS'] === '1' ? 100_000 : 500;

function errorsOf(raw: unknown): readonly string[] {
  const check = checkAuditInput(raw);
  return check.ok ? [] : check.errors;
}

test.each([[undefined], [null], [{}], [{ bot: null }]])('%p means the defaults', (raw) => {
  expect(parseAuditInput(raw)).toEqual({});
});

test('what is right is kept as it is', () => {
  const input = { bot: 'demo', last: '8h', deliver: true } as const;
  expect(parseAuditInput(input)).toEqual(input);
});

describe('a wrong key is named with the right one and an example', () => {
  test.each<[unknown, string]>([
    [{ bots: 'demo' }, 'There is no key "bots". Did you mean "bot"? For example {"bot": "demo"}.'],
    [
      { form: '2026-11-20T00:00Z' },
      'There is no key "form". Did you mean "from"? For example {"from": "2026-11-20T00:00Z"}.',
    ],
    [{ email: true }, 'There is no key "email". Did you mean "deliver"? For example {"deliver": true}.'],
    [
      { symbol: 'BTC' },
      'There is no key "symbol". Did you mean "symbols"? For example {"symbols": "BTCUSDT,ETHUSDT"}.',
    ],
    [
      { symbols: 'BTCUSDT,,ETHUSDT' },
      '"symbols" is "BTCUSDT,,ETHUSDT", but must be 1 to 50 names with commas between, or a list of them; for example {"symbols": "BTCUSDT,ETHUSDT"}.',
    ],
    [
      { sinceHours: '168' },
      '"sinceHours" is "168", but must be a whole number from 1 to 9600; for example {"sinceHours": 168}.',
    ],
    [{ Last: '8h' }, 'There is no key "Last". Did you mean "last"? For example {"last": "8h"}.'],
    [
      { colour: 'red' },
      'There is no key "colour". The keys are bot, kind, last, shift, from, to, date, day, week, month, quarter, sinceHours, strategy, symbols, deliver, groups; for example {"bot": "demo", "last": "8h", "deliver": true}.',
    ],
    [
      { deliver: 'yes' },
      '"deliver" is "yes", but must be true or false, without quotes; for example {"deliver": true}.',
    ],
    [
      { kind: 'yearly' },
      '"kind" is "yearly", but must be one of "production", "daily", "weekly", "monthly", "quarterly", "strategy", "failures", "storage"; for example {"kind": "production"}.',
    ],
    [
      { groups: ['ops', 'eve@evil.test'] },
      '"groups" is ["ops","eve@evil.test"], but must be the names of groups, never an address: who is in a group stands in the configuration under "groups"; for example {"groups": ["ops"]}.',
    ],
    [
      { groups: 'ops' },
      '"groups" is "ops", but must be a list of 1 to 20 names of groups; for example {"groups": ["ops"]}.',
    ],
    [
      { groups: [] },
      '"groups" is [], but must be a list of 1 to 20 names of groups; for example {"groups": ["ops"]}.',
    ],
    [
      { recipients: ['a@b.test'] },
      'There is no key "recipients". Did you mean "groups"? For example {"groups": ["ops"]}.',
    ],
    [
      { groups: ['ops'], deliver: false },
      '"groups" says who gets the report and "deliver" that nobody does; leave one out, for example {"groups": ["ops"]}.',
    ],
    [{ shift: 'newest' }, '"shift" is "newest", but must be "latest"; for example {"shift": "latest"}.'],
    [{ last: 8 }, '"last" is 8, but must be a text in quotes; for example {"last": "8h"}.'],
    [
      [{}],
      'The input is a list; it must be one JSON object, such as {"bot": "demo", "last": "8h", "deliver": true}, or {}.',
    ],
    [
      'demo',
      'The input is a string; it must be one JSON object, such as {"bot": "demo", "last": "8h", "deliver": true}, or {}.',
    ],
    [
      { bot: '../etc' },
      '"bot" is "../etc", but must be the name of a bot: letters, digits, ".", "_" and "-"; for example {"bot": "demo"}.',
    ],
  ])('%j', (raw, expected) => {
    expect(errorsOf(raw)).toEqual([expected]);
  });
});

describe('a window has one way of being named', () => {
  test.each<[unknown, string]>([
    [
      { last: '8h', date: '2026-11-20' },
      'The window is given in 2 ways, "last" and "date"; keep one, for example {"last": "8h"}.',
    ],
    [
      { from: '2026-11-20T00:00Z', to: '2026-11-20T08:00Z', shift: 'latest' },
      'The window is given in 2 ways, "shift" and "from" and "to"; keep one, for example {"last": "8h"}.',
    ],
    [
      { kind: 'production', month: '2026-11' },
      'A production report covers at most 24 h; for a month write {"kind": "monthly", "month": "2026-11"}.',
    ],
    [
      { kind: 'monthly', last: '8h' },
      'A monthly report covers one calendar month; write {"kind": "monthly", "month": "2026-11"}.',
    ],
    [
      { kind: 'weekly', date: '2026-11-20' },
      'A weekly report covers one calendar week; write {"kind": "weekly", "week": "2026-W47"}.',
    ],
    [
      { kind: 'production', quarter: '2026-Q4' },
      'A production report covers at most 24 h; for a quarter write {"kind": "quarterly", "quarter": "2026-Q4"}.',
    ],
    [
      { week: '2026-W47', month: '2026-11' },
      'The window is given in 2 ways, "week" and "month"; keep one, for example {"last": "8h"}.',
    ],
  ])('%j', (raw, expected) => {
    expect(errorsOf(raw)).toEqual([expected]);
  });
});

test('the failure is permanent, of the catalogue, and carries every error', () => {
  const failure = (() => {
    try {
      parseAuditInput({ bots: 1, lst: '8h' });
    } catch (error) {
      return error;
    }
    return null;
  })();
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ type: 'InvalidAuditInput', nonRetryable: true });
  expect((failure as ApplicationFailure).details).toEqual([{ errors: errorsOf({ bots: 1, lst: '8h' }) }]);
});

const KEYS = [
  ...['bot', 'kind', 'last', 'shift', 'from', 'to', 'date', 'day', 'week', 'month', 'quarter', 'sinceHours'],
  ...[
    'strategy',
    'symbols',
    'deliver',
    'groups',
    'hours',
    'dryRun',
    'maxSharePercent',
    'execute',
    'delivery',
  ],
  ...['evenIfDoubled', 'plan', 'by', 'id', 'note'],
];
const HOSTILE = fc.oneof(
  fc.dictionary(
    fc.oneof(
      fc.constantFrom(...KEYS, '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'),
      fc.string(),
    ),
    fc.oneof(
      fc.anything(),
      fc.constantFrom(...KEYS, true, 1, "' or 1=1; drop table x; --", '\u0000', '\ud800'),
    ),
  ),
  fc.anything(),
  fc.json().map((text) => JSON.parse(text) as unknown),
);

test.each(
  Object.entries({ ...scheduled, parseAuditInput }).filter(([name]) => name.startsWith('parse')) as [
    string,
    (raw: unknown) => object,
  ][],
)(
  'no input of %s pollutes a prototype, passes with another key, or throws anything but the failure',
  (_name, parse) => {
    fc.assert(
      fc.property(HOSTILE, (raw) => {
        try {
          return Object.keys(parse(raw)).every((key) => KEYS.includes(key));
        } catch (error) {
          return (
            error instanceof ApplicationFailure &&
            error.type === 'InvalidAuditInput' &&
            error.nonRetryable === true &&
            error.message.length < 4_000
          );
        }
      }),
      { numRuns: INPUTS },
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(() => parse(JSON.parse('{"__proto__": {"polluted": true}}'))).toThrow(
      'There is no key "__proto__"',
    );
  },
  600_000,
);

test('the other workflows are as strict', () => {
  expect(parseNightlyInput(undefined)).toEqual({});
  expect(() => parseNightlyInput({ day: '2026-11-20' })).toThrow('There is no key "day".');
  expect(() => parseMonitorInput({ hours: 25 })).toThrow(
    '"hours" is 25, but must be a whole number from 1 to 24; for example {"hours": 8}.',
  );
});
