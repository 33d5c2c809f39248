import { z } from 'zod';
import type { EntityName } from '../../audit/contract.ts';
import { defineQuery } from '../../audit/query.ts';
import { fillRow, fundingRow } from '../shared/queries/trading-rows.ts';

const text = z.string().nullable();
const STORED = { source: 'database', kind: 'rows' } as const;

/**
 * The balance that stands for each edge of the window: the nearest within five seconds; else the nearest of the minute
 * outside of it, whose flows are read too; else, which does not know the edge, the nearest of the hour inside.
 */
export const balanceEdgesQuery = defineQuery({
  id: 'balance-edges',
  title: 'Balances nearest to the edges of the window',
  ...STORED,
  entities: ['balance'],
  limit: 10_000,
  sql: `select distinct on (near.edge, near.exchange, near.account, near.currency)
  near.edge, near.exchange, near.account, near.currency, near.at, near.total, near.unrealized_pnl, near.equity
from (
  select 'from' as edge, b.exchange, b.account, b.currency, b.at, b.total, b.unrealized_pnl, b.equity,
    extract(epoch from b.at - :from::timestamptz) as inside
  from @balance b
  where b.at >= :from::timestamptz - interval '1 minute' and b.at <= :from::timestamptz + interval '1 hour'
  union all
  select 'to' as edge, b.exchange, b.account, b.currency, b.at, b.total, b.unrealized_pnl, b.equity,
    extract(epoch from :to::timestamptz - b.at) as inside
  from @balance b
  where b.at >= :to::timestamptz - interval '1 hour' and b.at <= :to::timestamptz + interval '1 minute'
) near
where near.total is not null
order by near.edge, near.exchange, near.account, near.currency,
  case when abs(near.inside) <= 5 then 0 when near.inside < 0 then 1 else 2 end, abs(near.inside), near.at`,
  row: z.object({
    edge: z.enum(['from', 'to']),
    exchange: text,
    account: text,
    currency: z.string(),
    at: z.string(),
    total: z.string(),
    unrealized_pnl: text,
    equity: text,
  }),
});
export type BalanceEdgeRow = z.output<typeof balanceEdgesQuery.row>;

/** At most 480 rows an account, never closer than a minute: enough to find the two rows between which money left. */
export const balanceSeriesQuery = defineQuery({
  id: 'balance-series',
  title: 'Last balance of each account by bucket',
  ...STORED,
  entities: ['balance'],
  sql: `select distinct on (b.exchange, b.account, b.currency, date_bin(greatest(interval '1 minute', (:to::timestamptz - :from::timestamptz) / 480), b.at, :from::timestamptz))
  b.exchange, b.account, b.currency, b.at, b.total
from @balance b
where b.at >= :from::timestamptz - interval '5 seconds' and b.at <= :to::timestamptz + interval '5 seconds' and b.total is not null
order by b.exchange, b.account, b.currency,
  date_bin(greatest(interval '1 minute', (:to::timestamptz - :from::timestamptz) / 480), b.at, :from::timestamptz), b.at desc, b.total`,
  row: z.object({ exchange: text, account: text, currency: z.string(), at: z.string(), total: z.string() }),
});

/** Fills of the minutes around the window: a balance that stands there holds them. */
export const edgeFillsQuery = defineQuery({
  id: 'edge-fills',
  title: 'Fills in a minute before and after the window',
  ...STORED,
  entities: ['fill'],
  limit: 20_000,
  sql: `select f.id, f.order_id, f.position_id, f.symbol, f.exchange, f.strategy, f.side, f.price, f.quantity, f.at,
  f.fee, f.fee_currency, f.is_maker, f.realized_pnl
from @fill f
where (f.at >= :from::timestamptz - interval '1 minute' and f.at < :from::timestamptz)
  or (f.at >= :to::timestamptz and f.at < :to::timestamptz + interval '1 minute')
order by f.at, f.id`,
  row: fillRow,
});

export const edgeFundingQuery = defineQuery({
  id: 'edge-funding',
  title: 'Funding in a minute before and after the window',
  ...STORED,
  entities: ['funding'],
  limit: 20_000,
  sql: `select u.symbol, u.exchange, u.position_id, u.amount, u.at
from @funding u
where (u.at >= :from::timestamptz - interval '1 minute' and u.at < :from::timestamptz)
  or (u.at >= :to::timestamptz and u.at < :to::timestamptz + interval '1 minute')
order by u.at, u.exchange, u.symbol, u.position_id, u.amount`,
  row: fundingRow,
});

const EARLIEST = `:from::timestamptz - interval '31 days'`;

export const ownTotalsQuery = defineQuery({
  id: 'own-totals',
  title: 'The bot’s own totals of the window',
  source: 'database',
  kind: 'rows',
  entities: ['total'],
  limit: 5_000,
  sql: `select t.name, t.scope, t.covers_from, t.covers_to, t.value
from @total t
where t.at > ${EARLIEST} and t.at <= :to::timestamptz and t.name is not null
  and coalesce(t.covers_to, t.at) > :from::timestamptz and coalesce(t.covers_from, t.at) < :to::timestamptz
order by t.covers_from, t.covers_to, t.at, t.scope, t.name, t.value`,
  row: z.object({ name: z.string(), scope: text, covers_from: text, covers_to: text, value: text }),
});
export type OwnTotalRow = z.output<typeof ownTotalsQuery.row>;

/**
 * Rows in the time of totals that began up to 31 days before the window, and those within five seconds of its edges,
 * where the clocks of two writers may disagree. The rows of all of these times are read once, by their outer bounds.
 */
function countedQuery(
  entity: EntityName,
  name: string,
  ...moments: readonly (readonly [total: string, time: string, where: string])[]
) {
  const read = moments.map(
    ([total, time, where]) => `  select '${total}' as name, ${time} as at
  from @${entity} r
  where ${time} >= (select min(covers_from) from span) - interval '5 seconds'
    and ${time} <= (select max(covers_to) from span) + interval '5 seconds' and ${where}`,
  );
  return defineQuery({
    id: `own-total-${entity}s`,
    title: `${name} in the time of own totals that began before the window`,
    source: 'database',
    kind: 'aggregate',
    entities: ['total', entity],
    limit: 1_000,
    sql: `with span as (
  select distinct t.covers_from, t.covers_to
  from @total t
  where t.at > ${EARLIEST} and t.at <= :to::timestamptz
    and t.covers_from >= ${EARLIEST} and t.covers_from < :from::timestamptz
    and t.covers_to > :from::timestamptz and t.covers_to <= :to::timestamptz
), moment as (
${read.join('\n  union all\n')}
)
select m.name, s.covers_from, s.covers_to,
  (count(*) filter (where m.at >= s.covers_from and m.at < s.covers_to))::int as counted,
  (count(*) filter (where abs(extract(epoch from m.at - s.covers_from)) <= 5
    or abs(extract(epoch from m.at - s.covers_to)) <= 5))::int as edge
from span s
join moment m on m.at >= s.covers_from - interval '5 seconds' and m.at <= s.covers_to + interval '5 seconds'
group by m.name, s.covers_from, s.covers_to
order by s.covers_from, s.covers_to, m.name`,
    row: z.object({
      name: z.string(),
      covers_from: z.string(),
      covers_to: z.string(),
      counted: z.number(),
      edge: z.number(),
    }),
  });
}

const LIVED = `r.status is distinct from 'failed' and r.status is distinct from 'transient'`;

export const totalPositionsQuery = countedQuery(
  'position',
  'Position rows',
  ['positions_opened', 'r.opened_at', LIVED],
  ['positions_closed', 'r.closed_at', LIVED],
  ['positions_closed', 'r.updated_at', `r.closed_at is null and r.status = 'closed'`],
);
export const totalFillsQuery = countedQuery('fill', 'Fills', ['fills', 'r.at', 'true']);

/**
 * Ids of positions that end in a number, by what stands before it: how many were opened in the window and in the three
 * days before it, and how many numbers below theirs no row has.
 */
export const positionIdsQuery = defineQuery({
  id: 'position-ids',
  title: 'Numbers of positions, and those that no row has',
  source: 'database',
  kind: 'aggregate',
  entities: ['position'],
  limit: 1_000,
  sql: `with numbered as (
  select distinct on (i.prefix, i.digits::bigint) i.prefix, i.digits::bigint as number, length(i.digits) as width, i.opened_at
  from (
    select regexp_replace(p.id, '[0-9]{1,15}$', '') as prefix, substring(p.id from '[0-9]{1,15}$') as digits, p.opened_at
    from @position p
    where p.opened_at >= :from::timestamptz - interval '3 days' and p.opened_at < :to::timestamptz
  ) i
  where i.digits is not null
  order by i.prefix, i.digits::bigint, i.opened_at
), apart as (
  select n.prefix, n.number, n.width, n.opened_at,
    n.number - lag(n.number) over (partition by n.prefix order by n.number) - 1 as missing
  from numbered n
)
select left(a.prefix, 60) as prefix,
  (count(*) filter (where a.opened_at >= :from::timestamptz))::int as inside,
  (count(*) filter (where a.opened_at < :from::timestamptz))::int as before,
  least(coalesce(sum(a.missing) filter (where a.opened_at >= :from::timestamptz), 0), 1000000000)::int as missing_inside,
  least(coalesce(sum(a.missing) filter (where a.opened_at < :from::timestamptz), 0), 1000000000)::int as missing_before,
  min(lpad((a.number - 1)::text, a.width, '0')) filter (where a.opened_at >= :from::timestamptz and a.missing > 0) as first_missing
from apart a
group by a.prefix
having count(*) >= 20
order by inside desc, prefix`,
  row: z.object({
    prefix: z.string(),
    inside: z.number(),
    before: z.number(),
    missing_inside: z.number(),
    missing_before: z.number(),
    /** The last number of the first hole. */
    first_missing: z.string().nullable(),
  }),
});

/** Nine samples at most, whatever the window: a counter that began anew between two of them is seen. */
export const tableCountersQuery = defineQuery({
  id: 'table-counters',
  title: 'Counters of the mapped tables, as snapshots of the window carry them',
  source: 'snapshots',
  kind: 'rows',
  entities: ['snapshot'],
  sql: `with seen as (
  select s.at, s.tables,
    floor(extract(epoch from s.at - :from::timestamptz) * 8 / extract(epoch from :to::timestamptz - :from::timestamptz)) as part
  from @snapshot s
  where s.at >= :from::timestamptz and s.at < :to::timestamptz and jsonb_typeof(s.tables -> 'tables') = 'object'
), placed as (
  select n.at, n.tables, row_number() over (partition by n.part order by n.at) as first,
    row_number() over (order by n.at desc) as last
  from seen n
)
select p.at, p.tables from placed p where p.first = 1 or p.last = 1
order by p.at`,
  limit: 10,
  row: z.object({
    at: z.string(),
    tables: z.object({
      reset: z.string().nullable(),
      tables: z.record(z.string(), z.array(z.number())),
    }),
  }),
});
