import { describe, expect, test } from '@jest/globals';
import { positionManagement } from '../../sections/position-management.ts';
import { at, evaluate, findingsOf, valueOf } from './support.ts';
import { fill, many, position } from './trading-rows.ts';
import { run } from './data-integrity-support.ts';

const balance = (changes: Readonly<Record<string, unknown>>) => ({
  exchange: 'binance',
  currency: 'USDT',
  bucket: at('01:00'),
  at: at('01:00'),
  total: '1000',
  free: '400',
  used: '600',
  ...changes,
});
const alert = (acknowledged: string | null) => ({
  at: at('02:00'),
  severity: 'CRITICAL',
  text: 'Stop failed',
  acknowledged_at: acknowledged,
});

const found = (rows: Parameters<typeof run>[0]) =>
  findingsOf(run(rows), 'DQ-06').map(({ severity, cause }) => `${severity} ${cause.id}`);

const unrealized = (stored: string) =>
  many(5, (i) =>
    position(`p${String(i)}`, {
      unrealized_pnl: stored,
      current_price: '110',
      current_price_at: at('07:59'),
    }),
  );

describe('DQ-06 of rows whose own columns cannot both be', () => {
  test.each<[string, Parameters<typeof run>[0], readonly string[]]>([
    [
      'an open position with a closing time',
      { positions: [position('a', { closed_at: at('02:00'), status: 'open' })] },
      ['HIGH open-and-closed-unknown'],
    ],
    ['unrealised results that are those of the rows', { positions: unrealized('10') }, []],
    ['unrealised results of the other sign', { positions: unrealized('-10') }, ['MEDIUM unrealized-unknown']],
    ['too few of them', { positions: unrealized('-10').slice(1) }, []],
    ['an open position without one', { positions: [position('a')] }, []],
    [
      'an alert that was acknowledged before it was sent',
      { alerts: [alert(at('01:59'))] },
      ['HIGH acknowledged-before-unknown'],
    ],
    ['an alert that was acknowledged at once', { alerts: [alert(at('02:00')), alert(null)] }, []],
    [
      'margin in use above the total with a negative rest',
      { equity: [balance({ used: '1600', free: '-600' })] },
      ['HIGH margin-unknown'],
    ],
    ['more free than there is', { equity: [balance({ free: '1051' })] }, ['HIGH free-unknown']],
    [
      'a balance that does not add up as before',
      { 'balance-sums': [balance({ what: 'equity', says: 'equity 9', gives: 'total 1' })] },
      ['MEDIUM sums-unknown'],
    ],
    ['free what a price moved on', { equity: [balance({ free: '1150', equity: '1100' })] }, []],
    ['all of the balance in use', { equity: [balance({ used: '1000', free: '0' }), balance({})] }, []],
    [
      'a debt of a unified account',
      { equity: [balance({ used: '200', free: '-1200', total: '-1000' })] },
      ['HIGH margin-unknown'],
    ],
    ['margin of profits that are not realised', { equity: [balance({ used: '1200', free: '10' })] }, []],
  ])('%s', (_name, rows, expected) => {
    expect(found(rows)).toEqual(expected);
  });

  test('a position that is open and closed is open until its fills close it', () => {
    const row = position('a', { closed_at: at('02:00'), status: 'open' });
    const open = [fill('a', 'long', at('01:00'))];
    const managed = (fills: typeof open) =>
      evaluate(positionManagement, { rows: { positions: [row], fills } });
    expect(valueOf(managed(open), 'positions_active')).toBe(1);
    expect(valueOf(managed([...open, fill('a', 'short', at('02:00'))]), 'positions_active')).toBe(0);
    expect(findingsOf(run({ positions: [row], fills: open }), 'PM-02')).toEqual([]);
  });
});

describe('PM-06 of the side', () => {
  const others = many(12, (index) => `q${String(index)}`);
  const world = (side: string) => ({
    positions: [position('p', { side }), ...others.map((id) => position(id, { symbol: `${id}USDT` }))],
    fills: [
      fill('p', 'long', at('01:00')),
      ...others.map((id) => fill(id, 'long', at('01:00'), { symbol: `${id}USDT` })),
    ],
  });
  const sides = (side: string) =>
    findingsOf(run(world(side)), 'PM-06').map(({ severity, cause }) => `${severity} ${cause.id}`);

  test('a row whose fills opened the other side', () => {
    expect(sides('short')).toEqual(['CRITICAL side-unknown']);
    expect(sides('long')).toEqual([]);
    expect(findingsOf(run(world('short')), 'PM-02')).toEqual([]);
  });
});
