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
  title: 'Last event of each kind and stream in the seven days before the window',

  limit: 20_000,
  sql: `select distinct on (s.exchange, left(s.stream, 120), s.kind) ${EVENT}
from @stream_event s
where s.at >= :from::timestamptz - interval '7 days' and s.at < :from::timestamptz and s.stream is not null
order by s.exchange, left(s.stream, 120), s.kind, s.at desc, s.role, left(s.reason, 200)`,
  row: streamEventRow,
});
