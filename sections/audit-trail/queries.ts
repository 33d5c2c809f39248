import { z } from 'zod';
import { STATUS_AT_END } from '../shared/queries/decisions.ts';
import { fromDatabase } from '../shared/queries/span.ts';

const count = z.number().int();

/** One row: what the trail of the window lacks, each kind counted strictly. */
export const trailQuery = fromDatabase('audit-trail', ['decision', 'execution'], {
  title: 'What decisions and executions of the window lack',
  kind: 'aggregate',
  sql: `with decided as materialized (
  select d.id_raw, ${STATUS_AT_END} as status,
    d.rationale is not null and d.rationale not in ('{}'::jsonb, 'null'::jsonb, '""'::jsonb, '[]'::jsonb) as is_reasoned
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz
), executed as materialized (
  select e.id, e.decision_id_raw, e.request_payload_id is not null and e.response_payload_id is not null as is_kept
  from @execution e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz
), old as (
  select count(*)::int as rows
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz - interval '7 days'
    and ${STATUS_AT_END} = 'pending'
)
select (select count(*) from decided)::int as decisions, (select count(*) from decided where not is_reasoned)::int as no_rationale,
  (select count(*) from executed)::int as executions, (select count(*) from executed where not is_kept)::int as no_payload,
  (select count(*) from executed x where not exists (select from @decision k where k.id_raw = x.decision_id_raw))::int as orphans,
  (select count(*) from decided where status = 'executed')::int as executed,
  (select count(*) from decided w where w.status = 'executed' and exists (
    select from @execution k
    where k.decision_id_raw = w.id_raw and k.request_payload_id is not null and k.response_payload_id is not null))::int as whole,
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
