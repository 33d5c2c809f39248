import { fig, text } from '../../audit/text.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { all, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import type { Facts, SeenGap } from './facts.ts';
import { notedCause } from './gap-reasons.ts';
import { asked, type Input } from './input.ts';

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
  numbers: ({ facts, policy }) => ({
    missing_minutes: num.min(
      'Minutes without a snapshot',
      (facts.snapshots?.gaps ?? []).reduce((total, gap) => total + lengthS(gap), 0) / 60,
      'sum of the gaps, each from when a snapshot was due to when the next one came',
    ),
    coverage_wanted: policy('completenessWarnPercent', 'Least snapshot coverage'),
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
  occurrence: ({ from, to }) => ({ subject: 'snapshots', at: from, until: to }),
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
