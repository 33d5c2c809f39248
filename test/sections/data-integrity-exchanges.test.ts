import { expect, test } from '@jest/globals';
import { NO_ROWS } from '../../audit/first-page.ts';
import { missing } from '../../audit/value.ts';
import { run as held } from './position-management-support.ts';
import { run } from './data-integrity-support.ts';
import { at, findingsOf, valueOf } from './support.ts';
import { fill, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const traded = (exchange: string | null): Record<string, readonly Row[]> => ({
  positions: [position('a', { exchange, closed_at: at('02:00'), exit_price: '110' })],
  fills: [
    fill('a', 'long', at('01:00'), { exchange }),
    fill('a', 'short', at('02:00'), { exchange, price: '110' }),
  ],
});
const balance = (exchange: string): Row => ({
  exchange,
  account: 'futures',
  currency: 'USDT',
  at: at('00:00'),
  edge: 'from',
  total: '100',
});

test.each<[string, Record<string, readonly Row[]>, string | null, string | null]>([
  ['rows at each', { ...traded('Binance'), 'balance-edges': [balance('bybit')] }, null, null],
  ['none at one', { ...traded('binance'), 'balance-edges': [balance('binance')] }, null, null],
  ['none at one, and no balance anywhere', traded('binance'), null, null],
  [
    'some at another',
    { ...traded('kraken'), 'balance-edges': [balance('binance'), balance('bybit')] },
    'Kraken: not configured',
    'exchanges-not-configured',
  ],
  [
    'both',
    { ...traded('binance-usdm'), 'balance-edges': [balance('bybit')] },
    'Binance: configured',
    'exchanges-other-name',
  ],
  ['rows that name none', traded(null), null, null],
  ['no row at all', {}, null, null],
])('exchanges of the configuration: %s', (_name, rows, says, cause) => {
  const [finding] = findingsOf(run(rows), 'DQ-03');
  expect(finding?.cause.id ?? null).toBe(cause);
  expect(finding?.severity ?? null).toBe(cause === null ? null : 'HIGH');
  if (says !== null) expect(JSON.stringify(finding?.description)).toContain(says);
});

test('a configured exchange without any row is named where the sources are, and by a figure for the scope', () => {
  const result = run(traded('binance'));
  expect(JSON.stringify(result.parts)).toContain('Bybit: configured, and not one row');
  expect(valueOf(result, NO_ROWS, { exchange: 'bybit' })).toBe(0);
});

test('where no row is, each configured exchange is named, and none where rows name none or could not be read', () => {
  const silent = (...given: Parameters<typeof run>): readonly string[] =>
    run(...given).figures.flatMap(({ name, labels }) => (name === NO_ROWS ? (labels['exchange'] ?? []) : []));
  expect(silent()).toEqual(['binance', 'bybit']);
  expect(silent(traded(null))).toEqual([]);
  expect(
    silent({ ...traded('binance'), 'balance-edges': missing('source_failed', 'statement timeout') }),
  ).toEqual([]);
});

test('an exchange that holds nothing is idle, not without a balance', () => {
  const result = held({ rows: { positions: [position('a')] } });
  expect(valueOf(result, 'leverage_peak', { exchange: 'binance' })).toBe('<no_data>');
  expect(valueOf(result, 'leverage_peak', { exchange: 'bybit' })).toBe('<not_applicable>');
});
