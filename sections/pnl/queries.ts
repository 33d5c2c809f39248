import { z } from 'zod';
import { defineQuery } from '../../audit/query.ts';

const text = z.string().nullable();
const numeric = z.string().nullable();

/**
 * The balance nearest to each edge of the window: at most five seconds outside of it, where the flows are known too,
 * and at most an hour inside.
 */
export const balanceEdgesQuery = defineQuery({
  id: 'balance-edges',
  title: 'Balances nearest to the edges of the window',
  source: 'database',
  kind: 'rows',
  entities: ['balance'],
  limit: 10_000,
  sql: `select distinct on (near.edge, near.exchange, near.account, near.currency)
  near.edge, near.exchange, near.account, near.currency, near.at, near.total, near.unrealized_pnl, near.equity
from (
  select 'from' as edge, b.exchange, b.account, b.currency, b.at, b.total, b.unrealized_pnl, b.equity,
    abs(extract(epoch from b.at - :from::timestamptz)) as distance
  from @balance b
  where b.at >= :from::timestamptz - interval '5 seconds' and b.at <= :from::timestamptz + interval '1 hour'
  union all
  select 'to' as edge, b.exchange, b.account, b.currency, b.at, b.total, b.unrealized_pnl, b.equity,
    abs(extract(epoch from b.at - :to::timestamptz)) as distance
  from @balance b
  where b.at >= :to::timestamptz - interval '1 hour' and b.at <= :to::timestamptz + interval '5 seconds'
) near
where near.total is not null
order by near.edge, near.exchange, near.account, near.currency, near.distance, near.at`,
  row: z.object({
    edge: z.enum(['from', 'to']),
    exchange: text,
    account: text,
    currency: z.string(),
    at: z.string(),
    total: z.string(),
    unrealized_pnl: numeric,
    equity: numeric,
  }),
});
export type BalanceEdgeRow = z.output<typeof balanceEdgesQuery.row>;

/** At most 480 rows an account, never closer than a minute: enough to find the two rows between which money left. */
export const balanceSeriesQuery = defineQuery({
  id: 'balance-series',
  title: 'Last balance of each account by bucket',
  source: 'database',
  kind: 'rows',
  entities: ['balance'],
  sql: `select distinct on (b.exchange, b.account, b.currency, date_bin(greatest(interval '1 minute', (:to::timestamptz - :from::timestamptz) / 480), b.at, :from::timestamptz))
  b.exchange, b.account, b.currency, b.at, b.total
from @balance b
where b.at >= :from::timestamptz - interval '5 seconds' and b.at <= :to::timestamptz + interval '5 seconds' and b.total is not null
order by b.exchange, b.account, b.currency,
  date_bin(greatest(interval '1 minute', (:to::timestamptz - :from::timestamptz) / 480), b.at, :from::timestamptz), b.at desc, b.total`,
  row: z.object({ exchange: text, account: text, currency: z.string(), at: z.string(), total: z.string() }),
});

export const transfersQuery = defineQuery({
  id: 'transfers',
  title: 'Transfers in the window',
  source: 'database',
  kind: 'rows',
  entities: ['transfer'],
  limit: 20_000,
  sql: `select t.at, t.currency, t.amount, t.exchange, t.account, t.kind
from @transfer t
where t.at >= :from::timestamptz - interval '5 seconds' and t.at < :to::timestamptz + interval '5 seconds'
order by t.at, t.exchange, t.currency, t.amount, t.kind`,
  row: z.object({
    at: z.string(),
    currency: z.string(),
    amount: numeric,
    exchange: text,
    account: text,
    kind: text,
  }),
});
export type TransferRow = z.output<typeof transfersQuery.row>;
