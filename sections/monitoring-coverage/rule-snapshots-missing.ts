import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { num, policy } from '../shared/vocabulary/number.ts';
import { rule, type Group } from '../shared/vocabulary/rule.ts';
import { during, seeSql } from '../shared/vocabulary/finding-query.ts';
import type { Facts, SeenGap } from './facts.ts';
import type { Input } from './input.ts';

const lengthS = ({ from, to }: SeenGap): number => (to - from) / 1000;

/** Too many monitoring snapshots are missing, or one gap is too long. */
export const missingSnapshots = rule<Facts, Input>()({
  id: 'MC-01',
  title: 'Snapshots missing',
  dimension: 'stability',
  condition: ({ completenessWarnPercent, gapWarnS }) =>
    `DI11 below ${String(completenessWarnPercent)} %, or one gap over ${String(gapWarnS / 60)} min`,
  effort: 'low',
  find,
  from: { basis: 'snapshots', queries: [snapshotsQuery.id] },
  numbers: ({ facts, input }) => ({
    missing_minutes: num.min(
      'Minutes without a snapshot',
      'missing snapshots x interval',
      ((facts.snapshots?.coverage.missing ?? 0) * input.shared.thresholds.snapshotIntervalS) / 60,
    ),
    coverage_wanted: policy(
      'monitoring-coverage',
      input.settings,
      'completenessWarnPercent',
      'Least snapshot coverage',
    ),
  }),
  severity: ({ facts: { snapshots }, input: { settings } }) =>
    (snapshots?.coverage.percent ?? 0) < settings.completenessHighPercent ||
    (snapshots?.coverage.longestGapS ?? 0) > settings.gapHighS
      ? 'HIGH'
      : 'MEDIUM',
  causes: ({ found, input }) => {
    const long = found.filter((gap) => lengthS(gap) > input.settings.gapWarnS);
    const major = long.length > 0 ? long : found;
    return [
      {
        id: 'monitor-down',
        text: ['Only the monitor was silent: the bot wrote heartbeats or events meanwhile.'],
        predicates: [
          { text: 'a heartbeat or an event was written in every long gap', held: othersWrote(major, true) },
        ],
      },
      {
        id: 'all-silent',
        text: ['Everything was silent: the bot, its host or the database was down.'],
        predicates: [
          { text: 'no heartbeat and no event was written in any long gap', held: othersWrote(major, false) },
        ],
      },
    ];
  },
  otherwise: 'Whether the monitor, the bot or the database was down is not known: no other source tells.',
  occurrence: ({ from, to }) => ({ subject: 'snapshots', at: iso(from), until: iso(to) }),
  evidence: 'monitoring-coverage.gaps',
  see: ({ input }) =>
    seeSql(
      `select at, at - lag(at) over (order by at) as since_previous from snapshot where ${during(input, 'at')} order by 2 desc nulls last limit 20`,
    ),
  words: (n, { input }) => ({
    title: text`${fig('snapshots_missing')} of ${fig('snapshots_expected')} monitoring snapshots are missing`,
    description: text`${fig('snapshot_coverage')} of the window was watched, the limit is ${n.coverage_wanted}. The longest gap is ${fig('snapshot_longest_gap')}.`,
    financial: 'None by itself; what happened in these minutes is known only from other sources.',
    operational: text`${n.missing_minutes} of the window cannot be judged from snapshots.`,
    risk: 'An unprotected position in a gap would not have been seen.',
    detection: 'No alert fired for the missing snapshots.',
    recommendation:
      'Give the monitor a restart policy and a watchdog that alerts after five minutes without a snapshot.',
    verification: text`Snapshot coverage of at least ${n.coverage_wanted} and no gap over ${minutesInWords(input.settings.gapWarnS)} in the next window.`,
  }),
});

function find({ snapshots }: Facts, { settings }: Input): readonly Group<SeenGap>[] {
  if (!snapshots) return [];
  const { coverage, gaps } = snapshots;
  const isLong = gaps.some((gap) => lengthS(gap) > settings.gapWarnS);
  return coverage.percent >= settings.completenessWarnPercent && !isLong
    ? []
    : [{ venue: null, found: gaps }];
}

function minutesInWords(seconds: number): string {
  return seconds === 300 ? 'five minutes' : `${String(seconds)} s`;
}

/** Whether another source wrote in all of the gaps (or in none); null when no other source can tell. */
function othersWrote(gaps: readonly SeenGap[], wanted: boolean): boolean | null {
  const known = gaps.filter(
    ({ heartbeatMinutes, eventMinutes }) => heartbeatMinutes !== null || eventMinutes !== null,
  );
  if (known.length < gaps.length || gaps.length === 0) return null;
  return known.every((gap) => (gap.heartbeatMinutes ?? 0) + (gap.eventMinutes ?? 0) > 0 === wanted);
}
