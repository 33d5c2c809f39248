import { expect, test } from '@jest/globals';
import { money } from '../../audit/decimal.ts';
import { BASE_UNITS } from '../../sections/shared/facts/instruments.ts';
import type { Level } from '../../sections/shared/facts/order-history.ts';
import { plannedLoss } from '../../sections/shared/facts/planned-loss.ts';

const fact = (side: 'long' | 'short' | 'unknown') => ({
  side,
  entryPrice: money(100),
  quantity: money(2),
  contract: BASE_UNITS,
});
const ordered = (trigger: number, ackAt: number | null = 1, basis: Level['basis'] = 'recorded') => ({
  ackAt,
  trigger: money(trigger),
  triggers: [{ from: -Infinity, value: money(trigger), basis }],
});
const placed = (price: string) => ({ kind: 'placed', new_price: price }) as const;

test.each([
  ['a long position by its first order', fact('long'), [ordered(95), ordered(99)], [], '10'],
  ['a short position by its first order', fact('short'), [ordered(103)], [], '6'],
  ['an order that was never acknowledged does not count', fact('long'), [ordered(95, null)], [], undefined],
  [
    'the last trigger of a rewritten order is no first one',
    fact('long'),
    [ordered(99, 1, 'presumed')],
    [],
    undefined,
  ],
  ['orders before records', fact('long'), [ordered(95)], [placed('90')], '10'],
  ['the first record where no order is known', fact('long'), [], [placed('90'), placed('80')], '20'],
  ['a stop that locks in a profit plans no loss', fact('long'), [ordered(101)], [], undefined],
  ['no direction, no plan', fact('unknown'), [ordered(95)], [], undefined],
  ['no stop, no plan', fact('long'), [], [], undefined],
])('the planned loss: %s', (_name, of, stops, changes, expected) => {
  expect(plannedLoss({ fact: of, stops, changes })?.toFixed()).toBe(expected);
});
