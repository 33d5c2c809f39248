import type { Output } from '../../audit/section.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { figureGroup, fromRows, why } from '../shared/vocabulary/rows.ts';
import { heartbeatFigures } from './heartbeat-figures.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import type { Facts, Input, SnapshotFacts } from './facts.ts';
import {
  counterSum,
  gaugeRange,
  type Counter,
  type Gauge,
  type SlotRow,
} from '../shared/facts/snapshot-gauges.ts';

export const GAUGES = [
  ['total', 'Open positions'],
  ['unprotected', 'Positions without protection'],
  ['aged', 'Aged positions'],
  ['zombies', 'Zombie orders'],
] as const satisfies readonly (readonly [Gauge, string])[];

export const COUNTERS = [
  ['new_opened', 'Positions opened'],
  ['closed', 'Positions closed'],
  ['prices_updated', 'Price updates'],
  ['sl_updates', 'Stop updates'],
  ['ts_activated', 'Trailing stops activated'],
  ['emergency', 'Emergency closes'],
  ['errors', 'Errors'],
  ['ws_reconnects', 'Stream reconnects'],
] as const satisfies readonly (readonly [Counter, string])[];

export const EDGES = ['start', 'end', 'min', 'max'] as const;

/** All figures of the section; parts, rules and checks point at them by key. */
export function defineFigures(facts: Facts, input: Input, out: Output): void {
  coverageFigures(facts, input, out);
  for (const [gauge, title] of GAUGES) gaugeFigures(facts, input, out, gauge, title);
  venueFigures(facts, input, out);
  counterFigures(facts, input, out);
  identityFigures(facts, input, out);
  heartbeatFigures(facts, input, out);
}

function coverageFigures(facts: Facts, input: Input, out: Output): void {
  const figure = figureGroup(out, { basis: 'snapshots', queries: [snapshotsQuery.id] });
  const of = (pick: (snapshots: SnapshotFacts) => number): Value =>
    fromRows(input.rows.snapshots, () => (facts.snapshots ? pick(facts.snapshots) : 0));
  const every = String(input.settings.snapshotIntervalS);
  figure({
    name: 'snapshots_expected',
    value: of(({ coverage }) => coverage.expected),
    unit: 'count',
    id: 'DI11',
    title: 'Snapshots expected',
    formula: `length of the window / ${every} s`,
  });
  figure({
    name: 'snapshots_observed',
    value: of(({ coverage }) => coverage.observed),
    unit: 'count',
    id: 'DI11',
    title: 'Snapshots observed',
    formula: 'slots with at least one snapshot that counts its open positions',
  });
  figure({
    name: 'snapshots_missing',
    value: of(({ coverage }) => coverage.missing),
    unit: 'count',
    id: 'DI11',
    title: 'Snapshots missing',
    formula: 'expected - observed',
  });
  figure({
    name: 'snapshot_coverage',
    value: of(({ coverage }) => coverage.percent),
    unit: 'percent',
    id: 'DI11',
    title: 'Snapshot coverage',
    formula: '100 x observed / expected',
  });
  figure({
    name: 'snapshots_duplicate',
    value: of(({ coverage }) => coverage.duplicates),
    unit: 'count',
    id: 'DI12',
    title: 'Duplicate snapshots',
    formula: 'further snapshots of a slot within half an interval; left out of all numbers',
  });
  figure({
    name: 'snapshots_late',
    value: of(({ coverage }) => coverage.late),
    unit: 'count',
    id: 'DI11',
    title: 'Late snapshots',
    formula: 'snapshots over 1.5 intervals after the one of the slot before',
  });
  figure({
    name: 'snapshot_gaps',
    value: of(({ coverage }) => coverage.gaps.length),
    unit: 'count',
    id: 'DI11',
    title: 'Gaps',
    formula: 'runs of slots without a snapshot',
  });
  figure({
    name: 'snapshot_longest_gap',
    value: of(({ coverage }) => coverage.longestGapS),
    unit: 's',
    id: 'DI11',
    title: 'Longest gap',
    formula: 'slots of the longest run x interval',
  });
  figure({
    name: 'snapshot_unprotected_minutes',
    value: gaugeMinutes(facts, input, ({ row }) => row.unprotected),
    unit: 'min',
    id: 'SL4',
    title: 'Minutes with an unprotected position',
    formula: 'snapshots with unprotected > 0 x interval',
  });
}

function gaugeMinutes(facts: Facts, input: Input, pick: (row: SlotRow) => number | null): Value {
  if (!input.rows.snapshots.ok) return why(input.rows.snapshots);
  const values = facts.snapshots?.rows.flatMap((row) => pick(row) ?? []) ?? [];
  if (values.length === 0) return missing('no_data', 'no snapshot carries it');
  return known((values.filter((value) => value > 0).length * input.settings.snapshotIntervalS) / 60);
}

function gaugeFigures(facts: Facts, input: Input, out: Output, gauge: Gauge, title: string): void {
  const range = facts.snapshots && gaugeRange(facts.snapshots.rows, gauge);
  const formulas = {
    start: 'first snapshot',
    end: 'last snapshot',
    min: 'lowest of all snapshots',
    max: 'highest of all snapshots',
  };
  for (const edge of EDGES) {
    const pick = { start: 'first', end: 'last', min: 'min', max: 'max' } as const;
    out.figure({
      name: `snapshot_${gauge}`,
      labels: { stat: edge },
      value: range ? known(range[pick[edge]]) : none(input),
      unit: 'count',
      title: `${title}, ${formulas[edge]}`,
      basis: 'snapshots',
      queries: [snapshotsQuery.id],
      formula: `${gauge} of the ${formulas[edge]}; a gauge is never summed`,
    });
  }
}

function venueFigures(facts: Facts, input: Input, out: Output): void {
  for (const exchange of facts.snapshots?.venues ?? []) {
    const values = facts.snapshots?.rows.flatMap(({ row }) => row.by_exchange?.[exchange] ?? []) ?? [];
    const stats = {
      start: values[0],
      end: values.at(-1),
      min: values.length > 0 ? Math.min(...values) : undefined,
      max: values.length > 0 ? Math.max(...values) : undefined,
    };
    for (const edge of EDGES) {
      const value = stats[edge];
      out.figure({
        name: 'snapshot_total',
        labels: { exchange, stat: edge },
        value: value === undefined ? none(input) : known(value),
        unit: 'count',
        title: `Open positions on ${exchange}, ${edge}`,
        basis: 'snapshots',
        queries: [snapshotsQuery.id],
        formula: `by_exchange.${exchange}: ${edge} over the snapshots`,
      });
    }
  }
}

function counterFigures(facts: Facts, input: Input, out: Output): void {
  for (const [counter, title] of COUNTERS) {
    const sum = facts.snapshots && counterSum(facts.snapshots.rows, counter);
    out.figure({
      name: `snapshot_${counter}`,
      value: sum === null ? none(input) : known(sum),
      unit: 'count',
      title: `${title}, by the snapshots`,
      basis: 'snapshots',
      queries: [snapshotsQuery.id],
      formula: `sum of ${counter}, which counts the minute before each snapshot; missing minutes are not in it`,
    });
  }
  for (const { rule, firing } of facts.snapshots?.rules ?? []) {
    const labels = { alert: rule.id };
    const value = (of: number | undefined): Value => (of === undefined ? none(input) : known(of));
    const figure = figureGroup(out, { basis: 'snapshots', queries: [snapshotsQuery.id], labels });
    figure({
      name: 'snapshot_alert_snapshots',
      value: value(firing?.rows.length),
      unit: 'count',
      title: `${rule.title}: snapshots`,
      formula: `snapshots with ${rule.condition}`,
    });
    figure({
      name: 'snapshot_alert_streak',
      value: value(firing?.longestStreak),
      unit: 'count',
      title: `${rule.title}: longest run`,
      formula: 'most snapshots in adjacent minutes',
    });
    figure({
      name: 'snapshot_alert_worst',
      value: value(firing?.worst),
      unit: 'count',
      title: `${rule.title}: highest value`,
      formula: 'highest value among the snapshots that fired',
    });
  }
}

function identityFigures(facts: Facts, input: Input, out: Output): void {
  const identity = facts.snapshots?.identity ?? null;
  const figure = figureGroup(out, { basis: 'snapshots', queries: [snapshotsQuery.id] });
  const value = (of: number | undefined): Value => (of === undefined ? none(input) : known(of));
  figure({
    name: 'snapshot_residual',
    value: value(identity?.residual),
    unit: 'count',
    id: 'MC-03',
    title: 'Open positions that the counters do not explain',
    formula: 'over adjacent snapshots: change of total - new_opened + closed',
  });
  figure({
    name: 'snapshot_residual_tolerance',
    value: value(identity?.tolerance),
    unit: 'count',
    title: 'Tolerance of the gauge identity',
    formula: '3 x the events expected in the time by which the snapshots miss their interval, rounded up',
  });
  figure({
    name: 'snapshot_unseen_change',
    value: value(identity?.unseenChange),
    unit: 'count',
    title: 'Change of open positions over missing minutes',
    formula: 'sum over gaps of total after - total before',
  });
}

function none(input: Input): Value {
  const { snapshots } = input.rows;
  return snapshots.ok ? missing('no_data', 'no snapshot carries it') : why(snapshots);
}
