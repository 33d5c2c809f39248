import { z } from 'zod';
import { fromDatabase } from './span.ts';
import { kindColumn, texts } from './trading-rows.ts';

const streamEventRow = z.object({
  at: z.string(),
  stream: z.string(),
  kind: kindColumn('stream_kind'),
  role: kindColumn('stream_role'),
  ...texts('exchange', 'reason', 'downtime_ms'),
  planned: z.boolean().nullable(),
  attempt: z.number().nullable(),
});
export type StreamEventRow = z.output<typeof streamEventRow>;

const EVENT = `s.at, s.exchange, left(s.stream, 120) as stream, s.kind, s.role, left(s.reason, 200) as reason, s.planned,
  s.attempt, s.downtime_ms`;

export const streamEventsQuery = fromDatabase('stream-events', ['stream_event'], {
  title: 'Events of the bot’s streams',

  limit: 100_000,
  sql: `select ${EVENT}
from @stream_event s
where s.at >= :from::timestamptz and s.at < :to::timestamptz and s.stream is not null
order by s.at, s.exchange, left(s.stream, 120), s.kind, s.attempt, left(s.reason, 200)`,
  row: streamEventRow,
});

/** What each stream was when the window began follows from the last of its events before it. */
export const streamStatesQuery = fromDatabase('stream-states', ['stream_event'], {
  title: 'Last event of each stream in the week before',

  limit: 20_000,
  sql: `select distinct on (s.exchange, left(s.stream, 120), s.kind) ${EVENT}
from @stream_event s
where s.at >= :from::timestamptz - interval '7 days' and s.at < :from::timestamptz and s.stream is not null
order by s.exchange, left(s.stream, 120), s.kind, s.at desc, s.role, left(s.reason, 200)`,
  row: streamEventRow,
});

/** So long after an opening a read of the account is looked for, minutes: the setting that judges it is below. */
export const READ_WITHIN_MIN = 10;

/** `before_at`: the last one of the five seconds before it, by which two clocks and two tables disagree. */
export const streamReadsQuery = fromDatabase('stream-reads', ['stream_event', 'api_call'], {
  title: 'First read of positions, orders or balances after each opening of a stream of orders',
  limit: 20_000,
  sql: `with opened as materialized (
  select distinct s.exchange, s.at
  from @stream_event s
  where s.at >= :from::timestamptz and s.at < :to::timestamptz and s.role = 'orders'
    and s.kind in ('connect', 'reconnect', 'subscribe')
)
select o.exchange, o.at, max(a.at) filter (where a.at < o.at) as before_at, min(a.at) filter (where a.at >= o.at) as read_at
from opened o
left join @api_call a on a.at >= o.at - interval '5 seconds' and a.at < o.at + interval '${String(READ_WITHIN_MIN)} minutes'
  and a.at < :to::timestamptz and a.exchange = o.exchange and a.operation_kind = 'fetch_account' and a.outcome = 'ok'
  and coalesce(a.http_status, 200) < 400
group by o.exchange, o.at
order by o.at, o.exchange`,
  row: z.object({ at: z.string(), ...texts('exchange', 'before_at', 'read_at') }),
});
