import { figureKey } from '../../audit/figure.ts';
import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { counterSum, type Counter, type Firing, type Gauge } from '../shared/facts/snapshot-gauges.ts';
import { counted, lines, WHOLE_BOT, type Line } from '../shared/vocabulary/lines.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts, SnapshotFacts } from './facts.ts';
import type { Interval } from './life.ts';
import { asked, type Input } from './input.ts';

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

const EDGES = [
  ['start', 'At start', 'first snapshot'],
  ['end', 'At end', 'last snapshot'],
  ['min', 'Lowest', 'lowest of all snapshots'],
  ['max', 'Highest', 'highest of all snapshots'],
] as const;
type Edge = (typeof EDGES)[number];
const ALERTS = [
  ['snapshots', 'Snapshots', ({ rows }: Firing) => rows.length, ({ rows }: Firing) => rows[0]?.at ?? null],
  [
    'streak',
    'Longest run',
    ({ longestStreak }: Firing) => longestStreak,
    ({ streakFrom }: Firing) => streakFrom,
  ],
  ['worst', 'Highest value', ({ worst }: Firing) => worst, ({ worstAt }: Firing) => worstAt],
] as const;
type AlertNumber = (typeof ALERTS)[number];

const count = counted({});
const NOT_CARRIED = missing('no_data', 'no snapshot carries it');

/** The snapshots of the window: how many there are, and what they say. Where none can be read all are unknown. */
export function snapshotStatistics({ snapshots }: Facts, input: Input) {
  const { rows = [], identity = null, rules = [] } = snapshots ?? {};
  const from = {
    basis: 'snapshots',
    queries: asked('snapshots'),
    currency: input.bot.quoteCurrency,
    unseen: reasonOf(input.rows.snapshots),
  };
  return {
    coverage: lines({ ...from, columns: WHOLE_BOT, lines: coverageLines(snapshots?.coverage ?? {}, input) }),
    gauges: lines({
      ...from,
      columns: EDGES.map((is) => ({ is, title: is[1], labels: { stat: is[0] } })),
      lines: gaugeLines(snapshots),
    }),
    counters: lines({
      ...from,
      columns: [{ is: null, title: 'Sum', labels: {} }],
      lines: [...counterLines(rows), unprotectedMinutes(rows, input), ...identityLines(identity, input)],
    }),
    alerts: lines({
      ...from,
      columns: ALERTS.map((is) => ({ is, title: is[1], labels: {} })),
      lines: alertLines(rules),
    }),
  };
}

const longestOf = (gaps: readonly Interval[]): Interval | null =>
  [...gaps].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)[0] ?? null;

function coverageLines(
  { expected = 0, observed = 0, percent = 0, gaps = [], ...coverage }: Partial<SnapshotFacts['coverage']>,
  input: Input,
) {
  const { snapshotIntervalS: every, snapshotLateRatio: late } = input.shared.thresholds;
  const slots = counted({ id: 'DI11' });
  return [
    slots('snapshots_expected', 'Snapshots expected', expected, `length of the window / ${String(every)} s`),
    slots('snapshots_observed', 'Snapshots observed', observed, {
      formula: 'slots with at least one snapshot that counts its open positions',
      row: true,
    }),
    slots('snapshots_missing', 'Snapshots missing', coverage.missing ?? 0, 'expected - observed'),
    slots('snapshot_coverage', 'Snapshot coverage', percent, {
      formula: '100 x observed / expected',
      unit: 'percent',
      row: 'Coverage',
    }),
    slots('snapshot_longest_gap', 'Longest gap', coverage.longestGapS ?? 0, {
      formula:
        'longest time from when a snapshot was due to when the next one came, or the end of the window',
      unit: 's',
      row: true,
      when: () => longestOf(gaps)?.from ?? null,
    }),
    slots('snapshots_duplicate', 'Duplicate snapshots', coverage.duplicates ?? 0, {
      formula: 'further snapshots of a slot within half an interval; left out of all numbers',
      id: 'DI12',
      row: 'Duplicates, left out',
    }),
    slots('snapshots_late', 'Late snapshots', coverage.late ?? 0, {
      formula: `snapshots over ${String(late)} intervals after the one of the slot before`,
      row: 'Late',
    }),
    slots('snapshot_gaps', 'Gaps', gaps.length, { formula: 'runs of slots without a snapshot' }),
  ];
}

function gaugeLines(snapshots: SnapshotFacts | null): readonly Line<Edge>[] {
  const { rows = [], venues = [] } = snapshots ?? {};
  const line = (
    of: (row: (typeof rows)[number]['row']) => number | null | undefined,
    rest: Omit<Line<Edge>, 'unit' | 'of'>,
  ): Line<Edge> => {
    const values = rows.flatMap(({ row }) => of(row) ?? []);
    const whenOf = (edge: Edge[0]): number | null => {
      const extreme = values.length === 0 ? null : edgeOf(values, edge);
      const taken =
        edge === 'end'
          ? rows.findLast(({ row }) => of(row) != null)
          : rows.find(({ row }) => of(row) === extreme);
      return taken?.at ?? null;
    };
    const isFlat = new Set(values).size < 2;
    const [low, high] = ['min', 'max'].map((stat) =>
      fig(figureKey(`${rest.name as string}_at`, { ...rest.labels, stat })),
    );
    return {
      ...rest,
      unit: 'count',
      of: ([edge]) => edgeOf(values, edge),
      ...(!isFlat && {
        when: ([edge]: Edge) => whenOf(edge),
        note: text`lowest at ${low ?? ''}, highest at ${high ?? ''}`,
      }),
    };
  };
  const gauges = GAUGES.map(([name, title]) =>
    line((row) => row[name], {
      name: `snapshot_${name}`,
      title: ([, , edge]) => `${title}, ${edge}`,
      formula: ([, , edge]) => `${name} of the ${edge}; a gauge is never summed`,
      row: title,
    }),
  );
  const totals = venues.map((exchange) =>
    line((row) => row.by_exchange?.[exchange], {
      name: 'snapshot_total',
      labels: { exchange },
      title: ([edge]) => `Open positions on ${exchange}, ${edge}`,
      formula: ([edge]) => `by_exchange.${exchange}: ${edge} over the snapshots`,
      row: `Open on ${capitalised(exchange)}`,
    }),
  );
  return [...gauges.slice(0, 1), ...totals, ...gauges.slice(1)];
}

function edgeOf(values: readonly number[], edge: Edge[0]) {
  const [start, end] = [values[0], values.at(-1)];
  if (start === undefined || end === undefined) return NOT_CARRIED;
  return { start, end, min: Math.min(...values), max: Math.max(...values) }[edge];
}

const counterLines = (rows: SnapshotFacts['rows']) =>
  COUNTERS.map(([counter, title]) =>
    count(`snapshot_${counter}`, `${title}, by the snapshots`, counterSum(rows, counter) ?? NOT_CARRIED, {
      formula: `sum of ${counter}, which counts the minute before each snapshot; missing minutes are not in it`,
      row: title,
      note: 'snapshots, missing minutes not counted',
    }),
  );

function unprotectedMinutes(rows: SnapshotFacts['rows'], { shared }: Input) {
  const values = rows.flatMap(({ row }) => row.unprotected ?? []);
  const seconds = values.filter((value) => value > 0).length * shared.thresholds.snapshotIntervalS;
  const minutes = values.length === 0 ? NOT_CARRIED : seconds / 60;
  return count('snapshot_unprotected_minutes', 'Minutes with an unprotected position', minutes, {
    id: 'SL4',
    unit: 'min',
    formula: 'snapshots with unprotected > 0 x interval',
    row: true,
  });
}

function identityLines(identity: SnapshotFacts['identity'], { settings }: Input) {
  const { residual = NOT_CARRIED, tolerance = NOT_CARRIED, unseenChange = NOT_CARRIED } = identity ?? {};
  return [
    count('snapshot_residual', 'Open positions that the counters do not explain', residual, {
      id: 'MC-03',
      formula: 'over adjacent snapshots: change of total - new_opened + closed',
      ...(identity && { row: 'Identity: end - start - opened + closed', note: 'adjacent snapshots only' }),
    }),
    count('snapshot_residual_tolerance', 'Tolerance of the gauge identity', tolerance, {
      formula: `${String(settings.miscountFactor)} x the events expected in the time by which the snapshots miss their interval, rounded up`,
    }),
    count('snapshot_unseen_change', 'Change of open positions over missing minutes', unseenChange, {
      formula: 'sum over gaps of total after - total before',
    }),
  ];
}

const alertLines = (rules: SnapshotFacts['rules']): readonly Line<AlertNumber>[] =>
  rules.map(({ rule, firing }) => {
    const formulas = {
      snapshots: `snapshots with ${rule.condition}`,
      streak: 'most snapshots in adjacent minutes',
      worst: 'highest value among the snapshots that fired',
    };
    return {
      name: ([id]) => `snapshot_alert_${id}`,
      labels: { alert: rule.id },
      unit: 'count',
      title: ([, title]) => `${rule.title}: ${title.toLowerCase()}`,
      formula: ([id]) => formulas[id],
      of: ([, , of]) => (firing === null ? NOT_CARRIED : of(firing)),
      when: ([, , , when]) => (firing === null ? null : when(firing)),
      row: rule.title,
      note: `${rule.class}: ${rule.condition}`,
    };
  });
