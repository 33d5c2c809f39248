import { z } from 'zod';
import { fromDatabase } from './span.ts';

const time = z.string();
const count = z.number().int();

/**
 * What the heartbeats of each service say beside that they come: how it is, whether its cycle turns, which instances beat.
 * `returns` are heartbeats of an instance that beat before the one of another instance: two that beat at once. `resets` are
 * cycles lower than the one before of the same instance.
 */
export const heartbeatHabitsQuery = fromDatabase('heartbeat-habits', ['heartbeat'], {
  title: 'Status, cycle and instances of heartbeats by service',
  kind: 'aggregate',
  sql: `with beat as (
  select left(h.service, 120) as service, left(h.instance_id, 120) as instance, h.at, h.cycle, h.kind,
    nullif(btrim(left(h.status, 60)), '') as status
  from @heartbeat h
  where h.at >= :from::timestamptz and h.at < :to::timestamptz
), told as (
  select b.*, lag(b.instance) over (partition by b.service order by b.at, b.instance) as other,
    lag(b.at) over own as own_at, lag(b.cycle) over own as own_cycle
  from beat b
  window own as (partition by b.service, b.instance order by b.at, b.cycle)
), turned as (
  select t.*, sum(case when t.cycle is distinct from t.own_cycle or t.own_at is null then 1 else 0 end)
    over (partition by t.service, t.instance order by t.at, t.cycle rows unbounded preceding) as run
  from told t
), still as (
  select distinct on (r.service) r.*
  from (
    select t.service, min(t.at) as still_from, max(t.at) as still_to, count(*)::int as still_beats
    from turned t
    where t.cycle is not null
    group by t.service, t.instance, t.run
  ) r
  order by r.service, r.still_to - r.still_from desc, r.still_from
), spoke as (
  select distinct left(h.service, 120) as service
  from @heartbeat h
  where h.at >= :from::timestamptz - interval '1 day' and h.at < :from::timestamptz and btrim(h.status) <> ''
), habit as (
  select t.service, count(*)::int as beats, min(t.at) as first_at, max(t.at) as last_at,
    (count(*) filter (where t.kind = 'degraded'))::int as degraded,
    (count(*) filter (where t.kind = 'failing'))::int as failing,
    (count(*) filter (where t.kind = 'transient'))::int as transient,
    (count(*) filter (where coalesce(t.kind, 'unknown') = 'unknown' and t.status is not null))::int as unread,
    (count(*) filter (where t.kind is null and t.status is null))::int as blank,
    mode() within group (order by t.status) filter (where t.kind is distinct from 'well') as word,
    min(t.at) filter (where t.kind is distinct from 'well') as not_well_from,
    max(t.at) filter (where t.kind is distinct from 'well') as not_well_to,
    count(distinct t.instance)::int as instances,
    (count(*) filter (where t.cycle < t.own_cycle))::int as resets,
    (count(*) filter (where t.other <> t.instance and t.own_at is not null))::int as returns,
    min(t.at) filter (where t.other <> t.instance and t.own_at is not null) as returns_from,
    max(t.at) filter (where t.other <> t.instance and t.own_at is not null) as returns_to
  from told t
  group by t.service
)
select h.*, s.still_from, s.still_to, coalesce(s.still_beats, 0) as still_beats, p.service is not null as spoke
from habit h left join still s using (service) left join spoke p using (service)
order by h.service`,
  row: z.object({
    service: z.string(),
    beats: count,
    first_at: time,
    last_at: time,
    /** Heartbeats by kind; \`unread\`: a status that nothing reads; \`blank\`: none. */
    degraded: count,
    failing: count,
    transient: count,
    unread: count,
    blank: count,
    /** The most frequent status of those that are not well. */
    word: z.string().nullable(),
    not_well_from: time.nullable(),
    not_well_to: time.nullable(),
    instances: count,
    resets: count,
    returns: count,
    returns_from: time.nullable(),
    returns_to: time.nullable(),
    /** The longest time in which one cycle was written again and again. */
    still_from: time.nullable(),
    still_to: time.nullable(),
    still_beats: count,
    /** It had a status on the day before; not in evidence from before this column. */
    spoke: z.boolean().default(false),
  }),
});

export type HeartbeatHabitRow = z.output<typeof heartbeatHabitsQuery.row>;
