import { z } from 'zod';
import { eachSpelled, fromDatabase, spelledIds } from './span.ts';
import { texts } from './trading-rows.ts';

const count = z.number().int();

/** Cases that are shown of each kind; all of them are counted. */
const MOST = 200;

/** What a decision was at the end of the window: what came of it later had not come then. Of the alias `d`. */
export const STATUS_AT_END = `case when d.status in ('executed', 'failed') and coalesce(d.executed_at, d.failed_at) >= :to::timestamptz
    then 'pending' else coalesce(d.status, 'unknown') end`;

/** Whether a decision says why. Of the alias `d`. */
export const IS_REASONED = `d.rationale is not null and d.rationale not in ('{}'::jsonb, 'null'::jsonb, '""'::jsonb, '[]'::jsonb)`;

/** Whether what was sent and answered is kept. Of the alias `e`. */
export const IS_KEPT = 'e.request_payload_id is not null and e.response_payload_id is not null';

/**
 * From the relations `executed` and `decided` of the window, by ids in whatever case each writer spells them: `known`, the
 * decisions that executions name; `ended`, those that were executed; `sent`, executions of these. Ids of `known` and `sent` are in lower case.
 */
export const LINEAGE = `${spelledIds('executed', 'decision_id')}, known as materialized (
  select lower(k.id) as id
  from @decision k
  where k.id_raw in ${eachSpelled('decision_id', 'executed')}
  union all
  select lower(d.id) from decided d
), ended as materialized (
  select d.id, d.id_alike
  from decided d
  where d.status = 'executed'
), ${spelledIds('ended', 'id')}, sent as materialized (
  select lower(e.decision_id) as decision_id, ${IS_KEPT} as is_kept
  from @execution e
  where e.decision_id_raw in ${eachSpelled('id', 'ended')}
  union all
  select lower(e.decision_id), e.is_kept from executed e
)`;

/** What waits at the end and was decided in the eight days before: a later end of it does not change that it waited then. */
export const pendingDecisionsQuery = fromDatabase('pending-decisions', ['decision'], {
  title: 'Decisions that wait at the end of the window',
  sql: `select d.id, d.at, d.symbol, d.exchange, d.strategy, d.decision, d.side, d.reason_code
from @decision d
where d.at >= :to::timestamptz - interval '8 days' and d.at < :to::timestamptz
  and (d.status = 'pending' or (d.status in ('executed', 'failed') and coalesce(d.executed_at, d.failed_at) >= :to::timestamptz))
order by d.at, d.id
limit 5000`,
  row: z.object({
    id: z.string(),
    at: z.string(),
    ...texts('symbol', 'exchange', 'strategy', 'decision', 'side', 'reason_code'),
  }),
});

/** Rows of the window that lack what they follow from, each kind counted. What no row of the window has is no gap of one. */
export const lineageGapsQuery = fromDatabase('lineage-gaps', ['execution', 'decision'], {
  title: 'Broken lineage of decisions and executions',
  sql: `with executed as materialized (
  select e.id, e.decision_id, e.decision_id_alike, e.at, e.status, ${IS_KEPT} as is_kept
  from @execution e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz
), decided as materialized (
  select d.id, d.id_alike, d.at, d.symbol, d.exchange, d.status,
    ${IS_REASONED} as is_reasoned
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz
), ${LINEAGE}, gap as (
  select 'no-decision' as kind, e.decision_id as subject, e.id as row_id, e.at, null::text as symbol, null::text as exchange
  from executed e
  where not exists (select from known k where k.id = lower(e.decision_id))
  union all
  select 'no-execution', d.id, d.id, d.at, d.symbol, d.exchange
  from decided d
  where d.status = 'executed' and not exists (select from sent k where k.decision_id = lower(d.id))
  union all
  select 'no-rationale', d.id, d.id, d.at, d.symbol, d.exchange
  from decided d
  where not d.is_reasoned and exists (select from decided o where o.is_reasoned)
  union all
  select 'no-payload', e.decision_id, e.id, e.at, null, null
  from executed e
  where not e.is_kept and e.status in ('filled', 'partially_filled') and exists (select from executed o where o.is_kept)
), counted as (
  select g.*, count(*) over (partition by g.kind)::int as of_kind, row_number() over (partition by g.kind order by g.at, g.row_id) as place
  from gap g
)
select kind, subject, row_id, at, symbol, exchange, of_kind
from counted
where place <= ${String(MOST)}
order by kind, at, row_id`,
  row: z.object({
    kind: z.enum(['no-decision', 'no-execution', 'no-rationale', 'no-payload']),
    subject: z.string().nullable(),
    row_id: z.string(),
    at: z.string(),
    ...texts('symbol', 'exchange'),
    /** Rows of the kind, also those that are not listed. */
    of_kind: count,
  }),
});

const statuses = (entity: 'decision' | 'execution', title: string) =>
  fromDatabase(`${entity}-statuses`, [entity], {
    title,
    kind: 'aggregate',
    sql: `select x.status, count(*)::int as rows, max(x.at) as last_at
from @${entity} x
where x.at >= :from::timestamptz and x.at < :to::timestamptz
group by 1
order by 1`,
    row: z.object({ status: z.string().nullable(), rows: count, last_at: z.string() }),
  });

export const decisionStatusesQuery = statuses('decision', 'Decisions by status');
export const executionStatusesQuery = statuses('execution', 'Executions by status');

export type PendingRow = z.output<typeof pendingDecisionsQuery.row>;
export type GapRow = z.output<typeof lineageGapsQuery.row>;
