import { z } from 'zod';
import { fromDatabase } from '../shared/queries/span.ts';

const count = z.number().int();
const time = z.string().nullable();

/** What a run was at the end of the window: one that ended later was running then. */
const STATUS = `case when r.finished_at >= :to::timestamptz then 'running' else coalesce(r.status, 'unknown') end`;
/** How far back the newest run is looked for. */
export const LOOK_BACK_DAYS = 31;

const LOOKED_AT = `r.started_at >= :to::timestamptz - interval '${String(LOOK_BACK_DAYS)} days' and r.started_at < :to::timestamptz`;

export const ingestionRunsQuery = fromDatabase('ingestion-runs', ['ingestion_run'], {
  title: 'Ingestion runs of the window by task and source',
  kind: 'aggregate',
  limit: 5_000,
  sql: `with run as (
  select left(r.task, 120) as task, left(r.source, 120) as source, ${STATUS} as status, r.started_at, r.records_fetched,
    r.records_created, nullif(btrim(left(r.error, 200)), '') as error
  from @ingestion_run r
  where r.started_at >= :from::timestamptz and r.started_at < :to::timestamptz
)
select task, source, count(*)::int as runs, (count(*) filter (where status = 'completed'))::int as completed,
  (count(*) filter (where status = 'failed'))::int as failed, (count(*) filter (where status = 'running'))::int as running,
  (count(*) filter (where status = 'completed' and records_fetched = 0))::int as empty,
  (count(*) filter (where status = 'completed' and records_fetched is not null))::int as counted,
  sum(records_fetched) as fetched, sum(records_created) as created, min(started_at) as first_at, max(started_at) as last_at,
  (array_agg(error order by started_at desc) filter (where error is not null))[1] as error
from run
group by 1, 2
order by 1, 2`,
  row: z.object({
    task: z.string().nullable(),
    source: z.string().nullable(),
    runs: count,
    completed: count,
    failed: count,
    running: count,
    /** Completed runs that fetched no record, and those that say how many they fetched. */
    empty: count,
    counted: count,
    fetched: z.string().nullable(),
    created: z.string().nullable(),
    first_at: z.string(),
    last_at: z.string(),
    error: z.string().nullable(),
  }),
});

export const lastIngestionQuery = fromDatabase('ingestion-last', ['ingestion_run'], {
  title: 'The newest ingestion runs before the end of the window',
  kind: 'aggregate',
  // Each is one step on an index by time. A failure matters when it came after the last run that was none.
  sql: `with good as materialized (
  select r.started_at
  from @ingestion_run r
  where ${LOOKED_AT} and ${STATUS} <> 'failed'
  order by r.started_at desc
  limit 1
)
select (select r.started_at from @ingestion_run r where ${LOOKED_AT} order by r.started_at desc limit 1) as last_at,
  (select started_at from good) as last_good_at, f.started_at as last_failed_at, f.error
from (select 1) one
left join lateral (
  select r.started_at, left(r.error, 200) as error
  from @ingestion_run r
  where ${LOOKED_AT} and r.started_at > coalesce((select started_at from good), '-infinity') and ${STATUS} = 'failed'
  order by r.started_at desc
  limit 1
) f on true`,
  row: z.object({
    last_at: time,
    /** Of those that did not fail. */
    last_good_at: time,
    /** Since then. */
    last_failed_at: time,
    error: z.string().nullable(),
  }),
});

/** Against a daily quota: whoever is asked counts attempts, and counts them by its own day, taken as UTC. */
export const callDaysQuery = fromDatabase('call-days', ['api_call'], {
  title: 'API calls by whom they ask and UTC day',
  kind: 'aggregate',
  limit: 50_000,
  sql: `select a.exchange, date_trunc('day', a.at at time zone 'UTC')::date::text as day, count(*)::int as calls
from @api_call a
where a.at >= :from::timestamptz and a.at < :to::timestamptz
group by 1, 2
order by 1, 2`,
  row: z.object({ exchange: z.string().nullable(), day: z.string(), calls: count }),
});

export type TaskRow = z.output<typeof ingestionRunsQuery.row>;
