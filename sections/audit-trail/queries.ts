import { z } from 'zod';
import { STATUS_AT_END } from '../shared/queries/decisions.ts';
import { eachSpelled, fromDatabase, spelledIds } from '../shared/queries/span.ts';

const count = z.number().int();

/** One row: what the trail of the window lacks, each kind counted strictly. */
export const trailQuery = fromDatabase('audit-trail', ['decision', 'execution'], {
  title: 'What decisions and executions of the window lack',
  kind: 'aggregate',
  sql: `with decided as materialized (
  select d.id, d.id_alike, ${STATUS_AT_END} as status,
    d.rationale is not null and d.rationale not in ('{}'::jsonb, 'null'::jsonb, '""'::jsonb, '[]'::jsonb) as is_reasoned
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz
), executed as materialized (
  select e.decision_id, e.decision_id_alike, e.request_payload_id is not null and e.response_payload_id is not null as is_kept
  from @execution e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz
), ${spelledIds('executed', 'decision_id')}, known as materialized (
  select lower(k.id) as id
  from @decision k
  where k.id_raw in ${eachSpelled('decision_id', 'executed')}
  union all
  select lower(d.id) from decided d
), ended as materialized (
  select w.id, w.id_alike
  from decided w
  where w.status = 'executed'
), ${spelledIds('ended', 'id')}, kept as materialized (
  select lower(k.decision_id) as decision_id
  from @execution k
  where k.decision_id_raw in ${eachSpelled('id', 'ended')} and k.request_payload_id is not null and k.response_payload_id is not null
  union all
  select lower(e.decision_id) from executed e where e.is_kept
), old as (
  select count(*)::int as rows
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz - interval '7 days'
    and ${STATUS_AT_END} = 'pending'
)
select (select count(*) from decided)::int as decisions, (select count(*) from decided where not is_reasoned)::int as no_rationale,
  (select count(*) from executed)::int as executions, (select count(*) from executed where not is_kept)::int as no_payload,
  (select count(*) from executed x where not exists (select from known k where k.id = lower(x.decision_id)))::int as orphans,
  (select count(*) from ended)::int as executed,
  (select count(*) from ended w where exists (select from kept k where k.decision_id = lower(w.id)))::int as whole,
  (select rows from old) as old_pending`,
  row: z.object({
    decisions: count,
    no_rationale: count,
    executions: count,
    no_payload: count,
    orphans: count,
    executed: count,
    /** Of these, those that can be followed to an execution with both payloads. */
    whole: count,
    old_pending: count,
  }),
});
