import { z } from 'zod';
import { fromDatabase } from './span.ts';

const time = z.string();

/** Versions that heartbeats name, by service: when each was first heard, a day before the window included, and when in it. */
export const versionsQuery = fromDatabase('versions', ['heartbeat'], {
  title: 'Versions by service, and when each was heard',
  kind: 'aggregate',
  sql: `select t.service, t.version, min(t.at) as first_at, min(t.at) filter (where t.at >= :from::timestamptz) as from_at,
  max(t.at) filter (where t.at >= :from::timestamptz) as to_at,
  (count(*) filter (where t.at >= :from::timestamptz))::int as beats,
  (count(*) filter (where t.at >= :from::timestamptz and t.other is distinct from t.version))::int as runs
from (
  select left(h.service, 120) as service, left(h.version, 60) as version, h.at,
    lag(left(h.version, 60)) over (partition by left(h.service, 120) order by h.at, left(h.version, 60)) as other
  from @heartbeat h
  where h.at >= :from::timestamptz - interval '1 day' and h.at < :to::timestamptz and h.version is not null
) t
group by 1, 2
order by 1, 3, 2
limit 1000`,
  row: z.object({
    service: z.string(),
    version: z.string(),
    first_at: time,
    /** First and last heartbeat in the window; null where it had none. */
    from_at: time.nullable(),
    to_at: time.nullable(),
    beats: z.number().int(),
    /** Times that it was heard after another version of the service, or as the first. */
    runs: z.number().int(),
  }),
});
