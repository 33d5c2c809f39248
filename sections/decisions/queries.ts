import { z } from 'zod';
import { STATUS_AT_END } from '../shared/queries/decisions.ts';
import { fromDatabase } from '../shared/queries/span.ts';

const count = z.number().int();

/** A decision belongs to the day in which it was made; that it was executed on another is counted beside. */
export const decisionDaysQuery = fromDatabase('decision-days', ['decision'], {
  title: 'Decisions by UTC day and what came of them by the end of the window',
  kind: 'aggregate',
  sql: `with decided as (
  select d.at, ${STATUS_AT_END} as status, d.executed_at, date_trunc('day', d.at at time zone 'UTC')::date as day
  from @decision d
  where d.at >= :from::timestamptz and d.at < :to::timestamptz
)
select day::text as day, count(*)::int as decisions, (count(*) filter (where status = 'executed'))::int as executed,
  (count(*) filter (where status = 'failed'))::int as failed, (count(*) filter (where status = 'pending'))::int as pending,
  (count(*) filter (where status = 'cancelled'))::int as cancelled,
  (count(*) filter (where status = 'executed' and (executed_at at time zone 'UTC')::date > day))::int as executed_later,
  min(at) filter (where status = 'failed') as first_failed_at, max(at) filter (where status = 'failed') as last_failed_at
from decided
group by decided.day
order by decided.day`,
  row: z.object({
    day: z.string(),
    decisions: count,
    executed: count,
    failed: count,
    pending: count,
    cancelled: count,
    /** Executed on a later day than the one of the decision. */
    executed_later: count,
    first_failed_at: z.string().nullable(),
    last_failed_at: z.string().nullable(),
  }),
});

export type DayRow = z.output<typeof decisionDaysQuery.row>;
