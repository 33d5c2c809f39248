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
import { thresholds } from '../settings.ts';
import { createMarket } from './market.ts';
import { positionFacts } from './positions.ts';
import { protectionFacts } from './protection.ts';

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
  uses: { thresholds },
  compute: ({ rows, shared, ...input }) => positionFacts(rows, input, shared.thresholds),
});

/** Prices and equity as they were known at a time. */
export const marketFact = defineFact({
  id: 'market',
  queries: { prices: pricesQuery, equity: equityQuery },
  uses: { thresholds },
  compute: ({ rows, bot, window, shared }) =>
    createMarket(
      rows.prices,
      rows.equity,
      bot.quoteCurrency,
      shared.thresholds,
      ms(window.to) - ms(window.from),
    ),
});

/** How each position was protected. */
export const protectionFact = defineFact({
  id: 'protection',
  queries: { orders: ordersQuery, stopChanges: stopChangesQuery },
  uses: { positions: positionsFact, thresholds },
  compute: ({ rows, shared, ...input }) =>
    protectionFacts({ facts: shared.positions, ...rows }, input, shared.thresholds.stopGraceMs),
});
