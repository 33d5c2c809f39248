import { missing, type Missing } from '../../audit/value.ts';
import { eventMinutesQuery, heartbeatGapsQuery } from '../shared/queries/monitoring.ts';
import { lines, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts, HeartbeatFacts } from './facts.ts';
import type { Input } from './input.ts';

export const UNSTARTED = missing(
  'no_data',
  'no heartbeat in the window or the seven days before it, and no position, order or event up to its end; nothing shows that the bot should have run',
);
const BLIND = missing('no_data', 'no heartbeat in the window, though other sources show life');

/** Uptime and silences (catalogue EX10, NA1). */
export function heartbeatStatistics({ heartbeats }: Facts, input: Input): Lines {
  const { heartbeatGaps, eventMinutes } = input.rows;
  const every = String(input.bot.heartbeatIntervalS);
  const limitS = input.settings.heartbeatGapS;
  const seen = (h: HeartbeatFacts | null): Missing | null => (h?.unstarted === true ? UNSTARTED : null);
  const count = (pick: (h: HeartbeatFacts) => number) => () => (heartbeats ? pick(heartbeats) : 0);
  const silence = (pick: (h: HeartbeatFacts) => number) => () => seen(heartbeats) ?? count(pick)();
  const uptime = (pick: (h: HeartbeatFacts) => number) => () =>
    heartbeats?.blind === true ? BLIND : silence(pick)();
  const group: readonly Line<null>[] = [
    {
      name: 'uptime',
      id: 'EX10',
      unit: 'percent',
      title: 'System uptime',
      formula: `100 x (1 - D / window); D = sum of (gap - ${every} s) over gaps longer than 2 x ${every} s, all services joined`,
      of: uptime((h) => h.uptimePercent),
      row: true,
    },
    {
      name: 'uptime_min',
      id: 'EX10',
      unit: 'percent',
      title: 'Uptime at worst',
      formula: 'each gap counted as down from its last heartbeat on',
      of: uptime((h) => h.bounds[0]),
      row: 'At worst',
      note: 'down from the last heartbeat on',
    },
    {
      name: 'uptime_max',
      id: 'EX10',
      unit: 'percent',
      title: 'Uptime at best',
      basis: 'heartbeats, events, snapshots',
      formula: 'minutes of a gap with an event or a snapshot counted as up',
      of: uptime((h) => h.bounds[1]),
      row: 'At best',
      note: 'minutes with an event or a snapshot were not down',
    },
    {
      name: 'heartbeats',
      id: 'NA1',
      unit: 'count',
      title: 'Heartbeats',
      formula: 'heartbeats of all services in the window',
      of: count((h) => h.services.reduce((total, { beats }) => total + beats, 0)),
      row: true,
      note: 'all services',
    },
    {
      name: 'heartbeats_unwell',
      id: 'NA1',
      unit: 'count',
      title: 'Heartbeats of a service that is not well',
      formula:
        'heartbeats whose status is a word such as stuck, stalled, failed or stopped; they end no silence',
      of: count((h) => h.services.reduce((total, { unwell }) => total + unwell, 0)),
    },
    {
      name: 'heartbeat_longest_gap',
      id: 'NA1',
      unit: 's',
      title: 'Longest silence between heartbeats',
      formula: 'longest time between two heartbeats of one service, the window’s edges included',
      of: silence((h) => h.longestGapS),
      row: 'Longest silence',
      note: 'of one service',
    },
    {
      name: 'heartbeat_gaps',
      id: 'NA1',
      unit: 'count',
      title: 'Silences over the limit',
      formula: `gaps longer than ${String(limitS)} s`,
      of: silence((h) => h.silences.filter(({ from, to }) => to - from > limitS * 1000).length),
      row: true,
      note: `longer than ${String(limitS)} s`,
    },
    {
      name: 'event_minutes',
      unit: 'count',
      title: 'Minutes with an event',
      basis: 'events',
      queries: [eventMinutesQuery.id],
      formula: 'distinct minutes with at least one event',
      unseen: eventMinutes.ok ? null : missing(eventMinutes.reason, eventMinutes.detail),
      of: () => (eventMinutes.ok ? eventMinutes.rows.length : 0),
    },
  ];
  return lines({
    columns: WHOLE_BOT,
    basis: 'heartbeats',
    queries: [heartbeatGapsQuery.id],
    currency: input.bot.quoteCurrency,
    unseen: heartbeatGaps.ok ? null : missing(heartbeatGaps.reason, heartbeatGaps.detail),
    lines: group,
  });
}
