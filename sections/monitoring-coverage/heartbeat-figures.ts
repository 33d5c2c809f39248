import type { Output } from '../../audit/section.ts';
import { missing, type Value } from '../../audit/value.ts';
import { figureGroup, fromRows } from '../shared/vocabulary/rows.ts';
import { eventMinutesQuery, heartbeatGapsQuery } from '../shared/queries/monitoring.ts';
import type { Facts, Input } from './facts.ts';

export const UNSTARTED =
  'no heartbeat in the window or the seven days before it, and no position, order or event up to its end; nothing shows that the bot should have run';

/** Uptime and silences (catalogue EX10, NA1). */
export function heartbeatFigures(facts: Facts, input: Input, out: Output): void {
  const { heartbeats } = facts;
  const every = String(input.bot.heartbeatIntervalS);
  const figure = figureGroup(out, { basis: 'heartbeats', queries: [heartbeatGapsQuery.id] });
  const count = (pick: (h: NonNullable<Facts['heartbeats']>) => number): Value =>
    fromRows(input.rows.heartbeatGaps, () => (heartbeats ? pick(heartbeats) : 0));
  const of = (pick: (h: NonNullable<Facts['heartbeats']>) => number): Value =>
    heartbeats?.unstarted === true ? missing('no_data', UNSTARTED) : count(pick);
  const uptime = (pick: (h: NonNullable<Facts['heartbeats']>) => number): Value =>
    heartbeats?.blind === true
      ? missing('no_data', 'no heartbeat in the window, though other sources show life')
      : of(pick);
  figure({
    name: 'uptime',
    value: uptime((h) => h.uptimePercent),
    unit: 'percent',
    id: 'EX10',
    title: 'System uptime',
    formula: `100 x (1 - D / window); D = sum of (gap - ${every} s) over gaps longer than 2 x ${every} s, all services joined`,
  });
  figure({
    name: 'uptime_min',
    value: uptime((h) => h.bounds[0]),
    unit: 'percent',
    id: 'EX10',
    title: 'Uptime at worst',
    formula: 'each gap counted as down from its last heartbeat on',
  });
  figure({
    name: 'uptime_max',
    value: uptime((h) => h.bounds[1]),
    unit: 'percent',
    id: 'EX10',
    title: 'Uptime at best',
    basis: 'heartbeats, events, snapshots',
    formula: 'minutes of a gap with an event or a snapshot counted as up',
  });
  figure({
    name: 'heartbeats',
    value: count((h) => h.services.reduce((total, { beats }) => total + beats, 0)),
    unit: 'count',
    id: 'NA1',
    title: 'Heartbeats',
    formula: 'heartbeats of all services in the window',
  });
  figure({
    name: 'heartbeats_unwell',
    value: count((h) => h.services.reduce((total, { unwell }) => total + unwell, 0)),
    unit: 'count',
    id: 'NA1',
    title: 'Heartbeats of a service that is not well',
    formula:
      'heartbeats whose status is a word such as stuck, stalled, failed or stopped; they end no silence',
  });
  figure({
    name: 'heartbeat_longest_gap',
    value: of((h) => h.longestGapS),
    unit: 's',
    id: 'NA1',
    title: 'Longest silence between heartbeats',
    formula: 'longest time between two heartbeats of one service, the window’s edges included',
  });
  figure({
    name: 'heartbeat_gaps',
    value: of(
      (h) => h.silences.filter(({ from, to }) => to - from > input.settings.heartbeatGapS * 1000).length,
    ),
    unit: 'count',
    id: 'NA1',
    title: 'Silences over the limit',
    formula: `gaps longer than ${String(input.settings.heartbeatGapS)} s`,
  });
  out.figure({
    queries: [eventMinutesQuery.id],
    name: 'event_minutes',
    value: fromRows(input.rows.eventMinutes, (rows) => rows.length),
    unit: 'count',
    title: 'Minutes with an event',
    basis: 'events',
    formula: 'distinct minutes with at least one event',
  });
}
