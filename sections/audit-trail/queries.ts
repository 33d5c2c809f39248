import { z } from 'zod';
import { IS_KEPT, IS_REASONED, LINEAGE, STATUS_AT_END } from '../shared/queries/decisions.ts';
import { fromDatabase } from '../shared/queries/span.ts';

const count = z.number().int();

/** One row: what the trail of the window lacks, each kind counted strictly. */
export const trailQuery = fromDatabase('audit-trail', ['decision', 'execution'], {
  title: 'What decisions and executions of the window lack',
  kind: 'aggregate',
  sql: `with decided as materialized (
  select d.id, d.id_alike, ${STATUS_AT_END} as status,
    ${IS_REASONED} as is_reasoned
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz
), executed as materialized (
  select e.decision_id, e.decision_id_alike, ${IS_KEPT} as is_kept
  from @execution e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz
), ${LINEAGE}, old as (
  select count(*)::int as rows
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz - interval '7 days'
    and ${STATUS_AT_END} = 'pending'
)
select (select count(*) from decided)::int as decisions, (select count(*) from decided where not is_reasoned)::int as no_rationale,
  (select count(*) from executed)::int as executions, (select count(*) from executed where not is_kept)::int as no_payload,
  (select count(*) from executed x where not exists (select from known k where k.id = lower(x.decision_id)))::int as orphans,
  (select count(*) from ended)::int as executed,
  (select count(*) from ended w where exists (select from sent k where k.is_kept and k.decision_id = lower(w.id)))::int as whole,
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
