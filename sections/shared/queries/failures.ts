import { z } from 'zod';
import { STATUS_AT_END } from './decisions.ts';
import { eachSpelled, fromDatabase, spelledIds } from './span.ts';
import { kindColumn, texts } from './trading-rows.ts';

const count = z.number().int();

/** Failed decisions of the window, each with the first execution of it that was refused. */
const FAILED = `failed as materialized (
  select d.id, d.id_alike, d.at, d.symbol, d.exchange, d.strategy, d.decision, d.side, d.quantity
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz and ${STATUS_AT_END} = 'failed'
), ${spelledIds('failed', 'id')}, refused as materialized (
  select distinct on (lower(e.decision_id)) lower(e.decision_id) as decision_id, e.at as refused_at, e.id as execution_id, e.order_id, e.order_id_alike,
    nullif(btrim(left(e.error_message, 200)), '') as error_message, e.http_status
  from @execution e
  where e.decision_id_raw in ${eachSpelled('id', 'failed')} and e.at < :to::timestamptz
    and e.status = 'rejected'
  order by 1, e.at, e.id
)`;

export const failedDecisionsQuery = fromDatabase('failed-decisions', ['decision', 'execution'], {
  title: 'Decisions that failed, and the first refusal of each',
  limit: 20_000,
  sql: `with ${FAILED}
select f.id, f.at, f.symbol, f.exchange, f.strategy, f.decision, f.side, f.quantity, r.refused_at, r.execution_id, r.order_id,
  r.error_message, r.http_status::int as http_status
from failed f
left join refused r on r.decision_id = lower(f.id)
order by f.at, f.id`,
  row: z.object({
    id: z.string(),
    at: z.string(),
    ...texts(
      'symbol',
      'exchange',
      'strategy',
      'decision',
      'side',
      'quantity',
      'refused_at',
      'execution_id',
      'order_id',
      'error_message',
    ),
    http_status: z.number().nullable(),
  }),
});

/** What the exchange said of their orders, where they name one. */
export const refusedOrdersQuery = fromDatabase('refused-orders', ['order', 'decision', 'execution'], {
  title: 'The orders of decisions that failed',
  limit: 20_000,
  sql: `with ${FAILED}, ${spelledIds('refused', 'order_id')}
select o.id, o.reject_class, left(o.reject_reason, 200) as reject_reason
from @order o
where o.id_raw in ${eachSpelled('order_id', 'refused')}
order by o.id`,
  row: z.object({ id: z.string(), reject_class: kindColumn('reject_class'), ...texts('reject_reason') }),
});

/** Decisions by strategy, symbol and exchange, with the longest run of failures that no success broke. */
export const decisionOutcomesQuery = fromDatabase('decision-outcomes', ['decision'], {
  title: 'Decisions by strategy, symbol and outcome',
  kind: 'aggregate',
  limit: 50_000,
  sql: `with decided as (
  select d.id, d.at, d.exchange, left(d.symbol, 120) as symbol, left(d.strategy, 120) as strategy, ${STATUS_AT_END} as status
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz
), runs as (
  select d.*, sum(case when d.status = 'executed' then 1 else 0 end)
    over (partition by d.strategy, d.symbol, d.exchange order by d.at, d.id rows unbounded preceding) as run
  from decided d
), counted as (
  select strategy, symbol, exchange, run, count(*)::int as decisions,
    (count(*) filter (where status = 'executed'))::int as executed, (count(*) filter (where status = 'failed'))::int as failed,
    (count(*) filter (where status = 'pending'))::int as pending, (count(*) filter (where status = 'cancelled'))::int as cancelled
  from runs
  group by 1, 2, 3, 4
)
select strategy, symbol, exchange, sum(decisions)::int as decisions, sum(executed)::int as executed, sum(failed)::int as failed,
  sum(pending)::int as pending, sum(cancelled)::int as cancelled, max(failed)::int as longest_run
from counted
group by 1, 2, 3
order by 1, 2, 3`,
  row: z.object({
    ...texts('strategy', 'symbol', 'exchange'),
    decisions: count,
    executed: count,
    failed: count,
    pending: count,
    cancelled: count,
    longest_run: count,
  }),
});

export type FailedRow = z.output<typeof failedDecisionsQuery.row>;
export type OutcomeRow = z.output<typeof decisionOutcomesQuery.row>;
