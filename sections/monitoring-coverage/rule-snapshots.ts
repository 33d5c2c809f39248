import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num, policy } from '../shared/vocabulary/number.ts';
import { all, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import type { Facts, GaugeIdentity, SeenGap } from './facts.ts';
import { notedCause } from './gap-reasons.ts';
import { asked, SECTION, type Input } from './input.ts';
import { missing } from '../../audit/value.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';

const lengthS = ({ from, to }: SeenGap): number => (to - from) / 1000;

export const missingSnapshots = rule<Facts, Input>()({
  id: 'MC-01',
  title: 'Snapshots missing',
  dimension: 'stability',
  condition: ({ completenessWarnPercent, gapWarnS }) =>
    `DI11 below ${String(completenessWarnPercent)} %, or one gap over ${String(gapWarnS / 60)} min`,
  effort: 'low',
  find({ snapshots }, { settings }) {
    const { coverage, gaps = [] } = snapshots ?? {};
    const isLong = gaps.some((gap) => lengthS(gap) > settings.gapWarnS);
    const isLow = coverage !== undefined && coverage.percent < settings.completenessWarnPercent;
    return isLow || isLong ? [{ venue: null, found: gaps }] : [];
  },
  from: { basis: 'snapshots', queries: asked('snapshots') },
  numbers: ({ facts, input }) => ({
    missing_minutes: num.min(
      'Minutes without a snapshot',
      (facts.snapshots?.gaps ?? []).reduce((total, gap) => total + lengthS(gap), 0) / 60,
      'sum of the gaps, each from when a snapshot was due to when the next one came',
    ),
    coverage_wanted: policy(SECTION, input.settings, 'completenessWarnPercent', 'Least snapshot coverage'),
  }),
  severity: ({ facts: { snapshots }, input: { settings } }) =>
    (snapshots?.coverage.percent ?? 0) < settings.completenessHighPercent ||
    (snapshots?.coverage.longestGapS ?? 0) > settings.gapHighS
      ? 'HIGH'
      : 'MEDIUM',
  causes: ({ found, input }) => {
    const long = found.filter((gap) => lengthS(gap) > input.settings.gapWarnS);
    const major = long.length > 0 ? long : found;
    const others = major.map(({ heartbeatMinutes: beats, eventMinutes: events }) =>
      beats === null && events === null ? null : (beats ?? 0) + (events ?? 0) > 0,
    );
    return [
      ...notedCause(major),
      hypothesis(
        'monitor-down',
        'Only the monitor was silent: the bot wrote heartbeats or events meanwhile.',
        ['a heartbeat or an event was written in every long gap', all(others, true)],
      ),
      hypothesis('all-silent', 'Everything was silent: the bot, its host or the database was down.', [
        'no heartbeat and no event was written in any long gap',
        all(others, false),
      ]),
    ];
  },
  otherwise: 'Whether the monitor, the bot or the database was down is not known: no other source tells.',
  occurrence: ({ from, to }) => ({ subject: 'snapshots', at: iso(from), until: iso(to) }),
  evidence: 'monitoring-coverage.gaps',
  see: ({ input }) =>
    `select at, at - lag(at) over (order by at) as since_previous from snapshot where ${during(input, 'at')} order by 2 desc nulls last limit 20`,
  words: (n, { input }) => ({
    title: text`${fig('snapshots_missing')} of ${fig('snapshots_expected')} monitoring snapshots are missing`,
    description: text`${fig('snapshot_coverage')} of the window was watched, the limit is ${n.coverage_wanted}. The longest gap is ${fig('snapshot_longest_gap')}.`,
    financial: 'None by itself; what happened in these minutes is known only from other sources.',
    operational: text`${n.missing_minutes} of the window cannot be judged from snapshots.`,
    risk: 'An unprotected position in a gap would not have been seen.',
    detection: 'No alert is known to have fired for the missing snapshots.',
    recommendation:
      'Give the monitor a restart policy and a watchdog that alerts after five minutes without a snapshot.',
    verification: text`Snapshot coverage of at least ${n.coverage_wanted} and no gap over ${input.settings.gapWarnS === 300 ? 'five minutes' : `${String(input.settings.gapWarnS)} s`} in the next window.`,
  }),
});

const neverCounted = ({ opened, closed }: GaugeIdentity, counter: 'opened' | 'closed'): boolean =>
  counter === 'closed' ? closed === 0 && opened > 0 : opened === 0 && closed > 0;

export const gaugeIdentityBroken = rule<Facts, Input>()({
  id: 'MC-03',
  title: 'Gauge identity broken',
  dimension: 'integrity',
  condition: 'open(to) differs from open(from) + opened - closed of the snapshots',
  effort: 'low',
  find: ({ snapshots }) => {
    const { rows = [], identity = null } = snapshots ?? {};
    const [first, last] = [rows[0], rows.at(-1)];
    return identity && first && last && Math.abs(identity.residual) > identity.tolerance
      ? [{ venue: null, found: [{ first, last }], of: identity }]
      : [];
  },
  unseen: ({ snapshots }, { rows }) =>
    reasonOf(rows.snapshots) ??
    (snapshots?.identity ? null : missing('no_data', 'no two snapshots in a row carry the counters')),
  from: { basis: 'snapshots', queries: asked('snapshots') },
  numbers: ({ of: { residual, opened, closed } }) => ({
    gauge_off: num.count('Positions off', Math.abs(residual), '|change of the gauge - opened + closed|'),
    gauge_change: num.count('Change of the gauge', residual + opened - closed, {
      formula: 'change of total over adjacent snapshots',
    }),
    gauge_opened: num.count('Opened by the counter', opened, 'sum of new_opened over adjacent snapshots'),
    gauge_closed: num.count('Closed by the counter', closed, 'sum of closed over adjacent snapshots'),
  }),
  severity: ({ of }) => (neverCounted(of, 'closed') ? 'HIGH' : 'MEDIUM'),
  causes: ({ of }) => [
    hypothesis('closes-never-counted', 'The counter of closed positions is never written.', [
      'closed is 0 in every snapshot while openings are counted',
      neverCounted(of, 'closed'),
    ]),
    hypothesis(
      'closes-stopped',
      'The counter of closed positions stopped during the window.',
      [
        'counters and gauge agree up to the last close that was counted',
        !neverCounted(of, 'closed') && Math.abs(of.residualBeforeLastClose) <= of.tolerance,
      ],
      ['the gauge says that more positions ended', of.residual < 0],
    ),
    hypothesis('opens-never-counted', 'The counter of opened positions is never written.', [
      'new_opened is 0 in every snapshot while closes are counted',
      neverCounted(of, 'opened'),
    ]),
  ],
  otherwise: 'Both counters move, but not as the gauge does; missed minutes are not in the residual.',
  occurrence: ({ first, last }) => ({ subject: 'open positions', at: first.row.at, until: last.row.at }),
  frequency: () => 1,
  evidence: 'monitoring-coverage.identity',
  see: ({ input }) =>
    `select max(at) as last, sum(new_opened) as opened, sum(closed) as closed, (array_agg(total order by at desc))[1] - (array_agg(total order by at))[1] as change from snapshot where ${during(input, 'at')}`,
  words: (n, { of }) => ({
    title: text`${n.gauge_off} open positions that the snapshots’ own counters do not explain`,
    description: text`Over adjacent snapshots the open positions changed by ${n.gauge_change}, while ${n.gauge_opened} openings and ${n.gauge_closed} closes were counted; the tolerance is ${fig('snapshot_residual_tolerance')}.`,
    financial: 'None by itself.',
    operational: 'Opened and closed counts from snapshots cannot be trusted.',
    risk: 'A position that appears or ends without being counted is not noticed.',
    detection: 'No alert is known to have fired for it; this audit compared the gauge with the counters.',
    recommendation: neverCounted(of, 'closed')
      ? 'Write the counter of closed positions where positions are closed, and compare it with the gauge each minute.'
      : 'Write both counters in the transaction that opens or closes the position.',
    verification: 'The residual of the gauge identity is within its tolerance in the next window.',
  }),
});
