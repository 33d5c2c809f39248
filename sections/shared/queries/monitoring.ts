import { z } from 'zod';
import type { Kind } from '../../../audit/word-kinds.ts';
import { fromDatabase } from './span.ts';
import { kindColumn, texts } from './trading-rows.ts';

const time = z.string();
const count = z.number().int();
const text = z.string().nullable();

/** An event that carries an error and no known severity is an error: a bot that writes no severities is not one without errors. */
export const SEVERITY = `case when coalesce(e.severity, 'unknown') = 'unknown' and e.error_message is not null then 'ERROR' else e.severity end`;

/** Bucket of a time in the window, 0 for the first one. */
const BUCKET = 'floor(extract(epoch from e.at - :from::timestamptz) / :bucket_s::int)::int';

export const eventCountsQuery = fromDatabase('event-counts', ['event'], {
  title: 'Events by bucket, type and severity',
  kind: 'aggregate',
  sql: `select ${BUCKET} as bucket, left(e.type, 120) as type, ${SEVERITY} as severity, e.kind,
  count(*)::int as events
from @event e
where e.at >= :from::timestamptz and e.at < :to::timestamptz
group by 1, 2, 3, 4
order by 1, 2, 3, 4`,
  row: z.object({
    bucket: count,
    type: z.string(),
    severity: text,
    kind: kindColumn('event_kind'),
    events: count,
  }),
});

/**
 * Identifiers, quantities and counts are taken out of a message, so that one fault is one signature; numbers of three
 * and four digits stay, because they are status and error codes.
 */
export const errorSignaturesQuery = fromDatabase('error-signatures', ['event'], {
  title: 'Errors by bucket, exchange, type and signature',
  kind: 'aggregate',
  sql: `select ${BUCKET} as bucket, e.exchange, left(e.type, 120) as type,
  left(regexp_replace(coalesce(e.error_message, e.type), '[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+[.][0-9]+|\\m([0-9]{1,2}|[0-9]{5,})\\M', '#', 'g'), 160) as signature,
  count(*)::int as events, min(e.at) as first_at, max(e.at) as last_at
from @event e
where e.at >= :from::timestamptz and e.at < :to::timestamptz and ${SEVERITY} in ('ERROR', 'CRITICAL')
group by 1, 2, 3, 4
order by 1, 2, 3, 4`,
  row: z.object({
    bucket: count,
    exchange: text,
    type: z.string(),
    signature: z.string(),
    events: count,
    first_at: time,
    last_at: time,
  }),
});

/** Repeats are told by the type, whatever its case and separators. */
const TYPE = `regexp_replace(lower(left(e.type, 120)), '[^a-z0-9]+', '_', 'g')`;

/** Kinds of event that stand in the critical timeline whatever their severity (catalogue CE1). */
const CRITICAL_KINDS = [
  'emergency_close',
  'stop_missing',
  'liquidation',
  'adl',
  'margin_call',
  'blocked',
  'unblocked',
  'phantom',
  'untracked',
  'duplicate_execution',
  'limit_breach',
  'manual_intervention',
] as const satisfies readonly Kind<'event_kind'>[];

/** Repeats of one critical event within ten minutes of each other leave the database as one row with count and span. */
export const criticalEventsQuery = fromDatabase('critical-events', ['event'], {
  title: 'Critical events, repeats within ten minutes collapsed',

  limit: 5_000,
  sql: `with picked as (
  select e.at, ${TYPE} as type, e.kind, e.id, e.severity, e.exchange,
    e.symbol, e.position_id, e.order_id, left(coalesce(e.error_message, e.data ->> 'reason', e.data ->> 'message'), 300) as message
  from @event e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz
    and (e.severity = 'CRITICAL' or e.kind in (${CRITICAL_KINDS.map((kind) => `'${kind}'`).join(', ')}))
), marked as (
  select p.*, case when p.at - lag(p.at) over same <= interval '10 minutes' then 0 else 1 end as starts
  from picked p
  window same as (partition by p.type, p.kind, p.exchange, p.symbol, p.position_id order by p.at, p.id)
), numbered as (
  select m.*, sum(m.starts) over (partition by m.type, m.kind, m.exchange, m.symbol, m.position_id order by m.at, m.id
    rows unbounded preceding) as island
  from marked m
)
select type, kind, exchange, symbol, position_id, min(at) as first_at, max(at) as last_at, count(*)::int as events,
  (array_agg(id order by at, id))[1] as id, (array_agg(order_id order by at, id))[1] as order_id,
  (array_agg(message order by at, id))[1] as message
from numbered
group by type, kind, exchange, symbol, position_id, island
order by min(at), type, kind, exchange, symbol, position_id`,
  row: z.object({
    ...texts('id', 'exchange', 'symbol', 'position_id', 'order_id', 'message'),
    type: z.string(),
    kind: kindColumn('event_kind'),
    first_at: time,
    last_at: time,
    events: count,
  }),
});

/** A minute more at each edge, so that an event at the edge finds its alert. */
export const alertsQuery = fromDatabase('alerts', ['alert'], {
  title: 'Alerts above INFO',

  limit: 20_000,
  sql: `select a.at, a.severity, left(a.text, 300) as text, a.symbol, a.channel, a.delivered, a.acknowledged_at, a.blocked_reason
from @alert a
where a.at >= :from::timestamptz - interval '60 seconds' and a.at < :to::timestamptz + interval '60 seconds'
  and a.severity is distinct from 'INFO'
order by a.at, a.severity, left(a.text, 300), a.symbol, a.channel`,
  row: z.object({
    ...texts('severity', 'text', 'symbol', 'channel', 'acknowledged_at', 'blocked_reason'),
    at: time,
    delivered: z.boolean().nullable(),
  }),
});

/** Whether the bot keeps what became of its alerts: without one acknowledged alert in days nobody can tell who read them. */
export const alertHabitsQuery = fromDatabase('alert-habits', ['alert'], {
  title: 'Alerts of seven days, and what is recorded of them',
  kind: 'aggregate',
  sql: `select count(a.acknowledged_at)::int as acknowledged, (count(*) filter (where a.delivered))::int as delivered,
  (count(*) filter (where not a.delivered or a.blocked_reason is not null))::int as undelivered
from @alert a
where a.at >= :from::timestamptz - interval '7 days' and a.at < :to::timestamptz`,
  row: z.object({ acknowledged: count, delivered: count, undelivered: count }),
});

/**
 * The 400 longest silences of each service, clipped to the window, with whether a heartbeat bounds them: what the edges of
 * the window cut is no heartbeat. One whose kind is `failing` says that its loop does not turn, so it ends no silence. A
 * service that beat in the seven days before the window and never in it is silent for all of it: an outage must not turn
 * green by lasting. `hours_before` and `latest_before` tell whether it ought to beat.
 */
export const heartbeatGapsQuery = fromDatabase('heartbeat-gaps', ['heartbeat'], {
  title: 'Silences between heartbeats by service',

  sql: `with beat as (
  select left(h.service, 120) as service, h.at, coalesce(h.kind = 'failing', false) as is_unwell
  from @heartbeat h
  where h.at >= :from::timestamptz and h.at < :to::timestamptz
), earlier as (
  select left(btrim(b.service_raw), 120) as service, count(distinct b.hour)::int as hours, max(b.last_at) as last_at,
    sum(b.latest)::int as latest
  from (
    select h.service_raw, date_trunc('hour', h.at) as hour, max(h.at) as last_at,
      count(*) filter (where h.at >= :from::timestamptz - (:to::timestamptz - :from::timestamptz)) as latest
    from @heartbeat h
    where h.at >= :from::timestamptz - interval '7 days' and h.at < :from::timestamptz
    group by 1, 2
  ) b
  group by 1
), unwell as (
  select service, count(*)::int as unwell from beat where is_unwell group by service
), heard as (
  select service from beat
  union select service from earlier
), edge as (
  select service, at, true as is_beat from beat where not is_unwell
  union all select service, :from::timestamptz, false from heard
  union all select service, :to::timestamptz, false from heard
), gap as (
  select service, at as gap_from, is_beat as from_beat, lead(at) over own as gap_to,
    lead(is_beat) over own as to_beat, sum(case when is_beat then 1 else 0 end) over (partition by service) as beats
  from edge
  window own as (partition by service order by at, is_beat)
), ranked as (
  select g.*, row_number() over (partition by service order by gap_to - gap_from desc, gap_from) as place
  from gap g
  where gap_to > gap_from
)
select service, beats::int as beats, gap_from, gap_to, from_beat, to_beat, coalesce(u.unwell, 0) as unwell,
  coalesce(e.hours, 0) as hours_before, coalesce(e.latest, 0) as latest_before, e.last_at as last_before
from ranked left join unwell u using (service) left join earlier e using (service)
where place <= 400
order by service, gap_from`,
  row: z.object({
    service: z.string(),
    /** Heartbeats in the window, and those that say that the service does not work: they end no silence. */
    beats: count,
    unwell: count,
    gap_from: time,
    gap_to: time,
    /** Whether a heartbeat bounds it there; else the edge of the window does. */
    from_beat: z.boolean(),
    to_beat: z.boolean(),
    /** Distinct hours of the seven days before the window in which it beat, its heartbeats in the window before, its last one. */
    hours_before: count,
    latest_before: count,
    last_before: time.nullable(),
  }),
});

const minutesOf = (entity: 'heartbeat' | 'event' | 'fill', alias: string, title: string) =>
  fromDatabase(`${entity}-minutes`, [entity], {
    title,
    kind: 'aggregate',
    sql: `select date_trunc('minute', ${alias}.at) as minute, count(*)::int as rows
from @${entity} ${alias}
where ${alias}.at >= :from::timestamptz and ${alias}.at < :to::timestamptz
group by 1
order by 1`,
    row: z.object({ minute: time, rows: count }),
  });

export const heartbeatMinutesQuery = minutesOf('heartbeat', 'h', 'Minutes with a heartbeat');
export const eventMinutesQuery = minutesOf('event', 'e', 'Minutes with an event');
export const fillMinutesQuery = minutesOf('fill', 'f', 'Minutes with a fill');

export const statesQuery = fromDatabase('states', ['state'], {
  title: 'Last state of each switch before the end',

  limit: 2_000,
  sql: `with last as materialized (
  select l.name_raw, max(l.at) as at
  from @state l
  where l.at < :to::timestamptz
  group by l.name_raw
)
select distinct on (s.name) left(s.name, 120) as name, left(s.value, 120) as value, s.kind, s."on",
  s.at, s.since, s.by,
  left(s.reason, 300) as reason, s.failures, s.threshold
from last
join @state s on s.name_raw = last.name_raw and s.at = last.at
order by s.name, s.at desc, s.value`,
  row: z.object({
    name: z.string(),
    value: text,
    kind: kindColumn('state_kind'),
    /** Engaged, of trading and entries allowed; null where nobody says so. */
    on: z.boolean().nullable().default(null),
    at: time,
    since: time.nullable(),
    by: text,
    reason: text,
    /** What a circuit breaker counted, and from how many on it opens. */
    failures: z.number().int().nullable().default(null),
    threshold: text.default(null),
  }),
});

export type HeartbeatGapRow = z.output<typeof heartbeatGapsQuery.row>;
export type AlertRow = z.output<typeof alertsQuery.row>;
export type CriticalEventRow = z.output<typeof criticalEventsQuery.row>;
export type ErrorSignatureRow = z.output<typeof errorSignaturesQuery.row>;
export type EventCountRow = z.output<typeof eventCountsQuery.row>;
export type StateRow = z.output<typeof statesQuery.row>;
