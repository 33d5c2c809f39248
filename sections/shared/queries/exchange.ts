import { z } from 'zod';
import { defineQuery, type Query } from '../../../audit/query.ts';
import { texts } from './trading-rows.ts';

/** A list of the exchange's own state, as the importing source has it (sources/exchange). */
const fromExchange = <Row>(id: string, title: string, row: z.ZodType<Row>): Query<Row> =>
  defineQuery({
    id,
    title,
    source: 'exchange',
    kind: 'rows',
    entities: [],
    sql: `${title}, of the state nearest to the end of the window`,
    limit: 100_000,
    row,
  });

const account = { exchange: z.string(), account: z.string() };
const flag = z.boolean();
const side = z.enum(['long', 'short']).nullable();

export const exchangeStatesQuery = fromExchange(
  'exchange-states',
  'What each exchange was asked, and when',
  z.object({
    ...account,
    at: z.string(),
    has_positions: flag,
    has_orders: flag,
    has_stops: flag,
    has_fills: flag,
    // States that were read before these lists were compared have none of them.
    has_balances: flag.default(false),
    has_funding: flag.default(false),
    has_ledger: flag.default(false),
    is_spot: flag,
  }),
);

export const exchangePositionsQuery = fromExchange(
  'exchange-positions',
  'Positions as the exchange has them',
  z.object({
    ...account,
    symbol: z.string(),
    side,
    ...texts('contracts', 'contract_size', 'entry_price', 'leverage', 'margin_mode', 'stop_price'),
    hedged: flag.nullable(),
    has_stop: flag,
  }),
);

export const exchangeOrdersQuery = fromExchange(
  'exchange-orders',
  'Open orders as the exchange has them, conditional ones among them',
  z.object({
    ...account,
    id: z.string(),
    symbol: z.string(),
    side,
    kind: z.enum(['stop', 'target', 'trigger', 'plain']),
    ...texts('client_order_id', 'type', 'contracts', 'price', 'trigger_price', 'created_at'),
    closes_position: flag,
    reduce_only: flag.nullable(),
    list: z.enum(['open', 'algo']),
  }),
);

export const exchangeFillsQuery = fromExchange(
  'exchange-fills',
  'Fills as the exchange has them',
  z.object({
    ...account,
    id: z.string(),
    symbol: z.string(),
    side,
    ...texts('order_id', 'price', 'contracts'),
    at: z.string(),
  }),
);

export const exchangeBalancesQuery = fromExchange(
  'exchange-balances',
  'Balances as the exchange has them',
  z.object({ ...account, currency: z.string(), ...texts('total', 'wallet') }),
);

export const exchangePaymentsQuery = fromExchange(
  'exchange-payments',
  'Payments of funding and transfers as the exchange has them',
  z.object({
    ...account,
    kind: z.enum(['funding', 'transfer']),
    name: z.string(),
    amount: z.string(),
    at: z.string(),
  }),
);

export type ExchangeBalance = z.infer<typeof exchangeBalancesQuery.row>;
export type ExchangePayment = z.infer<typeof exchangePaymentsQuery.row>;
export type ExchangePosition = z.infer<typeof exchangePositionsQuery.row>;
export type ExchangeOrder = z.infer<typeof exchangeOrdersQuery.row>;
export type ExchangeFill = z.infer<typeof exchangeFillsQuery.row>;
