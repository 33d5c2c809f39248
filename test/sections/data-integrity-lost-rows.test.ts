import { expect, test } from '@jest/globals';
import { gateFailed, run } from './data-integrity-support.ts';
import { at, entity, findingsOf } from './support.ts';
import { fill, many, position } from './trading-rows.ts';

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
