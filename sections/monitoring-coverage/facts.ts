import { ms } from '../../audit/time.ts';
import type { HeartbeatGapRow } from '../shared/queries/monitoring.ts';
import { coverageOf, type Coverage, type Gap } from '../shared/facts/snapshot-coverage.ts';
import { gaugeIdentity, type GaugeIdentity } from './gauge-identity.ts';
import {
  alertRules,
  firing,
  slotRows,
  type AlertRule,
  type Firing,
  type SlotRow,
} from '../shared/facts/snapshot-gauges.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import { heartbeatsOf, uptimeBounds, type Heartbeats } from './heartbeats.ts';
import type { Input } from './input.ts';

/** What else was written while snapshots or heartbeats were missing; null when no other source can tell. */
export interface SeenGap extends Gap {
  readonly heartbeatMinutes: number | null;
  readonly eventMinutes: number | null;
}

export interface SnapshotFacts {
  readonly coverage: Coverage;
  readonly gaps: readonly SeenGap[];
  readonly rows: readonly SlotRow[];
  readonly rules: readonly { readonly rule: AlertRule; readonly firing: Firing | null }[];
  readonly identity: GaugeIdentity | null;
  readonly venues: readonly string[];
}

export interface Facts {
  readonly snapshots: SnapshotFacts | null;
  readonly heartbeats: HeartbeatFacts | null;
}

export interface HeartbeatFacts extends Heartbeats {
  /** At worst and at best. */
  readonly bounds: readonly [number, number];
  /** Nothing beat at all though other sources show life: the heartbeat is off, and uptime cannot be known from it. */
  readonly blind: boolean;
  /** Nothing shows that the bot should have run: it has not traded yet, and was not heard from in the seven days before. */
  readonly unstarted: boolean;
}

export function factsOf(input: Input): Facts {
  const { rows } = input;
  const alive = [
    ...minutes(rows.eventMinutes),
    ...positionMinutes(rows.positions, input),
    ...(rows.snapshots.ok ? rows.snapshots.rows.map(({ at }) => Math.floor(ms(at) / 60_000) * 60_000) : []),
  ];
  return {
    snapshots: rows.snapshots.ok ? snapshotFacts(rows.snapshots.rows, input) : null,
    heartbeats: rows.heartbeatGaps.ok ? heartbeatFacts(rows.heartbeatGaps.rows, alive, input) : null,
  };
}

function heartbeatFacts(
  gaps: readonly HeartbeatGapRow[],
  alive: readonly number[],
  input: Input,
): HeartbeatFacts {
  const { window, bot } = input;
  const [from, to] = [ms(window.from), ms(window.to)];
  const silent = { service: 'all services', beats: 0, unwell: 0, gap_from: window.from, gap_to: window.to };
  const counted = heartbeatsOf(gaps.length > 0 ? gaps : [silent], window, bot.heartbeatIntervalS);
  // Without a row the last heartbeat, if there was one, is over seven days older than the window: down from its start on.
  const heartbeats = gaps.length > 0 ? counted : { ...counted, down: [{ from, to }], uptimePercent: 0 };
  const beats = heartbeats.services.reduce((total, { beats: well, unwell }) => total + well + unwell, 0);
  return {
    ...heartbeats,
    bounds: uptimeBounds(heartbeats, alive, window),
    blind: beats === 0 && alive.length > 0,
    unstarted: gaps.length === 0 && alive.length === 0 && neverTraded(input),
  };
}

/** Whether the tables of what a bot does can be read and were empty up to the end of the window. */
function neverTraded({ entities }: Input): boolean {
  const deeds = entities.filter(({ entity }) => ['position', 'order', 'fill', 'event'].includes(entity));
  const positions = deeds.find(({ entity }) => entity === 'position');
  return positions?.status === 'ok' && !deeds.some(({ everHadRows }) => everHadRows);
}

function snapshotFacts(
  rows: Extract<Input['rows']['snapshots'], { ok: true }>['rows'],
  input: Input,
): SnapshotFacts {
  const { settings, window, bot, shared } = input;
  // A line without its gauges saw nothing of the positions: its slot counts as missing.
  const whole = rows.filter(({ total }) => total !== null);
  const coverage = coverageOf(whole, window, shared.thresholds);
  const taken = slotRows(whole, coverage);
  const seen = new Set(taken.flatMap(({ row }) => Object.keys(row.by_exchange ?? {})));
  return {
    coverage,
    gaps: coverage.gaps.map((gap) => ({
      ...gap,
      heartbeatMinutes: input.rows.heartbeatMinutes.ok
        ? within(minutes(input.rows.heartbeatMinutes), gap)
        : null,
      eventMinutes: input.rows.eventMinutes.ok ? within(minutes(input.rows.eventMinutes), gap) : null,
    })),
    rows: taken,
    rules: alertRules(settings).map((rule) => ({ rule, firing: firing(rule, taken, coverage.expected) })),
    identity: gaugeIdentity(taken, shared.thresholds),
    venues: venuesOf(bot.exchanges, seen).filter((venue) => seen.has(venue)),
  };
}

/** Minutes in which a position was opened or closed: a bot that trades is not down, whatever its heartbeat says. */
export function positionMinutes(positions: Input['rows']['positions'], { window }: Input): readonly number[] {
  const times = (positions.ok ? positions.rows : []).flatMap(({ opened_at: opened, closed_at: closed }) => [
    opened,
    closed,
  ]);
  return times
    .flatMap((time) => (time === null ? [] : [ms(time)]))
    .filter((at) => at >= ms(window.from) && at < ms(window.to))
    .map((at) => Math.floor(at / 60_000) * 60_000);
}

function minutes(rows: Input['rows']['eventMinutes']): readonly number[] {
  return rows.ok ? rows.rows.map(({ minute }) => ms(minute)) : [];
}

/** Minutes that lie in the interval; those that only touch its edges do not count. */
function within(times: readonly number[], gap: { readonly from: number; readonly to: number }): number {
  return times.filter((at) => at >= gap.from && at + 60_000 <= gap.to).length;
}

/** Whether a position was open in the interval: from the positions, else from the snapshots; null when neither can tell. */
export function openDuring(
  input: Input,
  facts: Facts,
  interval: { from: number; to: number },
): boolean | null {
  const { positions } = input.rows;
  if (positions.ok) {
    return positions.rows.some((row) => {
      const end =
        row.closed_at ?? (row.status === 'closed' || row.status === 'failed' ? row.updated_at : null);
      if (row.opened_at === null || row.status === 'failed') return false;
      return ms(row.opened_at) < interval.to && (end === null || ms(end) > interval.from);
    });
  }
  const last = facts.snapshots?.rows.findLast(({ at, row }) => at <= interval.to && row.total !== null);
  return last ? (last.row.total ?? 0) > 0 : null;
}
