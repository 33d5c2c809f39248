import type { Window } from '../../audit/evidence.ts';
import { mergeIntervals, ms } from '../../audit/time.ts';
import { endOfRow, timeOrNull } from '../shared/facts/row-values.ts';
import { coverageOf, type Cadence } from '../shared/facts/snapshot-coverage.ts';
import { alertRules, firing, slotRows, type SlotRow } from '../shared/facts/snapshot-gauges.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import type { HeartbeatGapRow } from '../shared/queries/monitoring.ts';
import type { SnapshotRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input, Settings } from './input.ts';

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
  const { window, bot, shared } = input;
  const { from, to } = window;
  const silent = { service: 'all services', beats: 0, unwell: 0, gap_from: from, gap_to: to };
  const own = gaps.length > 0 ? gaps : [silent];
  const counted = heartbeatsOf(own, window, bot.heartbeatIntervalS, shared.thresholds.silentIntervals);
  // Without a row the last heartbeat, if there was one, is over seven days older than the window: down from its start on.
  const heartbeats =
    gaps.length > 0 ? counted : { ...counted, down: [{ from: ms(from), to: ms(to) }], uptimePercent: 0 };
  const beats = heartbeats.services.reduce((total, { beats: well, unwell }) => total + well + unwell, 0);
  return {
    ...heartbeats,
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
    identity: gaugeIdentity(taken, { ...shared.thresholds, ...settings }),
    venues: venuesOf(bot.exchanges, seen).filter((venue) => seen.has(venue)),
  };
}

const minuteOf = (at: number): number => Math.floor(at / 60_000) * 60_000;

/** Minutes in which a position was opened or closed: a bot that trades is not down, whatever its heartbeat says. */
export const positionMinutes = ({ rows: { positions }, window }: Input): readonly number[] =>
  rowsOf(positions)
    .flatMap((row) => [timeOrNull(row.opened_at) ?? [], timeOrNull(row.closed_at) ?? []].flat())
    .filter((at) => at >= ms(window.from) && at < ms(window.to))
    .map(minuteOf);

export const minutesOf = (rows: Input['rows']['eventMinutes']): readonly number[] =>
  rows.ok ? rows.rows.map(({ minute }) => ms(minute)) : [];

/** Minutes that lie in the interval; those that only touch its edges do not count. */
export const within = (times: readonly number[], { from, to }: Interval): number =>
  times.filter((at) => at >= from && at + 60_000 <= to).length;

/** Whether a position was open in the interval: from the positions, else from the snapshots; null when neither can tell. */
export function openDuring(input: Input, facts: Facts, { from, to }: Interval): boolean | null {
  const { positions } = input.rows;
  if (positions.ok) {
    return positions.rows.some((row) => {
      const [opened, end] = [timeOrNull(row.opened_at), endOfRow(row)?.at ?? null];
      return row.status !== 'failed' && opened !== null && opened < to && (end === null || end > from);
    });
  }
  const last = facts.snapshots?.rows.findLast(({ at, row }) => at <= to && row.total !== null);
  return last ? (last.row.total ?? 0) > 0 : null;
}

/** Milliseconds, `[from, to)`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}
type Heartbeats = ReturnType<typeof heartbeatsOf>;
export type Silence = Heartbeats['silences'][number];

/** Uptime as catalogue EX10: D is the sum of (gap - interval) over gaps over so many intervals; services are joined. */
export function heartbeatsOf(rows: readonly HeartbeatGapRow[], window: Window, everyS: number, most: number) {
  const names = [...new Set(rows.map(({ service }) => service))];
  const services = names.map((name) => {
    const own = rows.filter(({ service }) => service === name);
    const longest = Math.max(0, ...own.map((row) => ms(row.gap_to) - ms(row.gap_from)));
    return { name, beats: own[0]?.beats ?? 0, unwell: own[0]?.unwell ?? 0, longestGapS: longest / 1000 };
  });
  const silences = rows
    .map((row) => ({ service: row.service, from: ms(row.gap_from), to: ms(row.gap_to) }))
    .filter(({ from, to }) => to - from > most * everyS * 1000)
    .map((gap) => ({ ...gap, downFrom: gap.from + everyS * 1000 }))
    .sort((a, b) => a.from - b.from || (a.service < b.service ? -1 : 1));
  const down = mergeIntervals(silences.map(({ downFrom, to }) => ({ from: downFrom, to })));
  return {
    /** Each with its beats, and with those that say that it does not work: they end no silence. */
    services,
    /** Gaps that are too long, by service and time; `downFrom` is when the next heartbeat was due. */
    silences,
    /** Time that counts as down: from the missed beat to the next one, any service; merged. */
    down,
    uptimePercent: percentUp(down, window),
    longestGapS: Math.max(0, ...services.map(({ longestGapS }) => longestGapS)),
  };
}

function percentUp(down: readonly Interval[], window: Window): number {
  const length = ms(window.to) - ms(window.from);
  const lost = down.reduce((total, { from, to }) => total + (to - from), 0);
  return length === 0 ? 100 : 100 * (1 - lost / length);
}

/**
 * Bounds of uptime: at best, minutes of a silence in which events or snapshots were still written were not down; at
 * worst the whole silence was, from its last heartbeat on.
 */
export function uptimeBounds({ silences, down }: Heartbeats, minutes: readonly number[], window: Window) {
  const alive = mergeIntervals(minutes.map((at) => ({ from: at, to: at + 60_000 })));
  const worst = mergeIntervals(silences.map(({ from, to }) => ({ from, to })));
  return [percentUp(worst, window), percentUp(subtract(down, alive), window)];
}

/** `left` without `right`; both merged and sorted. */
export function subtract(left: readonly Interval[], right: readonly Interval[]): readonly Interval[] {
  const rest: Interval[] = [];
  for (const { from, to } of left) {
    let start = from;
    for (const cut of right) {
      if (cut.to <= start || cut.from >= to) continue;
      if (cut.from > start) rest.push({ from: start, to: cut.from });
      start = Math.max(start, cut.to);
    }
    if (start < to) rest.push({ from: start, to });
  }
  return rest;
}

type Limits = Cadence & Pick<Settings, 'slotNearS' | 'miscountFactor'>;
export type GaugeIdentity = NonNullable<ReturnType<typeof gaugeIdentity>>;

/**
 * Open positions of the snapshots against their own counters (catalogue MC-03); null without two adjacent snapshots that
 * carry both.
 */
export function gaugeIdentity(rows: readonly SlotRow[], limits: Limits) {
  const { snapshotIntervalS: intervalS, snapshotLateRatio, slotNearS, miscountFactor } = limits;
  let [opened, closed, change, unseenChange, pairs, jitterMs] = [0, 0, 0, 0, 0, 0];
  // Whatever the second, a snapshot near to its slot counted by the slot's own minute.
  const countedAt = ({ at, row }: SlotRow): number =>
    Math.abs(at - ms(row.slot)) <= slotNearS * 1000 ? ms(row.slot) : at;
  let residualBeforeLastClose = 0;
  let edges: { start: number; end: number } | null = null;
  rows.forEach((current, index) => {
    const previous = rows[index - 1];
    const { total, new_opened: openings, closed: closings } = current.row;
    const before = previous?.row.total ?? null;
    if (previous === undefined || total === null || before === null) return;
    edges = { start: edges?.start ?? before, end: total };
    const distance = countedAt(current) - countedAt(previous);
    if (current.slot > previous.slot + 1 && distance > snapshotLateRatio * intervalS * 1000) {
      unseenChange += total - before;
      return;
    }
    if (openings === null || closings === null) return;
    pairs += 1;
    opened += openings;
    closed += closings;
    change += total - before;
    if (closings > 0) residualBeforeLastClose = change - opened + closed;
    jitterMs += Math.abs(distance - intervalS * 1000);
  });
  const seen = edges as { start: number; end: number } | null;
  if (pairs === 0 || seen === null) return null;
  const miscounted = (jitterMs / (pairs * intervalS * 1000)) * (opened + closed);
  return {
    ...seen,
    opened,
    closed,
    /** end - start - opened + closed, over adjacent snapshots only: missed minutes cannot cause it. */
    residual: change - opened + closed,
    /** Events that a sampler off its interval may count twice or never, rounded up. */
    tolerance: Math.max(0, Math.ceil(miscountFactor * miscounted - 1e-9)),
    pairs,
    /** Change of the gauge between snapshots that are not adjacent: nobody counted these minutes. */
    unseenChange,
    /** Residual up to the last snapshot that counted a close: 0 with a residual after it means that the counter stopped. */
    residualBeforeLastClose,
  };
}
