import { known, missing, type Missing } from '../../audit/value.ts';
import {
  counterSum,
  gaugeRange,
  type Counter,
  type Gauge,
  type SlotRow,
} from '../shared/facts/snapshot-gauges.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import {
  lines,
  WHOLE_BOT,
  type ColumnOf,
  type Line,
  type Lines,
  type LinesSpec,
} from '../shared/vocabulary/lines.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts, SnapshotFacts } from './facts.ts';
import type { Input } from './input.ts';

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

type Edge = 'start' | 'end' | 'min' | 'max';
const EDGES: readonly (ColumnOf<Edge> & { readonly is: Edge })[] = [
  { is: 'start', title: 'At start', labels: { stat: 'start' } },
  { is: 'end', title: 'At end', labels: { stat: 'end' } },
  { is: 'min', title: 'Lowest', labels: { stat: 'min' } },
  { is: 'max', title: 'Highest', labels: { stat: 'max' } },
];
const EDGE_WORDS: Readonly<Record<Edge, string>> = {
  start: 'first snapshot',
  end: 'last snapshot',
  min: 'lowest of all snapshots',
  max: 'highest of all snapshots',
};

const NOT_CARRIED = missing('no_data', 'no snapshot carries it');

/** The snapshots of the window: how many there are, and what they say. */
export interface SnapshotStatistics {
  readonly coverage: Lines;
  readonly gauges: Lines;
  readonly counters: Lines;
  readonly alerts: Lines;
}

export function snapshotStatistics(facts: Facts, input: Input): SnapshotStatistics {
  const unseen: Missing | null = input.rows.snapshots.ok
    ? null
    : missing(input.rows.snapshots.reason, input.rows.snapshots.detail);
  const group = <C>(columns: readonly ColumnOf<C>[], list: LinesSpec<C>['lines']): Lines =>
    lines({
      columns,
      basis: 'snapshots',
      queries: [snapshotsQuery.id],
      currency: input.bot.quoteCurrency,
      unseen,
      lines: list,
    });
  const { snapshots } = facts;
  return {
    coverage: group(WHOLE_BOT, snapshots ? coverageLines(snapshots, input) : coverageLines(NOTHING, input)),
    gauges: group(EDGES, gaugeLines(snapshots)),
    counters: group(
      [{ is: null, title: 'Sum', labels: {} }],
      [...counterLines(snapshots), unprotectedMinutes(snapshots, input), ...identityLines(snapshots)],
    ),
    alerts: group(ALERT_COLUMNS, alertLines(snapshots)),
  };
}

/** Stands in where no snapshot can be read: the lines are then unknown for the group's reason. */
const NOTHING = {
  coverage: {
    expected: 0,
    observed: 0,
    missing: 0,
    percent: 0,
    duplicates: 0,
    late: 0,
    longestGapS: 0,
    gaps: [],
  },
} as const;

function coverageLines(
  { coverage }: { readonly coverage: Omit<SnapshotFacts['coverage'], 'rowOfSlot'> },
  input: Input,
): readonly Line<null>[] {
  const { snapshotIntervalS: every, snapshotLateRatio: late } = input.shared.thresholds;
  const line = (
    name: string,
    title: string,
    formula: string,
    of: number,
    more: Partial<Line<null>> = {},
  ): Line<null> => ({ name, title, formula, of: () => of, id: 'DI11', unit: 'count', ...more });
  return [
    line(
      'snapshots_expected',
      'Snapshots expected',
      `length of the window / ${String(every)} s`,
      coverage.expected,
      {
        row: true,
      },
    ),
    line(
      'snapshots_observed',
      'Snapshots observed',
      'slots with at least one snapshot that counts its open positions',
      coverage.observed,
      { row: true },
    ),
    line('snapshots_missing', 'Snapshots missing', 'expected - observed', coverage.missing, { row: true }),
    line('snapshot_coverage', 'Snapshot coverage', '100 x observed / expected', coverage.percent, {
      unit: 'percent',
      row: 'Coverage',
    }),
    line('snapshot_longest_gap', 'Longest gap', 'slots of the longest run x interval', coverage.longestGapS, {
      unit: 's',
      row: true,
    }),
    line(
      'snapshots_duplicate',
      'Duplicate snapshots',
      'further snapshots of a slot within half an interval; left out of all numbers',
      coverage.duplicates,
      { id: 'DI12', row: 'Duplicates, left out' },
    ),
    line(
      'snapshots_late',
      'Late snapshots',
      `snapshots over ${String(late)} intervals after the one of the slot before`,
      coverage.late,
      { row: 'Late' },
    ),
    line('snapshot_gaps', 'Gaps', 'runs of slots without a snapshot', coverage.gaps.length),
  ];
}

function gaugeLines(snapshots: SnapshotFacts | null): readonly Line<Edge>[] {
  const of = (values: readonly number[], edge: Edge) => {
    const [first, last] = [values[0], values.at(-1)];
    if (first === undefined || last === undefined) return NOT_CARRIED;
    return { start: first, end: last, min: Math.min(...values), max: Math.max(...values) }[edge];
  };
  const gauge = ([name, title]: (typeof GAUGES)[number]): Line<Edge> => ({
    name: `snapshot_${name}`,
    unit: 'count',
    title: (edge) => `${title}, ${EDGE_WORDS[edge]}`,
    formula: (edge) => `${name} of the ${EDGE_WORDS[edge]}; a gauge is never summed`,
    of: (edge) => {
      const range = gaugeRange(snapshots?.rows ?? [], name);
      return range
        ? { start: range.first, end: range.last, min: range.min, max: range.max }[edge]
        : NOT_CARRIED;
    },
    row: title,
  });
  const [total, ...rest] = GAUGES;
  return [
    gauge(total),
    ...(snapshots?.venues ?? []).map((exchange): Line<Edge> => ({
      name: 'snapshot_total',
      labels: { exchange },
      unit: 'count',
      title: (edge) => `Open positions on ${exchange}, ${edge}`,
      formula: (edge) => `by_exchange.${exchange}: ${edge} over the snapshots`,
      of: (edge) => of(snapshots?.rows.flatMap(({ row }) => row.by_exchange?.[exchange] ?? []) ?? [], edge),
      row: `Open on ${capitalised(exchange)}`,
    })),
    ...rest.map(gauge),
  ];
}

function counterLines(snapshots: SnapshotFacts | null): readonly Line<null>[] {
  return COUNTERS.map(([counter, title]) => ({
    name: `snapshot_${counter}`,
    unit: 'count',
    title: `${title}, by the snapshots`,
    formula: `sum of ${counter}, which counts the minute before each snapshot; missing minutes are not in it`,
    of: () => counterSum(snapshots?.rows ?? [], counter) ?? NOT_CARRIED,
    row: title,
    note: 'snapshots, missing minutes not counted',
  }));
}

function unprotectedMinutes(snapshots: SnapshotFacts | null, input: Input): Line<null> {
  const values = snapshots?.rows.flatMap(({ row }: SlotRow) => row.unprotected ?? []) ?? [];
  return {
    name: 'snapshot_unprotected_minutes',
    id: 'SL4',
    unit: 'min',
    title: 'Minutes with an unprotected position',
    formula: 'snapshots with unprotected > 0 x interval',
    of: () =>
      values.length === 0
        ? NOT_CARRIED
        : (values.filter((value) => value > 0).length * input.shared.thresholds.snapshotIntervalS) / 60,
    row: true,
  };
}

function identityLines(snapshots: SnapshotFacts | null): readonly Line<null>[] {
  const identity = snapshots?.identity ?? null;
  return [
    {
      name: 'snapshot_residual',
      id: 'MC-03',
      unit: 'count',
      title: 'Open positions that the counters do not explain',
      formula: 'over adjacent snapshots: change of total - new_opened + closed',
      of: () => identity?.residual ?? NOT_CARRIED,
      ...(identity && { row: 'Identity: end - start - opened + closed', note: 'adjacent snapshots only' }),
    },
    {
      name: 'snapshot_residual_tolerance',
      unit: 'count',
      title: 'Tolerance of the gauge identity',
      formula: '3 x the events expected in the time by which the snapshots miss their interval, rounded up',
      of: () => identity?.tolerance ?? NOT_CARRIED,
    },
    {
      name: 'snapshot_unseen_change',
      unit: 'count',
      title: 'Change of open positions over missing minutes',
      formula: 'sum over gaps of total after - total before',
      of: () => identity?.unseenChange ?? NOT_CARRIED,
    },
  ];
}

type AlertNumber = 'snapshots' | 'streak' | 'worst';
const ALERT_COLUMNS: readonly ColumnOf<AlertNumber>[] = [
  { is: 'snapshots', title: 'Snapshots', labels: {} },
  { is: 'streak', title: 'Longest run', labels: {} },
  { is: 'worst', title: 'Highest value', labels: {} },
];

function alertLines(snapshots: SnapshotFacts | null): readonly Line<AlertNumber>[] {
  return (snapshots?.rules ?? []).map(({ rule, firing }) => ({
    name: (number) => `snapshot_alert_${number}`,
    labels: { alert: rule.id },
    unit: 'count',
    title: (number) =>
      `${rule.title}: ${{ snapshots: 'snapshots', streak: 'longest run', worst: 'highest value' }[number]}`,
    formula: (number) =>
      ({
        snapshots: `snapshots with ${rule.condition}`,
        streak: 'most snapshots in adjacent minutes',
        worst: 'highest value among the snapshots that fired',
      })[number],
    of: (number) =>
      firing === null
        ? NOT_CARRIED
        : known({ snapshots: firing.rows.length, streak: firing.longestStreak, worst: firing.worst }[number]),
    row: rule.title,
    note: `${rule.class}: ${rule.condition}`,
  }));
}
