import { expect, test } from '@jest/globals';
import { balanceSumsQuery } from '../../sections/data-integrity/balance-sums.ts';
import { balanceEdgesQuery } from '../../sections/data-integrity/queries.ts';
import { literalAsker } from './literal-rows.ts';
import { at } from './support.ts';

const ask = literalAsker();

test('balance edges: the nearest row within five seconds, else one of the minute outside, else one inside', async () => {
  const columns =
    'at:timestamptz, exchange:text, account:text, currency:text, total:text, unrealized_pnl:text, equity:text';
  const balance = (time: string, total: string | null): (string | null)[] => [
    time,
    'binance',
    null,
    'USDT',
    total,
    null,
    null,
  ];
  const rows = await ask(balanceEdgesQuery, columns, [
    balance(at('23:59:50', '2026-11-19'), '1'),
    balance(at('23:59:57', '2026-11-19'), '2'),
    balance(at('00:00:04'), '3'),
    balance(at('07:59:58'), '4'),
    balance(at('08:00:03'), '5'),
    balance(at('08:00:01'), null),
  ]);
  expect(rows.map(({ edge, total }) => [edge, total])).toEqual([
    ['from', '2'],
    ['to', '4'],
  ]);
  const far = await ask(balanceEdgesQuery, columns, [
    balance(at('23:59:10', '2026-11-19'), '1'),
    balance(at('00:00:10'), '2'),
    balance(at('07:30'), '3'),
    balance(at('07:59:50'), '4'),
    balance(at('08:01:01'), '5'),
  ]);
  expect(far.map(({ edge, total }) => [edge, total])).toEqual([
    ['from', '1'],
    ['to', '4'],
  ]);
});

test('balances that do not add up are those of a bot whose balances did, by more than ten times its noise', async () => {
  const columns =
    'exchange:text, account:text, currency:text, at:timestamptz, total:numeric, free:numeric, used:numeric, unrealized_pnl:numeric, equity:numeric';
  const row = (exchange: string, day: string, minute: number, equity: number, free = 900) => [
    ...[
      exchange,
      null,
      'USDT',
      at(`00:${String(minute).padStart(2, '0')}`, day),
      1000,
      free,
      100,
      50,
      equity,
    ],
  ];
  const before = (exchange: string, rows: number, equity: number): ReturnType<typeof row>[] =>
    Array.from({ length: rows }, (_, minute) => row(exchange, '2026-11-19', minute, equity));
  const rows = [
    ...[
      ...before('steady', 60, 1050),
      row('steady', '2026-11-20', 1, 1051),
      row('steady', '2026-11-20', 2, 1051.01),
    ],
    row('steady', '2026-11-20', 3, 1050, 899),
    row('steady', '2026-11-20', 4, 1050, 898.9),
    ...[...before('young', 59, 1050), row('young', '2026-11-20', 1, 9999)],
    ...[
      ...before('noisy', 60, 1055),
      row('noisy', '2026-11-20', 1, 1100),
      row('noisy', '2026-11-20', 2, 1100.01),
    ],
    ...[...before('other', 60, 1061), row('other', '2026-11-20', 1, 9999)],
  ];
  const found = await ask(balanceSumsQuery, columns, rows);
  expect(found.map(({ exchange, what, says, gives }) => [exchange, what, says, gives])).toEqual([
    ['noisy', 'equity', 'equity 1100.01', 'total 1000, unrealized_pnl 50'],
    ['steady', 'equity', 'equity 1051.01', 'total 1000, unrealized_pnl 50'],
    ['steady', 'free', 'free 898.9, used 100', 'total 1000'],
  ]);
});
