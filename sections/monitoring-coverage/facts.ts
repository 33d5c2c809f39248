import { ms } from '../../audit/time.ts';
import { endOfRow, timeOrNull } from '../shared/facts/row-values.ts';
import { coverageOf, type Cadence } from '../shared/facts/snapshot-coverage.ts';
import { alertRules, firing, slotRows, type SlotRow } from '../shared/facts/snapshot-gauges.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import type { SnapshotRow } from '../shared/queries/trading-rows.ts';
import { reasonsIn, reasonText } from './gap-reasons.ts';
import { heartbeatFacts } from './heartbeat-facts.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { minutesOf, within, type Interval } from './life.ts';
import type { Input, Settings } from './input.ts';

export type Facts = ReturnType<typeof factsOf>;
export type SnapshotFacts = ReturnType<typeof snapshotFacts>;
export type SeenGap = SnapshotFacts['gaps'][number];

export function factsOf(input: Input) {
  const { snapshots, snapshotGaps } = input.rows;
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  return {
    /** Of a window without any snapshot; null when one is there, or nothing was noted. */
    unwatched: snapshots.ok
      ? null
      : reasonText(reasonsIn(rowsOf(snapshotGaps), { from, to }), (to - from) / 60_000),
    snapshots: snapshots.ok ? snapshotFacts(snapshots.rows, input) : null,
    heartbeats: heartbeatFacts(input),
  };
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
      /** Why, as the monitor noted it; null when it noted nothing. */
      reason: reasonText(reasonsIn(rowsOf(input.rows.snapshotGaps), gap), gap.slots),
    })),
    rows: taken,
    rules: alertRules(settings).map((rule) => ({ rule, firing: firing(rule, taken, coverage.expected) })),
    identity: gaugeIdentity(taken, { ...shared.thresholds, ...settings }),
    venues: venuesOf(bot.exchanges, seen).filter((venue) => seen.has(venue)),
  };
}

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

/** Two adjacent snapshots, and by how many positions the second differs from the first and its own counters. */
export interface BrokenPair {
  readonly previous: SlotRow;
  readonly current: SlotRow;
  readonly off: number;
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
  const broken: BrokenPair[] = [];
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
    const off = total - before - openings + closings;
    if (off !== 0) broken.push({ current, previous, off });
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
    /** Adjacent snapshots of which the change is not what their counters say, the largest difference first. */
    broken: broken.sort((a, b) => Math.abs(b.off) - Math.abs(a.off) || a.current.at - b.current.at),
    /** Change of the gauge between snapshots that are not adjacent: nobody counted these minutes. */
    unseenChange,
    /** Residual up to the last snapshot that counted a close: 0 with a residual after it means that the counter stopped. */
    residualBeforeLastClose,
  };
}
