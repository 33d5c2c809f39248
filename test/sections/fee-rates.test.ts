import { expect, test } from '@jest/globals';
import { ratesOf } from '../../sections/shared/facts/fees.ts';
import { fillRow } from '../../sections/shared/queries/trading-rows.ts';
import { at, BOT } from './support.ts';
import { fill } from './trading-rows.ts';

test.each([
  ['BTCUSD_PERP', 'USD', '0.000025'],
  ['BTC/USD:BTC', 'USD', '0.000025'],
  ['BTCUSD', 'USD', '0.000025'],
  ['BTCUSD_PERP', 'BTC', '1'],
  // The price is of another currency than the fee.
  ['BTCUSDT', 'USD', 'unknown'],
  ['ETHUSD_PERP', 'USD', 'unknown'],
])('a fee of %s in %s is worth %s BTC a unit', (symbol, currency, worth) => {
  const rates = ratesOf([], { ...BOT, quoteCurrency: 'BTC' }, 15);
  const unsaid = Object.fromEntries(Object.keys(fillRow.shape).map((name) => [name, null]));
  const said = fill('a', 'long', at('01:00'), { symbol, price: '40000', fee_currency: currency });
  const paid = fillRow.parse({ ...unsaid, ...said });
  const rate = rates(paid);
  expect('price' in rate ? rate.price.toFixed() : 'unknown').toBe(worth);
});
