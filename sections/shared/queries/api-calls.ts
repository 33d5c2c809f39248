import { z } from 'zod';
import type { Kind } from '../../../audit/word-kinds.ts';
import { fromDatabase } from './span.ts';
import { kindColumn, texts } from './trading-rows.ts';

const count = z.number().int();
const time = z.string();
const text = z.string().nullable();

export const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

/** Operations that send an order: whoever does not know their outcome does not know what is open. */
export const SUBMITS = [
  'open_position',
  'close_position',
  'update_stop',
  'submit_order',
] as const satisfies readonly Kind<'operation_kind'>[];

/** Calls on which a position or its protection waits. */
export const ORDER_PATH: ReadonlySet<Kind<'operation_kind'> | 'unknown'> = new Set([
  ...SUBMITS,
  'cancel_order',
]);

/** Answers that an order was not accepted as it was: the exchange works, and section 1 judges them. */
export const REFUSALS = [
  'insufficient_margin',
  'filter',
  'would_trigger',
  'risk_reject',
] as const satisfies readonly Kind<'error_kind'>[];

export const IN_WINDOW = 'a.at >= :from::timestamptz and a.at < :to::timestamptz';
/** An answer that says an error is one, whatever the bot made of it. */
const OUTCOME = `case when a.outcome = 'ok' and a.http_status >= 400 then 'error' else a.outcome end`;
export const FAILED = `(a.outcome in ('error', 'timeout', 'aborted', 'unclear') or a.http_status >= 400)`;
/** By the bot's own word or the exchange's number, else by the status of HTTP, else by how it ended. */
export const CLASS = `case
    when a.error_kind is not null and a.error_kind <> 'unknown' then a.error_kind
    when a.http_status in (418, 429) then 'rate_limit'
    when a.http_status = 401 then 'auth'
    when a.http_status >= 500 and a.operation_kind in (${list(SUBMITS)}) then 'unknown_outcome'
    when a.http_status >= 500 then 'venue_down'
    when a.outcome = 'timeout' then 'timeout'
    when a.outcome = 'unclear' then 'unknown_outcome'
    else 'unclassified' end`;
const REFUSED = `${CLASS} in (${list(REFUSALS)})`;
/** At most 1,440 steps in a window, none shorter than a minute: seconds, and the step of a time. */
const STEP_S = 'greatest(60, ceil(extract(epoch from :to::timestamptz - :from::timestamptz) / 1440))';
const STEP = `floor(extract(epoch from a.at - :from::timestamptz) / ${STEP_S})::int`;
const STEP_AT = `:from::timestamptz + step * ${STEP_S} * interval '1 second'`;

/**
 * Exact distribution of durations in whole milliseconds: the values and how many calls took so long, by group. All
 * percentiles follow from it, however groups are pooled. A negative duration is none.
 */
export const apiDurationsQuery = fromDatabase('api-durations', ['api_call'], {
  title: 'API calls by exchange, operation and outcome',
  kind: 'aggregate',
  distribution: { values: 'ms', counts: 'counts', total: 'total_ms', sums: ['calls', 'attempts', 'firsts'] },
  limit: 5_000,
  sql: `select a.exchange, left(a.operation, 120) as operation, a.operation_kind, ${OUTCOME} as outcome,
  a.n::int as calls, case when a.attempt is null then 0 else a.n::int end as attempts,
  case when a.attempt = 1 then a.n::int else 0 end as firsts, a.duration_ms as ms
from @api_call a`,
  row: z.object({
    exchange: text,
    operation: z.string().nullable(),
    operation_kind: kindColumn('operation_kind'),
    outcome: text,
    calls: count,
    attempts: count,
    firsts: count,
    total_ms: text,
    ms: z.array(count),
    counts: z.array(count),
  }),
});

export const apiErrorsQuery = fromDatabase('api-errors', ['api_call'], {
  title: 'Failed API calls by exchange, class and operation',
  kind: 'aggregate',
  limit: 5_000,
  sql: `select a.exchange, ${CLASS} as class, left(a.operation, 120) as operation, a.operation_kind, ${OUTCOME} as outcome,
  a.http_status::int as http_status, count(*)::int as calls, min(a.at) as first_at, max(a.at) as last_at,
  (array_agg(distinct left(a.error_code, 40)) filter (where a.error_code is not null))[1:5] as codes
from @api_call a
where ${IN_WINDOW} and ${FAILED}
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6`,
  row: z.object({
    exchange: text,
    class: z.string(),
    operation: text,
    operation_kind: kindColumn('operation_kind'),
    outcome: text,
    http_status: z.number().nullable(),
    calls: count,
    first_at: time,
    last_at: time,
    codes: z.array(z.string()).nullable(),
  }),
});

/** What each step of the window saw, by exchange: how much was called, and how much of the limit was used. */
export const apiStepsQuery = fromDatabase('api-steps', ['api_call'], {
  title: 'API calls and used rate limit by minute',
  kind: 'aggregate',
  limit: 100_000,
  // Materialized: what an operation and an error are is read from their words once a call, not once a count.
  sql: `with calls as materialized (
  select a.exchange, a.at, a.outcome, a.operation_kind as kind, ${FAILED} as is_failed,
    case when ${FAILED} then ${CLASS} end as class,
    case when a.rate_limit_used >= 0 and a.rate_limit_remaining >= 0
      then 100 * a.rate_limit_used / nullif(a.rate_limit_used + a.rate_limit_remaining, 0) end as used
  from @api_call a
  where ${IN_WINDOW}
), steps as (
  select a.exchange, ${STEP} as step, count(*)::int as calls,
    count(*) filter (where a.is_failed and a.class not in (${list(REFUSALS)}))::int as failed,
    count(*) filter (where a.class = 'auth')::int as auth_failed,
    count(*) filter (where a.outcome = 'ok' and a.kind in (${list([...SUBMITS, 'cancel_order', 'fetch_account'])}))::int as signed_ok,
    count(*) filter (where a.kind = 'fetch_price')::int as price_calls,
    count(*) filter (where a.kind = 'update_stop')::int as stop_calls,
    count(*) filter (where a.kind = 'fetch_account')::int as account_calls,
    max(a.used)::float8 as used_percent
  from calls a
  group by 1, 2
)
select exchange, ${STEP_AT} as at, calls, failed, auth_failed, signed_ok, price_calls, stop_calls, account_calls, used_percent
from steps
order by exchange, step`,
  row: z.object({
    exchange: text,
    at: time,
    calls: count,
    failed: count,
    auth_failed: count,
    signed_ok: count,
    price_calls: count,
    stop_calls: count,
    account_calls: count,
    used_percent: z.number().nullable(),
  }),
});

/** Operations whose duration has an objective. */
const TIMED = ['open_position', 'close_position', 'update_stop', 'fetch_price'] as const;
/** Whole milliseconds, as the distribution has them. */
const WHOLE_MS = 'least(floor(a.duration_ms + 0.5), 2000000000)::int';

/** Exact P95 of each bucket of the timeline, nearest rank on counted values, so that nothing is sorted but the counts. */
export const apiBucketsQuery = fromDatabase('api-buckets', ['api_call'], {
  title: 'Durations of API calls by bucket and operation',
  kind: 'aggregate',
  sql: `with counted as (
  select floor(extract(epoch from a.at - :from::timestamptz) / :bucket_s::int)::int as bucket, a.operation_kind,
    ${WHOLE_MS} as ms, count(*) as calls
  from @api_call a
  where ${IN_WINDOW} and a.duration_ms >= 0 and a.operation_kind in (${list(TIMED)})
  group by 1, 2, 3
), ranked as (
  select c.*, sum(c.calls) over (partition by c.bucket, c.operation_kind order by c.ms) as seen,
    sum(c.calls) over (partition by c.bucket, c.operation_kind) as n
  from counted c
)
select bucket, operation_kind, n::int as calls, (sum(ms * calls) / n)::float8 as average,
  min(ms) filter (where seen >= 0.95 * n) as p95, max(ms) as longest
from ranked
group by bucket, operation_kind, n
order by bucket, operation_kind`,
  row: z.object({
    bucket: count,
    operation_kind: kindColumn('operation_kind'),
    calls: count,
    average: z.number(),
    p95: count,
    longest: count,
  }),
});

/** `within`: the most failures of one exchange in an hour that ends in the step; `within_all`: of all exchanges together. */
export const apiFailuresQuery = fromDatabase('api-failures', ['api_call'], {
  title: 'Failed API calls by exchange, class and minute',
  kind: 'aggregate',
  limit: 100_000,
  sql: `with failed as (
  select a.at, a.exchange, ${CLASS} as class, a.operation_kind, ${STEP} as step
  from @api_call a
  where ${IN_WINDOW} and ${FAILED} and not ${REFUSED}
), rolling as (
  select f.*,
    count(*) over (partition by f.exchange order by f.at range between interval '3599.999999 seconds' preceding and current row) as within,
    count(*) over (order by f.at range between interval '3599.999999 seconds' preceding and current row) as within_all
  from failed f
)
select exchange, class, operation_kind, ${STEP_AT} as step_at, count(*)::int as calls,
  max(within)::int as within, max(within_all)::int as within_all, min(at) as first_at, max(at) as last_at
from rolling
group by exchange, class, operation_kind, step
order by step, exchange, class, operation_kind`,
  row: z.object({
    exchange: text,
    class: z.string(),
    operation_kind: kindColumn('operation_kind'),
    step_at: time,
    calls: count,
    within: count,
    within_all: count,
    first_at: time,
    last_at: time,
  }),
});

/** Submits of which the bot did not learn what became of them: no answer, an unclear one, or a 5xx (catalogue AP7). */
const UNCLEAR = `a.operation_kind in (${list(SUBMITS)})
    and (a.outcome in ('timeout', 'aborted', 'unclear') or ${FAILED} and (a.http_status >= 500 or ${CLASS} in ('timeout', 'unknown_outcome')))`;
const submit = z.object({
  ...texts(
    'exchange',
    'operation',
    'outcome',
    'error_code',
    'duration_ms',
    'client_order_id',
    'correlation_id',
  ),
  at: time,
  class: z.string(),
  http_status: z.number().nullable(),
  attempt: z.number().nullable(),
  again: z.number().nullable().default(null),
  duplicate: z.number().nullable().default(null),
});

export const unclearSubmitsQuery = fromDatabase('api-unclear-submits', ['api_call'], {
  title: 'Orders sent without a known outcome, and what later calls say of them',
  limit: 2_000,
  sql: `with unclear as (
  select a.at, a.exchange, left(a.operation, 120) as operation, a.outcome, ${CLASS} as class, a.http_status::int as http_status,
    left(a.error_code, 40) as error_code, a.duration_ms, a.attempt::int as attempt, a.client_order_id, a.correlation_id
  from @api_call a
  where ${IN_WINDOW} and ${UNCLEAR}
), later as (
  select u.at, u.client_order_id,
    count(*) filter (where a.outcome = 'ok' and a.operation_kind in (${list(SUBMITS)}))::int as again,
    count(*) filter (where ${CLASS} = 'duplicate_id' and ${FAILED})::int as duplicate
  from unclear u
  join @api_call a on a.client_order_id = u.client_order_id and a.at > u.at
  where ${IN_WINDOW}
  group by 1, 2
)
select u.*, l.again, l.duplicate
from unclear u
left join later l on l.at = u.at and l.client_order_id = u.client_order_id
order by u.at, u.exchange, u.operation`,
  row: submit,
});

const ORDER_OF = `(u.client_order_id is not null and o.client_order_id = u.client_order_id
    or u.client_order_id is null and u.correlation_id in (o.client_order_id, o.id, o.exchange_order_id))`;

/** The orders that those calls were about, by the id that the call carries; of none there is no row. */
export const unclearOrdersQuery = fromDatabase('api-unclear-orders', ['api_call', 'order'], {
  title: 'The orders of calls without a known outcome',
  limit: 2_000,
  sql: `with u as materialized (
  select distinct a.client_order_id, a.correlation_id
  from @api_call a
  where ${IN_WINDOW} and ${UNCLEAR} and coalesce(a.client_order_id, a.correlation_id) is not null
)
select u.client_order_id as call_client_order_id, u.correlation_id, o.id, o.symbol, o.status, o.filled,
  o.exchange_order_id, o.venue_at
from u
join @order o on ${ORDER_OF}
where o.created_at >= :from::timestamptz - interval '1 hour' and o.created_at < :to::timestamptz
order by o.id`,
  row: z.object({
    id: z.string(),
    ...texts(
      'call_client_order_id',
      'correlation_id',
      'symbol',
      'status',
      'filled',
      'exchange_order_id',
      'venue_at',
    ),
  }),
});
