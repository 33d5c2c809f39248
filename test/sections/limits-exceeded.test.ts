import { describe, expect, test } from '@jest/globals';
import { limits, run } from './position-management-support.ts';
import { at, checkOf, danglingReferences, findingsOf, type Evidence } from './support.ts';
import { position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;

/** Two positions of 100 each, with an equity of 50 at each exchange. */
const positions = [
  position('a', { strategy: 'trend', leverage: '3' }),
  position('b', { strategy: 'mean', exchange: 'bybit', symbol: 'ETHUSDT', leverage: '1' }),
];
const equity = ['binance', 'bybit'].map((exchange) => ({
  exchange,
  currency: 'USDT',
  bucket: at('00:00'),
  at: at('00:00'),
  equity: '50',
}));
const own = (row: Row): Row => ({ name: row['kind'], scope: null, unit: null, ...row });
const audited = (rows: readonly Row[], bot: Evidence['bot'] = {}) =>
  run({ rows: { positions, equity, limits: rows.map(own) }, bot });
const severities = (result: ReturnType<typeof run>) =>
  findingsOf(result, 'PM-01').map(({ severity }) => severity);

/** The highest point of the window is 100 % of the first value; 105 % of it is a finding, and so is 200 %. */
test.each<[string, Row, number, string]>([
  ['exposure of the bot', { kind: 'exposure' }, 200, 'P6'],
  ['exposure of an exchange', { kind: 'exposure', scope: 'exchange', scope_value: 'Bybit' }, 100, 'P6'],
  ['exposure of a symbol', { kind: 'exposure', scope: 'symbol', scope_value: 'ETH/USDT:USDT' }, 100, 'P6'],
  ['exposure of a strategy', { kind: 'exposure', scope: 'strategy', scope_value: 'mean' }, 100, 'P6'],
  ['leverage of an exchange', { kind: 'leverage', scope: 'exchange', scope_value: 'bybit' }, 2, 'P6'],
  ['leverage of a position', { kind: 'leverage' }, 3, 'P6'],
  ['size of a position', { kind: 'max_position_size' }, 100, 'P6'],
  ['size in a symbol', { kind: 'max_position_size', scope: 'symbol', scope_value: 'ETHUSDT' }, 100, 'P6'],
  ['positions of an exchange', { kind: 'max_positions', scope: 'exchange', scope_value: 'bybit' }, 1, 'P4'],
  ['positions of a symbol', { kind: 'max_positions', scope: 'symbol', scope_value: 'BTC_USDT' }, 1, 'P4'],
])('%s', (_name, limit, peak, check) => {
  const at100 = audited([{ ...limit, value: String(peak) }]);
  expect(severities(at100)).toEqual([]);
  expect(checkOf(at100, check)).toBeGreaterThanOrEqual(0.5);
  const at105 = audited([{ ...limit, value: String(peak / 1.05) }]);
  expect([severities(at105), checkOf(at105, check)]).toEqual([['HIGH'], 0]);
  const at200 = audited([{ ...limit, value: String(peak / 2) }]);
  expect(severities(at200)).toContain('CRITICAL');
  expect(danglingReferences(at200)).toEqual([]);
});

test.each([
  ['exposure', { exposure: '190' }, 'HIGH'],
  ['exposure', { exposure: '3' }, 'CRITICAL'],
  ['leverage', { leverage: 1.9 }, 'HIGH'],
  ['leverage', { leverage: 0.03 }, 'CRITICAL'],
])('%s over what the operator allows, %j', (_name, configured, severity) => {
  expect(severities(audited([], limits(configured)))).toContain(severity);
});

test('of the operator’s limit and the bot’s own the strictest counts', () => {
  const rows = [{ kind: 'exposure', value: '190' }];
  expect(severities(audited(rows, limits({ exposure: '1000' })))).toEqual(['HIGH']);
});

/** A column that rows overwrite says what is now. */
test.each<[string, string, readonly string[], number | 'unknown']>([
  ['before the end', '07:59', ['CRITICAL'], 0],
  ['after it', '08:00', [], 'unknown'],
])('a leverage over its limit in a row that was written %s', (_name, time, expected, check) => {
  const rows = [position('a', { leverage: '50', updated_at: at(time) })];
  const result = run({
    rows: { positions: rows, equity, limits: [own({ kind: 'leverage', value: '5' })] },
    bot: {},
  });
  expect(severities(result)).toEqual(expected);
  expect(checkOf(result, 'P6')).toBe(check);
});

describe('a limit that nobody could compare is not known to have held', () => {
  test.each<[string, Row]>([
    ['in another unit', { kind: 'exposure', value: '3', unit: 'percent' }],
    ['without a value', { kind: 'exposure', value: null }],
    ['of a symbol that it does not name', { kind: 'exposure', value: '3', scope: 'symbol' }],
    ['of an unknown scope', { kind: 'exposure', value: '3', scope: 'unknown' }],
  ])('%s', (_name, limit) => {
    const result = audited([limit, { kind: 'leverage', value: '1000' }]);
    expect(checkOf(result, 'P6')).toBe('unknown');
    expect(JSON.stringify(result.checks)).toContain('the limit exposure');
  });

  test.each<[string, Row]>([
    ['in another unit', { unit: 'percent' }],
    ['of an unknown scope', { scope: 'unknown' }],
  ])('unless the operator says the limit of the whole bot: %s', (_name, limit) => {
    const rows = [{ kind: 'exposure', value: '3', ...limit }];
    expect(checkOf(audited(rows, limits({ exposure: '1000', leverage: 10 })), 'P6')).toBe(1);
  });

  test('and one that is exceeded is said beside it', () => {
    const result = audited([
      { kind: 'exposure', value: null },
      { kind: 'leverage', value: '0.5' },
    ]);
    expect(checkOf(result, 'P6')).toBe(0);
  });
});

/** Closed at 04:00, three hours after its opening; what is still open is judged by section 7. */
test.each<[string, Row, readonly string[]]>([
  ['at its limit', { kind: 'max_age', value: '3' }, []],
  ['over it', { kind: 'max_age', value: '2.9' }, ['MEDIUM']],
  [
    'over the one of its strategy',
    { kind: 'max_age', value: '1', scope: 'strategy', scope_value: 'trend' },
    ['MEDIUM'],
  ],
  ['over the one of another', { kind: 'max_age', value: '1', scope: 'strategy', scope_value: 'mean' }, []],
])('a position that closed %s', (_name, limit, expected) => {
  const closed = position('c', { strategy: 'trend', closed_at: at('04:00') });
  const result = run({ rows: { positions: [closed, positions[1] ?? {}], limits: [own(limit)] } });
  expect(findingsOf(result, 'PM-01').map(({ severity }) => severity)).toEqual(expected);
  expect(danglingReferences(result)).toEqual([]);
  const [found] = findingsOf(result, 'PM-01');
  if (found) expect(found.occurrences.map(({ subject }) => subject)).toEqual(['BTCUSDT']);
});
