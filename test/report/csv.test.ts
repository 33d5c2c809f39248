import { describe, expect, test } from '@jest/globals';
import type { Dataset } from '../../audit/block.ts';
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
    ['\u0000=1', `"'\ufffd=1"`],
    ['\uFF1D1', `"'\uFF1D1"`],
    ['a=1', '"a=1"'],
    ['say "hi", then\ngo', '"say ""hi"", then\ngo"'],
    ['0042', '"0042"'],
    ['', '""'],
    ['\ud800', '"\ufffd"'],
  ])('of text %j is %s', (value, expected) => {
    expect(csvOf(dataset([text], [[value]]))).toBe(`"note"\r\n${expected}\r\n`);
  });

  test.each([
    ['-212.440000000000000001', '-212.440000000000000001'],
    ['1e-9', '1e-9'],
    [-5, '-5'],
    [null, ''],
    [true, 'true'],
    [Number.NaN, ''],
    // Not a number after all: text, and a formula at that.
    ['-1+cmd', `"'-1+cmd"`],
  ])('of a number column, %j, is %s', (value, expected) => {
    expect(csvOf(dataset([money], [[value]]))).toBe(`"pnl"\r\n${expected}\r\n`);
  });
});

test('a row that is too short is filled, and headings are keys', () => {
  expect(csvOf(dataset([text, money], [['a'], ['b', '1']]))).toBe('"note","pnl"\r\n"a",\r\n"b",1\r\n');
});

test('only ids of ours become file names', () => {
  expect(csvFileName('stop-loss.unprotected')).toBe('data/stop-loss.unprotected.csv');
  for (const bad of ['../x', 'a/b', '', '.hidden', 'a..b', 'x'.repeat(200), 'a\u0000'])
    expect(() => csvFileName(bad)).toThrow('dataset id');
});
