import { missing } from '../../audit/value.ts';
import { counterSum, type Counter, type Firing, type Gauge } from '../shared/facts/snapshot-gauges.ts';
import { counted, lines, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import type { Facts, SnapshotFacts } from './facts.ts';
import { isTooLong } from './heartbeat-facts.ts';
import { asked, type Input } from './input.ts';

export const UNSTARTED = missing(
  'no_data',
  'no heartbeat in the window and no regular one in the seven days before it, and no position, order or event up to its end; nothing shows that the bot should have run',
);
const BLIND = missing('no_data', 'no heartbeat in the window, though other sources show life');

export function heartbeatStatistics({ heartbeats }: Facts, input: Input): Lines {
  const { heartbeatGaps, eventMinutes } = input.rows;
  const { services = [], silences = [], bounds = [] } = heartbeats ?? {};
  const every = String(input.bot.heartbeatIntervalS);
  const limitS = input.settings.heartbeatGapS;
  const total = (of: 'beats' | 'unwell') => services.reduce((sum, service) => sum + service[of], 0);
  const silence = (value = 0) => (heartbeats?.unstarted === true ? UNSTARTED : value);
  const up = (percent?: number) => (heartbeats?.blind === true ? BLIND : silence(percent));
  const uptime = counted({ id: 'EX10', unit: 'percent' });
  const beats = counted({ id: 'NA1' });
  const events = counted({ basis: 'events', queries: asked('eventMinutes'), unseen: reasonOf(eventMinutes) });
  const tooLong = silences.filter((one) => isTooLong(one, input)).length;
  const eventful = eventMinutes.ok ? eventMinutes.rows.length : 0;
  return lines({
    columns: WHOLE_BOT,
    basis: 'heartbeats',
    queries: asked('heartbeatGaps'),
    currency: input.bot.quoteCurrency,
    unseen: reasonOf(heartbeatGaps),
    lines: [
      uptime('uptime', 'System uptime', up(heartbeats?.uptimePercent), {
        formula: `100 x (1 - D / window); D = sum of (gap - ${every} s) over gaps longer than ${String(input.shared.thresholds.silentIntervals)} x ${every} s, all services that beat in the window or ought to, joined`,
        row: true,
      }),
      uptime('uptime_min', 'Uptime at worst', up(bounds[0]), {
        formula: 'each gap counted as down from its last heartbeat on',
        row: 'At worst',
        note: 'down from the last heartbeat on',
      }),
      uptime('uptime_max', 'Uptime at best', up(bounds[1]), {
        basis: 'heartbeats, events, positions, snapshots',
        formula: 'minutes of a gap with an event, an opening or a snapshot counted as up',
        row: 'At best',
        note: 'minutes with an event, an opening or a snapshot were not down',
      }),
      beats('heartbeats', 'Heartbeats', total('beats'), {
        formula: 'heartbeats of all services in the window',
        row: true,
        note: 'all services',
      }),
      beats('heartbeats_unwell', 'Heartbeats of a service that is not well', total('unwell'), {
        formula: 'heartbeats of the kind failing, such as stuck, stalled or stopped; they end no silence',
      }),
      beats('heartbeat_longest_gap', 'Longest silence between heartbeats', silence(heartbeats?.longestGapS), {
        unit: 's',
        formula:
          'longest time from a heartbeat of a service to its next one, or to the end of the window where none came',
        row: 'Longest silence',
        note: 'of one service',
      }),
      beats('heartbeat_gaps', 'Silences over the limit', silence(tooLong), {
        formula: `gaps longer than ${String(limitS)} s`,
        row: true,
        note: `longer than ${String(limitS)} s`,
      }),
      events('event_minutes', 'Minutes with an event', eventful, {
        formula: 'distinct minutes with at least one event',
      }),
    ],
  });
}

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
  ['snapshots', 'Snapshots', ({ rows }: Firing) => rows.length],
  ['streak', 'Longest run', ({ longestStreak }: Firing) => longestStreak],
  ['worst', 'Highest value', ({ worst }: Firing) => worst],
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
    return { ...rest, unit: 'count', of: ([edge]) => edgeOf(values, edge) };
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
      row: rule.title,
      note: `${rule.class}: ${rule.condition}`,
    };
  });
