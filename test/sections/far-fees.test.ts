import { expect, test } from '@jest/globals';
import { farFees } from '../../sections/shared/facts/far-fees.ts';
import { fillRow, positionRow } from '../../sections/shared/queries/trading-rows.ts';
import { at } from './support.ts';
import { fill, position } from './trading-rows.ts';

const nulls = (schema: { shape: object }) =>
  Object.fromEntries(Object.keys(schema.shape).map((key) => [key, null]));
type Charge = readonly [fee: string, more?: object];
/** One of 1 at 100 for each fee, and what is said of it beyond. */
const charged = (fees: readonly Charge[]) =>
  fees.map(([fee, more], index) =>
    fillRow.parse({
      ...nulls(fillRow),
      ...fill('p', 'long', at('01:00'), { id: 'abc'.charAt(index), fee, ...more }),
    }),
  );
const row = (fees: string) =>
  positionRow.parse({ ...nulls(positionRow), exit_kind: null, ...position('p', { fees }) });

test.each<[string, readonly Charge[], string | null, readonly string[]]>([
  ['one of the usual share', [['0.04'], ['0.05']], null, []],
  ['a rebate and a taker', [['-0.001'], ['0.05']], null, []],
  ['a hundred times the usual', [['0.04'], ['4']], null, ['b']],
  ['below a hundred times', [['0.04'], ['3.99']], null, []],
  ['a hundred times, written as a gain', [['0.04'], ['-4']], null, ['b']],
  ['one that its position’s row confirms', [['0.04'], ['4']], '4.04', []],
  ['one that its position’s row denies', [['0.04'], ['4']], '0.08', ['b']],
  ['nothing to compare with', [['4']], null, []],
  ['another that was free', [['0'], ['4']], null, []],
  ['another instrument’s', [['0.04', { symbol: 'ETHUSDT' }], ['4']], null, []],
  ['another exchange’s', [['0.04', { exchange: 'bybit' }], ['4']], null, []],
  ['another asset’s', [['0.0001', { fee_currency: 'BNB' }], ['0.04']], null, []],
  ['the least that an exchange charges', [['0.04'], ['0.01', { quantity: '0.001' }]], null, []],
  ['a fee without a price', [['0.04'], ['4', { price: null }]], null, []],
])('fees that are not believed: %s', (_name, fees, said, far) => {
  expect([...farFees(charged(fees), said === null ? [] : [row(said)], 100).keys()]).toEqual(far);
});
