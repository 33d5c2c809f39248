import { z } from 'zod';
import { SEVERITY } from '../shared/queries/monitoring.ts';
import { eachSpelled, fromDatabase, spelledIds } from '../shared/queries/span.ts';
import { kindColumn } from '../shared/queries/trading-rows.ts';

const time = z.string();
const count = z.number().int();

/** What tells one occurrence from another: ids, quoted names, market symbols and numbers; codes and statuses stay. */
const PARTICULARS = [
  '[0-9a-f]{8}-[0-9a-f-]{27}',
  '0x[0-9a-fA-F]+',
  `''[^'' ]{1,40}''`,
  '"[^" ]{1,40}"',
  '\\m[0-9a-f]{12,}\\M',
  '\\m[A-Z0-9]{2,15}[/_-]?(USDT|USDC|BUSD|FDUSD|USD)(:USD[TC]?)?\\M',
  '[0-9]+[.][0-9]+',
  // A code behind its word, or with a minus before it as exchanges write theirs, tells two errors apart.
  '(?<!(ode|HTTP|tatus|rror)[ =:(]{0,2}-?|^-|[ (=:]-)\\m[0-9]+\\M',
].join('|');
const signatureOf = (message: string): string =>
  `left(regexp_replace(${message}, '${PARTICULARS}', '#', 'g'), 160)`;

/** The lines of a JavaScript or Python trace that name code, without messages. */
const FRAMES = `(select string_agg(btrim(f.m[1]), E'\\n' order by f.n)
      from regexp_matches(a.stack_trace, '(?:^|\\n)[ \\t]*(at [^\\n]+|File "[^"\\n]+", line [0-9]+(?:, in [^\\n]+)?)', 'g')
        with ordinality f(m, n))`;

const MESSAGE = `coalesce(left(e.error_message, 500), left(e.type, 120))`;
const IS_FAULT = `(${SEVERITY} in ('ERROR', 'CRITICAL') or e.stack_trace is not null)`;
/** Rows of the past that are read at most, the newest first, so that a bot's size bounds the cost and not its age. */
const PAST_ROWS = 200_000;
const TRACE_LIMIT = 2_000;

/** Errors of the window by signature and trace, the most frequent first, and whether the days before knew them. */
export const faultSignaturesQuery = fromDatabase('fault-signatures', ['event'], {
  title: 'Errors by signature and trace, and days before',
  kind: 'aggregate',
  sql: `with fault as (
  select left(e.type, 120) as type, e.exchange, nullif(btrim(left(e.writer, 120)), '') as writer, ${MESSAGE} as message,
    e.stack_trace, min(e.kind) as kind, count(*)::int as events, min(e.at) as first_at, max(e.at) as last_at,
    bool_or(e.order_id is not null or e.position_id is not null) as is_trade
  from @event e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz and ${IS_FAULT}
  group by 1, 2, 3, 4, 5
), signed as (
  select a.*, ${signatureOf('a.message')} as signature, ${FRAMES} as frames,
    coalesce(length(a.stack_trace) >= ${String(TRACE_LIMIT)}, false) as is_cut
  from fault a
), past as materialized (
  select e.at, left(e.type, 120) as type, case when ${IS_FAULT} then ${MESSAGE} end as message
  from @event e
  where e.at >= :from::timestamptz - interval '7 days' and e.at < :from::timestamptz
  order by e.at desc
  limit ${String(PAST_ROWS)}
), before as materialized (
  select distinct p.type, ${signatureOf('p.message')} as signature
  from past p
  where p.message is not null
)
select s.type, min(s.kind) as kind, s.signature, s.frames, bool_or(s.is_cut) as is_cut, sum(s.events)::int as events, min(s.first_at) as first_at,
  max(s.last_at) as last_at, bool_or(s.is_trade) as is_trade, min(s.exchange) as exchange,
  count(distinct coalesce(s.exchange, ''))::int as exchanges, min(s.writer) as writer,
  (array_agg(s.message order by s.first_at, s.message))[1] as example,
  exists (select from before b where b.type = s.type and b.signature = s.signature) as seen_before,
  (select min(p.at) from past p) as past_from
from signed s
group by s.type, s.signature, s.frames
order by sum(s.events) desc, s.type, s.signature, s.frames
limit 1000`,
  row: z.object({
    type: z.string(),
    kind: kindColumn('event_kind'),
    signature: z.string(),
    /** A line each, as the trace has them; null without a trace. */
    frames: z.string().nullable(),
    /** The trace was longer than what is read. */
    is_cut: z.boolean(),
    events: count,
    first_at: time,
    last_at: time,
    /** Some of them name an order or a position. */
    is_trade: z.boolean(),
    exchange: z.string().nullable(),
    exchanges: count,
    writer: z.string().nullable(),
    example: z.string(),
    seen_before: z.boolean(),
    /** Time of the earliest row of the days before that was read. */
    past_from: time.nullable(),
  }),
});

export type FaultRow = z.output<typeof faultSignaturesQuery.row>;

/**
 * Executions that failed while their decision stayed as it was and nothing was sent again. `ended`: failed executions of the
 * window whose decision was brought to an end.
 */
export const swallowedQuery = fromDatabase('swallowed-executions', ['execution', 'decision'], {
  title: 'Failed executions whose decision still waits',
  limit: 10_000,
  sql: `with sent as materialized (
  select x.id, x.decision_id, x.decision_id_alike, lower(x.decision_id) as decision, x.at, x.status, x.http_status::int as http_status, left(x.error_message, 200) as error
  from @execution x
  where x.at >= :from::timestamptz and x.at < :to::timestamptz + interval '1 day'
), refused as materialized (
  select s.* from sent s
  where s.at < :to::timestamptz and s.status = 'rejected'
    and not exists (select from sent y where y.decision = s.decision and y.at >= s.at and y.id <> s.id)
), ${spelledIds('refused', 'decision_id')}, decided as materialized (
  select lower(d.id) as id, d.exchange, d.symbol, d.status
  from @decision d
  where d.id_raw in ${eachSpelled('decision_id', 'refused')}
), failed as materialized (
  select r.id, r.decision_id, r.at, r.http_status, r.error, d.exchange, d.symbol, d.status
  from refused r
  join decided d on d.id = r.decision
)
select f.id, f.decision_id, f.at, f.http_status, f.error, f.exchange, f.symbol,
  (select count(*) from failed e where e.status in ('failed', 'cancelled'))::int as ended
from failed f
where f.status = 'pending'
order by f.at, f.id`,
  row: z.object({
    id: z.string(),
    decision_id: z.string(),
    at: time,
    http_status: z.number().nullable(),
    error: z.string().nullable(),
    exchange: z.string().nullable(),
    symbol: z.string().nullable(),
    ended: count,
  }),
});

export type SwallowedRow = z.output<typeof swallowedQuery.row>;
