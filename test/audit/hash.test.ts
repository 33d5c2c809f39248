import { expect, test } from '@jest/globals';
import { canonicalJson, canonicalLines } from '../../audit/hash.ts';

test('a line of a row is its canonical JSON, whatever rows stand before it', () => {
  const rows = [
    { symbol: 'ETHUSDT', at: '2026-11-20', price: null, 7: { b: 1, a: [{ d: 1, c: 2 }] } },
    { symbol: 'XRPUSDT', at: '2026-11-20', price: '0.5', 7: null },
    { at: '2026-11-20', symbol: 'XRPUSDT', price: '0.5', 7: null },
    { at: '2026-11-20', symbol: undefined, price: -0, 7: Number.NaN },
    { other: new Date('2026-11-20T00:00:00Z') },
    [{ b: 1, a: 2 }],
    new Date('2026-11-20T00:00:00Z'),
    null,
    'text',
    {},
  ];
  expect(canonicalLines(rows)).toEqual(rows.map(canonicalJson));
  expect(canonicalLines([])).toEqual([]);
});
