import { expect } from '@jest/globals';
import { monitoringCoverage } from '../../sections/monitoring-coverage.ts';
import { heartbeatGapsQuery, type HeartbeatGapRow } from '../../sections/shared/queries/monitoring.ts';
import { at, danglingReferences, evaluate, WINDOW, type Evidence } from './support.ts';

export type Row = Readonly<Record<string, unknown>>;
export const FROM = Date.parse(WINDOW.from);

/** One clean snapshot a minute; `edit` changes or drops (null) single ones. */
export function snapshots(edit: (slot: number) => Row | null = () => ({})): Row[] {
  return Array.from({ length: 480 }, (_, slot): Row | null => {
    const time = new Date(FROM + slot * 60_000).toISOString();
    const change = edit(slot);
    return (
      change && {
        at: time,
        slot: time,
        total: 10,
        by_exchange: { binance: 7, bybit: 3 },
        unprotected: 0,
        new_opened: 0,
        prices_updated: 10,
        ts_activated: 0,
        sl_updates: 0,
        closed: 0,
        aged: 0,
        zombies: 0,
        emergency: 0,
        errors: 0,
        ws_reconnects: 0,
        ...change,
      }
    );
  }).filter((row) => row !== null);
}

export const minutes = (skip: (minute: number) => boolean = () => false): Row[] =>
  Array.from({ length: 480 }, (_, minute) => minute)
    .filter((minute) => !skip(minute))
    .map((minute) => ({ minute: new Date(FROM + minute * 60_000).toISOString(), rows: 3 }));

/** A silence of a service that beats every five minutes and did so before; what lies on an edge of the window is no heartbeat. */
export const gap = (service: string, from: string, to: string, over: Row = {}): HeartbeatGapRow =>
  heartbeatGapsQuery.row.parse({
    service,
    beats: 96,
    unwell: 0,
    gap_from: at(from),
    gap_to: at(to),
    from_beat: from !== '00:00',
    to_beat: to !== '08:00',
    hours_before: 168,
    latest_before: 12,
    last_before: at('23:56', '2026-11-19'),
    ...over,
  });

export const beats = (...gaps: (readonly [string, string, string])[]): HeartbeatGapRow[] => [
  gap('trader', '00:00', '00:05'),
  ...gaps.map(([service, from, to]) => gap(service, from, to)),
];

/** What a service that is well says with its heartbeats. */
export const habit = (over: Row): Row => ({
  service: 'trader',
  beats: 480,
  first_at: at('00:00:30'),
  last_at: at('07:59:30'),
  degraded: 0,
  failing: 0,
  transient: 0,
  unread: 0,
  blank: 0,
  word: null,
  not_well_from: null,
  not_well_to: null,
  instances: 1,
  resets: 0,
  returns: 0,
  returns_from: null,
  returns_to: null,
  still_from: at('03:00'),
  still_to: at('03:00'),
  still_beats: 1,
  ...over,
});

/** The rows of a window in which snapshots, heartbeats and events came all the time. */
export const watched = (rows: Evidence['rows'] = {}): NonNullable<Evidence['rows']> => ({
  snapshots: snapshots(),
  'heartbeat-gaps': beats(),
  'heartbeat-minutes': minutes(),
  'event-minutes': minutes(),
  ...rows,
});

export function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(monitoringCoverage, { rows: watched(rows), ...more });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
