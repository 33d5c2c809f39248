import { defineFact } from '../../../audit/shared-fact.ts';
import { ms } from '../../../audit/time.ts';
import {
  equityQuery,
  fillsQuery,
  fundingQuery,
  instrumentsQuery,
  ordersQuery,
  positionsQuery,
  pricesQuery,
  stopChangesQuery,
} from '../queries/trading.ts';
import { feePricesQuery } from '../queries/fee-prices.ts';
import { thresholds } from '../settings.ts';
import { earlyEnds } from './early-ends.ts';
import { ratesOf } from './fees.ts';
import { orderClocks } from './order-clocks.ts';
import { createMarket, type OtherNames } from './market.ts';
import type { PositionFacts } from './position-facts.ts';
import { positionFacts } from './positions.ts';
import { protectionFacts } from './protection.ts';
import { instrumentKey } from './symbols.ts';
import { tradedPrices, trustedFills, trustedPrices } from './traded-prices.ts';

/** Which prices and fills are not believed, because they contradict each other. */
export const tradedPricesFact = defineFact({
  id: 'traded-prices',
  queries: { prices: pricesQuery, fills: fillsQuery, orders: ordersQuery, positions: positionsQuery },
  uses: { thresholds },
  compute: ({ rows, bot, shared }) => tradedPrices(rows, bot, shared.thresholds),
});

/** What fees in other assets were worth when they were paid. */
export const ratesFact = defineFact({
  id: 'fee-rates',
  queries: { prices: pricesQuery, earlier: feePricesQuery },
  uses: { thresholds, traded: tradedPricesFact },
  compute: ({ rows, bot, shared }) =>
    ratesOf(
      [rows.prices, rows.earlier].map((prices) => trustedPrices(prices, shared.traded)),
      bot,
      shared.thresholds.feePriceMin,
    ),
});

/** Exchanges whose orders and fills are written in another time than each other. */
export const orderClocksFact = defineFact({
  id: 'order-clocks',
  queries: { orders: ordersQuery, fills: fillsQuery, positions: positionsQuery },
  uses: {},
  compute: ({ rows: { orders, fills, positions } }) =>
    orderClocks(orders.ok ? orders.rows : [], fills.ok ? fills.rows : [], positions.ok ? positions.rows : []),
});

/** The positions of the window, from the best rung that passed its adequacy test. */
export const positionsFact = defineFact({
  id: 'positions',
  queries: {
    positions: positionsQuery,
    fills: fillsQuery,
    orders: ordersQuery,
    funding: fundingQuery,
    instruments: instrumentsQuery,
  },
  uses: { thresholds, rates: ratesFact, traded: tradedPricesFact, clocks: orderClocksFact },
  compute: ({ rows, shared, ...input }) =>
    positionFacts(
      { ...rows, fills: trustedFills(rows.fills, shared.traded) },
      shared.rates,
      input,
      shared.thresholds,
      shared.clocks,
    ),
});

/** Prices and equity as they were known at a time. */
export const marketFact = defineFact({
  id: 'market',
  queries: { prices: pricesQuery, equity: equityQuery },
  uses: { thresholds, positions: positionsFact, traded: tradedPricesFact },
  compute: ({ rows, bot, window, shared }) =>
    createMarket(
      trustedPrices(rows.prices, shared.traded),
      rows.equity,
      bot.quoteCurrency,
      shared.thresholds,
      {
        spot: { bot, positions: shared.positions.ok ? shared.positions.positions : [] },
        spanMs: ms(window.to) - ms(window.from),
        otherNames: otherNamesIn(shared.positions),
      },
    ),
});

function otherNamesIn(facts: PositionFacts): OtherNames {
  const renamed = (facts.ok ? facts.positions : []).filter(({ otherNames }) => otherNames.length > 0);
  return new Map(
    renamed.map(({ venue, symbol, otherNames }) => [
      instrumentKey(venue, symbol),
      { venue, symbols: [symbol, ...otherNames] },
    ]),
  );
}

/** Tables whose rows end before those of the others. */
export const earlyEndsFact = defineFact({
  id: 'early-ends',
  queries: {
    orders: ordersQuery,
    fills: fillsQuery,
    positions: positionsQuery,
    stopChanges: stopChangesQuery,
  },
  uses: { positions: positionsFact, thresholds },
  compute: ({ rows, shared, window }) => earlyEnds(rows, shared.positions, { window }, shared.thresholds),
});

/** How each position was protected. */
export const protectionFact = defineFact({
  id: 'protection',
  queries: { orders: ordersQuery, fills: fillsQuery, stopChanges: stopChangesQuery },
  uses: { positions: positionsFact, orderClocks: orderClocksFact, ends: earlyEndsFact, thresholds },
  compute: ({ rows, shared, ...input }) =>
    protectionFacts(
      { facts: shared.positions, clocks: shared.orderClocks, ends: shared.ends, ...rows },
      input,
      shared.thresholds.stopGraceMs,
    ),
});

/** What results and their valuation stand on. */
export const valuedFacts = {
  thresholds,
  rates: ratesFact,
  positions: positionsFact,
  market: marketFact,
  protection: protectionFact,
};
