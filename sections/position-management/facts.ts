import type { SectionInput } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import type { z } from 'zod';
import {
  equityQuery,
  fillsQuery,
  fundingQuery,
  limitsQuery,
  ordersQuery,
  positionsQuery,
  pricesQuery,
  snapshotsQuery,
  stopChangesQuery,
} from '../shared/queries/trading.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import { createMarket, type Market } from '../shared/facts/market.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { positionFacts } from '../shared/facts/positions.ts';
import { protectionFacts } from '../shared/facts/protection.ts';
import { venuesOf } from '../shared/vocabulary/venue-figures.ts';
import { abandonedPositions, type AbandonedPositions } from './abandoned.ts';
import { entryOrders, type EntryOrders } from '../shared/facts/entry-orders.ts';
import { exitReason, reasonOfOrder } from './exits.ts';
import { tradingLimits, type TradingLimits } from './limits.ts';
import type { Settings } from './settings.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  orders: ordersQuery,
  stopChanges: stopChangesQuery,
  funding: fundingQuery,
  prices: pricesQuery,
  equity: equityQuery,
  limits: limitsQuery,
  snapshots: snapshotsQuery,
  alerts: alertsQuery,
};
export type Input = SectionInput<typeof queries, z.output<Settings>>;

export interface Facts {
  readonly venues: readonly string[];
  readonly source: PositionFacts;
  /** Empty when `source` is not ok; figures ask `source` first. */
  readonly positions: readonly PositionFact[];
  readonly opened: readonly PositionFact[];
  readonly closed: readonly PositionFact[];
  readonly market: Market;
  readonly entries: EntryOrders;
  readonly abandoned: AbandonedPositions;
  readonly limits: TradingLimits;
  readonly reasonOf: (fact: PositionFact) => string;
}

export function factsOf(input: Input): Facts {
  const { rows, window, settings, bot } = input;
  const source = positionFacts(rows, input);
  const positions = source.ok ? source.positions : [];
  const from = ms(window.from);
  const entries = entryOrders(rows.orders, source, input);
  const protection = protectionFacts(
    { facts: source, orders: rows.orders, stopChanges: rows.stopChanges },
    input,
    settings.stopGraceMs,
  );
  return {
    venues: venuesOf(bot.exchanges, [
      ...positions.map(({ venue }) => venue),
      ...(entries.ok ? entries.orders.map(({ venue }) => venue) : []),
    ]),
    source,
    positions,
    opened: positions.filter(({ openedAt }) => openedAt >= from),
    closed: positions.filter(({ closedAt }) => closedAt !== null),
    market: createMarket(rows.prices, rows.equity, bot.quoteCurrency),
    entries,
    abandoned: source.ok
      ? abandonedPositions(positions, protection, input, settings.abandonedAfterMin)
      : source,
    limits: tradingLimits(bot.limits, rows.limits),
    reasonOf: reasonsFor(input),
  };
}

function reasonsFor({ rows, has }: Input): (fact: PositionFact) => string {
  if (has('position', 'exit_reason')) return ({ exitReason: stored }) => exitReason(stored);
  const orders = new Map(rows.orders.ok ? rows.orders.rows.map((order) => [order.id, order]) : []);
  return ({ row }) => reasonOfOrder(row.exit_order_id === null ? undefined : orders.get(row.exit_order_id));
}
