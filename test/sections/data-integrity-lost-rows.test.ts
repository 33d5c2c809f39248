import { expect, test } from '@jest/globals';
import { gateFailed, run } from './data-integrity-support.ts';
import { at, entity, findingsOf } from './support.ts';
import { fill, later, many, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;

const closes = many(12, (i) => `p${String(i)}`);
const rows = (stored: string | null): Record<string, readonly Row[]> => ({
  positions: closes.map((id) =>
    position(id, { closed_at: at('02:00'), exit_price: '110', realized_pnl: stored }),
  ),
  fills: closes.flatMap((id) => [
    fill(id, 'long', at('01:00')),
    fill(id, 'short', at('02:00'), { price: '110' }),
  ]),
});
const named = (known: number): Row => ({
  position_id: 'gone',
  exchange: 'binance',
  at: at('03:00'),
  known,
});

const IDS = {
  prefix: 'P-',
  inside: 50,
  before: 120,
  missing_inside: 3,
  missing_before: 0,
  first_missing: '00017',
};

test.each<[string, Record<string, readonly Row[]>, boolean | null, RegExp]>([
  ['nothing', {}, false, /No row is known to be missing/],
  [
    'positions that events name',
    { 'unknown-positions-event': [named(9)] },
    null,
    /events name positions .*gone/,
  ],
  ['positions that orders name', { 'unknown-positions-order': [named(1)] }, null, /orders name positions/],
  ...(
    [
      [
        'three ids of positions',
        {},
        null,
        /3 ids of positions .*P-00017 is one.*none .* 120 of the three days/,
      ],
      ['one id, which a transaction that was rolled back leaves', { missing_inside: 1 }, false],
      ['ids of a bot that leaves some out', { missing_before: 1 }, false],
      ['ids that few rows vouch for', { before: 99 }, false],
      ['more ids than there are rows', { missing_inside: 51 }, false],
      ['ids of a small part of the rows', { inside: 20 }, false],
    ] as const
  ).map(
    ([name, ids, failed, says = /No row/]): [
      string,
      Record<string, readonly Row[]>,
      boolean | null,
      RegExp,
    ] => {
      const other = { ...IDS, prefix: 'x-', inside: 5, missing_inside: 0 };
      return [name, { 'position-ids': [{ ...IDS, ...ids }, other] }, failed, says];
    },
  ),
  ['ids of another kind', { 'unknown-positions-event': [named(0)] }, false, /No row/],
  [
    'records that the bot counted',
    {
      'own-totals': [
        {
          name: 'positions_closed',
          covers_from: at('00:00'),
          covers_to: at('08:00'),
          value: '13',
        },
      ],
    },
    null,
    /counted more .*positions_closed/,
  ],
  [
    'a position of which fills are left',
    { fills: [...(rows('10')['fills'] ?? []), fill('gone', 'long', at('04:00'), { symbol: 'ETHUSDT' })] },
    null,
    /fills name positions .*ETHUSDT/,
  ],
])('gate (f): %s', (_name, more, failed, says) => {
  const result = run({ ...rows('10'), ...more });
  expect(gateFailed(result, 'f')).toBe(failed);
  expect(JSON.stringify(result.gates)).toMatch(says);
});

const priced = (...minutes: readonly number[]): Row[] =>
  minutes.map((minute) => {
    const time = later(at('00:00'), minute * 60_000);
    const price = String(100 + (minute % 2));
    return { symbol: 'BTCUSDT', exchange: 'binance', kind: 'mark', price, at: time, bucket: time };
  });
/** The same from 02:00 to 03:00. */
const still = (...minutes: readonly number[]): Row[] =>
  ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].flatMap((symbol) =>
    priced(...minutes).map((row, minute) => ({
      ...row,
      symbol,
      ...(minute >= 120 && minute <= 180 && { price: '100' }),
    })),
  );
const minutes = (from: number, to: number): number[] => [...many(to - from, (i) => from + i)];
const silent = {
  service: 'bot',
  gap_from: at('03:00'),
  gap_to: at('04:00'),
  from_beat: true,
  to_beat: true,
  unwell: 0,
  beats: 400,
  hours_before: 40,
  latest_before: 400,
  last_before: at('00:00'),
};

test.each<[string, Record<string, readonly Row[]>, null | false, RegExp?]>([
  ['every minute', { prices: priced(...minutes(0, 480)) }, false],
  ['none for an hour', { prices: priced(...minutes(0, 180), ...minutes(240, 480)) }, null],
  ['none for ten minutes', { prices: priced(...minutes(0, 180), ...minutes(189, 480)) }, false],
  ['none for eleven', { prices: priced(...minutes(0, 180), ...minutes(191, 480)) }, null],
  ['none in the first hour', { prices: priced(...minutes(60, 480)) }, null],
  ['none in the last hour', { prices: priced(...minutes(0, 420)) }, null],
  ['none before anything was held', { prices: priced(...minutes(60, 480)), positions: [] }, false],
  [
    'none while the bot was silent',
    { prices: priced(...minutes(0, 180), ...minutes(240, 480)), 'heartbeat-gaps': [silent] },
    false,
  ],
  ['now and then', { prices: priced(...minutes(0, 60), 70, 95, 130, 170, 171, 220, 300, 400) }, false],
  ['that stand still for an hour', { prices: still(...minutes(0, 480)) }, null, /stood still between/],
  ['of a moment', { prices: priced(...minutes(0, 29)) }, false],
])('gate (f): prices %s', (_name, more, failed, says = /binance has no price between/) => {
  const held = position('h', { opened_at: at('00:00') });
  const result = run({ positions: [held], fills: [fill('h', 'long', at('00:00'))], ...more });
  expect(gateFailed(result, 'f')).toBe(failed);
  if (failed === null) expect(JSON.stringify(result.gates)).toMatch(says);
});

test('a position that only other rows name is one that rows and fills disagree about', () => {
  const result = run({ ...rows('10'), 'unknown-positions-stop-change': [named(3)] });
  expect(findingsOf(result, 'PM-02')).toMatchObject([{ severity: 'HIGH', cause: { id: 'row-missing' } }]);
});

test.each([
  ['every closed row', rows('0')],
  [
    'every closed row that has one',
    {
      ...rows('0'),
      positions: [
        ...(rows('0')['positions'] ?? []),
        position('x', { closed_at: at('05:00'), realized_pnl: null }),
      ],
    },
  ],
])('a stored result of 0 in %s is a finding, and nothing that can pass', (_name, all) => {
  const result = run(all);
  expect(findingsOf(result, 'DQ-04')).toMatchObject([{ severity: 'HIGH' }]);
  expect(gateFailed(result, 'f')).toBeNull();
});

test.each([
  ['by five minutes', at('08:05:00'), 'HIGH', 'ahead-unknown'],
  ['by an hour', at('09:00:30'), 'HIGH', 'ahead-wrong-zone'],
])('a time after the moment of reading, %s', (_name, newest, severity, cause) => {
  const ahead = [{ column: 'at', rows: 3, newest, asOf: at('08:00') }];
  const result = run(rows('10'), { context: { entities: [entity('heartbeat', { ahead })] } });
  const [finding] = findingsOf(result, 'DQ-06');
  expect([finding?.severity, finding?.cause.id]).toEqual([severity, cause]);
  expect(gateFailed(result, 'f')).toBeNull();
});
