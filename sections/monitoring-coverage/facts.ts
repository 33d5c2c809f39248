import { ms } from '../../audit/time.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { coverageOf } from '../shared/facts/snapshot-coverage.ts';
import { alertRules, firing, slotRows } from '../shared/facts/snapshot-gauges.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import type { HeartbeatGapRow } from '../shared/queries/monitoring.ts';
import type { SnapshotRow } from '../shared/queries/trading-rows.ts';
import { gaugeIdentity, heartbeatsOf, uptimeBounds, type Interval } from './heartbeats.ts';
import type { Input } from './input.ts';

export type Facts = ReturnType<typeof factsOf>;
export type SnapshotFacts = ReturnType<typeof snapshotFacts>;
export type SeenGap = SnapshotFacts['gaps'][number];

export function factsOf(input: Input) {
  const { snapshots, heartbeatGaps, eventMinutes } = input.rows;
  const alive = [
    ...minutesOf(eventMinutes),
    ...positionMinutes(input),
    ...(snapshots.ok ? snapshots.rows.map(({ at }) => minuteOf(ms(at))) : []),
  ];
  return {
    snapshots: snapshots.ok ? snapshotFacts(snapshots.rows, input) : null,
    heartbeats: heartbeatGaps.ok ? heartbeatFacts(heartbeatGaps.rows, alive, input) : null,
  };
}

function heartbeatFacts(gaps: readonly HeartbeatGapRow[], alive: readonly number[], input: Input) {
  const { window, bot } = input;
  const [from, to] = [ms(window.from), ms(window.to)];
  const silent = { service: 'all services', beats: 0, unwell: 0, gap_from: window.from, gap_to: window.to };
  const counted = heartbeatsOf(gaps.length > 0 ? gaps : [silent], window, bot.heartbeatIntervalS);
  // Without a row the last heartbeat, if there was one, is over seven days older than the window: down from its start on.
  const heartbeats = gaps.length > 0 ? counted : { ...counted, down: [{ from, to }], uptimePercent: 0 };
  const beats = heartbeats.services.reduce((total, { beats: well, unwell }) => total + well + unwell, 0);
  return {
    ...heartbeats,
    /** Uptime at worst and at best. */
    bounds: uptimeBounds(heartbeats, alive, window),
    /** Nothing beat at all though other sources show life: the heartbeat is off, and uptime cannot be known from it. */
    blind: beats === 0 && alive.length > 0,
    /** Nothing shows that the bot should have run: it has not traded yet, and was not heard from in the seven days before. */
    unstarted: gaps.length === 0 && alive.length === 0 && neverTraded(input),
  };
}

/** Whether the tables of what a bot does can be read and were empty up to the end of the window. */
function neverTraded({ entities }: Input): boolean {
  const deeds = entities.filter(({ entity }) => ['position', 'order', 'fill', 'event'].includes(entity));
  const positions = deeds.find(({ entity }) => entity === 'position');
  return positions?.status === 'ok' && !deeds.some(({ everHadRows }) => everHadRows);
}

function snapshotFacts(rows: readonly SnapshotRow[], input: Input) {
  const { settings, window, bot, shared } = input;
  const { heartbeatMinutes, eventMinutes } = input.rows;
  // A line without its gauges saw nothing of the positions: its slot counts as missing.
  const whole = rows.filter(({ total }) => total !== null);
  const coverage = coverageOf(whole, window, shared.thresholds);
  const taken = slotRows(whole, coverage);
  const seen = new Set(taken.flatMap(({ row }) => Object.keys(row.by_exchange ?? {})));
  return {
    coverage,
    /** With what else was written while snapshots were missing; null when the other source cannot tell. */
    gaps: coverage.gaps.map((gap) => ({
      ...gap,
      heartbeatMinutes: heartbeatMinutes.ok ? within(minutesOf(heartbeatMinutes), gap) : null,
      eventMinutes: eventMinutes.ok ? within(minutesOf(eventMinutes), gap) : null,
    })),
    rows: taken,
    rules: alertRules(settings).map((rule) => ({ rule, firing: firing(rule, taken, coverage.expected) })),
    identity: gaugeIdentity(taken, shared.thresholds),
    venues: venuesOf(bot.exchanges, seen).filter((venue) => seen.has(venue)),
  };
}

function minuteOf(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}

/** Minutes in which a position was opened or closed: a bot that trades is not down, whatever its heartbeat says. */
export function positionMinutes({ rows: { positions }, window }: Input): readonly number[] {
  return (positions.ok ? positions.rows : [])
    .flatMap((row) => [timeOrNull(row.opened_at) ?? [], timeOrNull(row.closed_at) ?? []].flat())
    .filter((at) => at >= ms(window.from) && at < ms(window.to))
    .map(minuteOf);
}

export function minutesOf(rows: Input['rows']['eventMinutes']): readonly number[] {
  return rows.ok ? rows.rows.map(({ minute }) => ms(minute)) : [];
}

/** Minutes that lie in the interval; those that only touch its edges do not count. */
export function within(times: readonly number[], { from, to }: Interval): number {
  return times.filter((at) => at >= from && at + 60_000 <= to).length;
}

/** Whether a position was open in the interval: from the positions, else from the snapshots; null when neither can tell. */
export function openDuring(input: Input, facts: Facts, { from, to }: Interval): boolean | null {
  const { positions } = input.rows;
  if (positions.ok) {
    return positions.rows.some(({ status, opened_at: opened, closed_at: closed, updated_at: updated }) => {
      if (opened === null || status === 'failed') return false;
      const end = closed ?? (status === 'closed' ? updated : null);
      return ms(opened) < to && (end === null || ms(end) > from);
    });
  }
  const last = facts.snapshots?.rows.findLast(({ at, row }) => at <= to && row.total !== null);
  return last ? (last.row.total ?? 0) > 0 : null;
}
