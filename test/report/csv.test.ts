import { describe, expect, test } from '@jest/globals';
import type { Dataset } from '../../audit/block.ts';
import type { Unit } from '../../audit/figure.ts';
import { csvFileName, csvOf } from '../../report/csv.ts';

function dataset(columns: Dataset['columns'], rows: Dataset['rows']): Dataset {
  return { id: 'x', title: 'X', queries: [], columns, rows };
}

const text = { key: 'note', title: 'Note', unit: 'text' } as const;
const money = { key: 'pnl', title: 'PnL', unit: 'money', currency: 'USDT' } as const;

describe('a cell', () => {
  test.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-2+3', `"'-2+3"`],
    ['@SUM(A1)', `"'@SUM(A1)"`],
    ['\t=1', `"'\t=1"`],
    ['\r=1', `"'\r=1"`],
    [' =1', `"' =1"`],
    ['\u0000=1', `"'[U+0000]=1"`],
    ['\uFF1D1', `"'\uFF1D1"`],
    ['a=1', '"a=1"'],
    ['say "hi", then\ngo', '"say ""hi"", then\ngo"'],
    ['0042', '"0042"'],
    ['', '""'],
    ['\ud800', '"[U+D800]"'],
  ])('of text %j is %s', (value, expected) => {
    expect(csvOf(dataset([text], [[value]]))).toBe(`"Note"\r\n${expected}\r\n`);
  });

  test.each([
    ['-212.440000000000000001', '-212.44'],
    ['1e-9', '0.00'],
    [-5, '-5.00'],
    ['12345678.9', '12345678.90'],
    [null, ''],
    [true, 'true'],
    [Number.NaN, ''],
    // Not a number after all: text, and a formula at that.
    ['-1+cmd', `"'-1+cmd"`],
  ])('of a number column, %j, is %s', (value, expected) => {
    expect(csvOf(dataset([money], [[value]]))).toBe(`"PnL (USDT)"\r\n${expected}\r\n`);
  });
});

test('a row that is too short is filled, and headings have their units', () => {
  expect(csvOf(dataset([text, money], [['a'], ['b', '1']]))).toBe(
    '"Note","PnL (USDT)"\r\n"a",\r\n"b",1.00\r\n',
  );
});

test('numbers are rounded as they are printed, each by its unit, sizes in bytes', () => {
  const of = (unit: Unit, value: string | number): string =>
    csvOf(dataset([{ key: 'x', title: 'X', unit }], [[value]])).split('\r\n')[1] ?? '';
  expect(of('min', 12.393430277777778)).toBe('12.4');
  expect(of('price', '0.123456789')).toBe('0.123456789');
  expect(of('count', 27160)).toBe('27160');
  expect(of('bytes', 2_000_000)).toBe('2000000');
});

test('an exchange has one name, and a code of its own no apostrophe', () => {
  const exchange = { key: 'exchange', title: 'Exchange', unit: 'text' } as const;
  expect(csvOf(dataset([exchange, text], [['binance', '-4003']]))).toBe(
    '"Exchange","Note"\r\n"Binance","-4003"\r\n',
  );
});

test('only ids of ours become file names', () => {
  expect(csvFileName('stop-loss.unprotected')).toBe('data/stop-loss.unprotected.csv');
  for (const bad of ['../x', 'a/b', '', '.hidden', 'a..b', 'x'.repeat(200), 'a\u0000'])
    expect(() => csvFileName(bad)).toThrow('dataset id');
});
