import type { FindingDraft, Severity } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { figureGroup } from '../shared/vocabulary/rows.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import type { Facts, Input, SeenGap } from './facts.ts';
import type { SlotRow } from '../shared/facts/snapshot-gauges.ts';

const BETWEEN = (input: Input): string => `at >= '${input.window.from}' and at < '${input.window.to}'`;

/** MC-01: snapshots missing. */
export function missingSnapshots(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { snapshots } = facts;
  if (!snapshots) return [];
  const { coverage, gaps } = snapshots;
  const { settings } = input;
  const long = gaps.filter((gap) => lengthS(gap) > settings.gapWarnS);
  if (coverage.percent >= settings.completenessWarnPercent && long.length === 0) return [];
  const high =
    coverage.percent < settings.completenessHighPercent || coverage.longestGapS > settings.gapHighS;
  const major = long.length > 0 ? long : gaps;
  const [othersWrote, othersSilent] = [saw(major, true), saw(major, false)];
  const figure = figureGroup(out, {
    basis: 'snapshots',
    queries: [snapshotsQuery.id],
    labels: { rule: 'MC-01' },
  });
  const minutes = figure({
    name: 'missing_minutes',
    value: known((coverage.missing * settings.snapshotIntervalS) / 60),
    unit: 'min',
    title: 'Minutes without a snapshot',
    formula: 'missing snapshots x interval',
  });
  const wanted = figure({
    name: 'coverage_wanted',
    value: known(settings.completenessWarnPercent),
    unit: 'percent',
    title: 'Least snapshot coverage',
    formula: 'policy monitoring-coverage.completenessWarnPercent',
  });
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'monitor-down',
            text: ['Only the monitor was silent: the bot wrote heartbeats or events meanwhile.'],
            predicates: [
              { text: 'a heartbeat or an event was written in every long gap', held: othersWrote },
            ],
          },
          {
            id: 'all-silent',
            text: ['Everything was silent: the bot, its host or the database was down.'],
            predicates: [
              { text: 'no heartbeat and no event was written in any long gap', held: othersSilent },
            ],
          },
        ],
        ['Whether the monitor, the bot or the database was down is not known: no other source tells.'],
      ),
      severity: high ? 'HIGH' : 'MEDIUM',
      title: text`${fig('snapshots_missing')} of ${fig('snapshots_expected')} monitoring snapshots are missing`,
      description: text`${fig('snapshot_coverage')} of the window was watched, the limit is ${fig(wanted)}. The longest gap is ${fig('snapshot_longest_gap')}.`,
      occurrences: gaps.map(({ from, to }) => ({ subject: 'snapshots', at: iso(from), until: iso(to) })),
      evidence: 'monitoring-coverage.gaps',
      impact: {
        financial: ['None by itself; what happened in these minutes is known only from other sources.'],
        operational: text`${fig(minutes)} of the window cannot be judged from snapshots.`,
        risk: ['An unprotected position in a gap would not have been seen.'],
      },
      detection: ['No alert fired for the missing snapshots.'],
      recommendation: [
        'Give the monitor a restart policy and a watchdog that alerts after five minutes without a snapshot.',
      ],
      verification: text`Snapshot coverage of at least ${fig(wanted)} and no gap over five minutes in the next window.`,
      see: {
        language: 'sql',
        text: `select at, at - lag(at) over (order by at) as since_previous from snapshot where ${BETWEEN(input)} order by 2 desc nulls last limit 20`,
      },
      effort: 'low',
    },
  ];
}

function lengthS(gap: SeenGap): number {
  return (gap.to - gap.from) / 1000;
}

/** Whether another source wrote in all of the gaps (or in none); null when no other source can tell. */
function saw(gaps: readonly SeenGap[], wanted: boolean): boolean | null {
  const known = gaps.filter(
    ({ heartbeatMinutes, eventMinutes }) => heartbeatMinutes !== null || eventMinutes !== null,
  );
  if (known.length < gaps.length || gaps.length === 0) return null;
  return known.every((gap) => (gap.heartbeatMinutes ?? 0) + (gap.eventMinutes ?? 0) > 0 === wanted);
}

const RECOMMENDATION: Readonly<Record<string, string>> = {
  unprotected: 'Place the missing stops, and alert on the first minute in which a position has none.',
  emergency: 'Read what each emergency close answered to, and remove its cause before the next window.',
  new_opened: 'Limit how many positions may be opened in a minute.',
  errors: 'Read the errors of these minutes by signature, and fix the most frequent one.',
  prices_updated: 'Restart the price stream when no update arrives for a minute while positions are open.',
  ws_reconnects: 'Find out why the stream broke off, and count the time without data.',
};

/** What may come together with an alert, from the same snapshots. */
const COMPANIONS = [
  {
    counter: 'ws_reconnects',
    id: 'reconnect',
    sentence: 'A stream was reconnecting in these minutes.',
    what: 'reconnects',
  },
  { counter: 'errors', id: 'errors', sentence: 'The bot logged errors in these minutes.', what: 'errors' },
  {
    counter: 'new_opened',
    id: 'openings',
    sentence: 'Positions were being opened in these minutes.',
    what: 'openings',
  },
] as const;

/** Whether the counter ran at least twice as high in the snapshots that fired; null when they do not carry it. */
function moreOften(
  fired: readonly SlotRow[],
  all: readonly SlotRow[],
  counter: (typeof COMPANIONS)[number]['counter'],
): boolean | null {
  if (fired.some(({ row }) => row[counter] === null)) return null;
  const mean = (rows: readonly SlotRow[]): number =>
    rows.reduce((total, { row }) => total + (row[counter] ?? 0), 0) / Math.max(1, rows.length);
  const inside = mean(fired);
  return inside > 0 && inside >= 2 * mean(all.filter((row) => !fired.includes(row)));
}

/** MC-02: an alert rule of the data contract fired in the snapshots; one finding a counter. */
export function snapshotAlerts(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { settings } = input;
  return (facts.snapshots?.rules ?? []).flatMap(({ rule, firing }): FindingDraft[] => {
    const [first, last] = [firing?.rows[0], firing?.rows.at(-1)];
    if (!firing || !first || !last || rule.class === 'INFO') return [];
    const labels = { alert: rule.id };
    const key = (name: string): string => `${name}{alert=${rule.id}}`;
    const minutes = out.figure({
      name: 'snapshot_alert_minutes',
      labels: { ...labels, rule: 'MC-02' },
      value: known((firing.rows.length * settings.snapshotIntervalS) / 60),
      unit: 'min',
      title: `${rule.title}: minutes`,
      basis: 'snapshots',
      queries: [snapshotsQuery.id],
      formula: 'snapshots that fired x interval',
    });
    const rows = facts.snapshots?.rows ?? [];
    const cause = rootCause(
      COMPANIONS.filter(({ counter }) => counter !== rule.id).map(({ counter, id, sentence, what }) => ({
        id,
        text: [sentence],
        predicates: [
          {
            text: `${what} were counted at least twice as often as in the other minutes`,
            held: moreOften(firing.rows, rows, counter),
          },
        ],
      })),
      ['The other counters of these minutes show nothing unusual.'],
    );
    return [
      {
        venue: null,
        // The counter is part of the identity: two counters never share a finding.
        cause: {
          ...cause,
          id: rule.id,
          confidence: cause.confidence === 'LIKELY' ? 'POSSIBLE' : cause.confidence,
        },
        severity: alertSeverity(rule.class, firing, input),
        title: text`${rule.title} in ${fig(key('snapshot_alert_snapshots'))} ${noun(firing.rows.length, 'snapshot')}`,
        description: text`The alert rule ${rule.condition} fired over ${fig(minutes)}; the longest run is ${fig(key('snapshot_alert_streak'))} ${noun(firing.longestStreak, 'snapshot')}, the highest value ${fig(key('snapshot_alert_worst'))}${firing.activeAtEnd ? ', and it still fires in the last snapshot' : ''}.`,
        occurrences: streaks(firing.rows, settings.snapshotIntervalS, ms(input.window.to)).map((run) => ({
          subject: rule.id,
          ...run,
        })),
        frequency: firing.rows.length,
        evidence: 'monitoring-coverage.alerts',
        impact: {
          financial:
            rule.id === 'unprotected'
              ? ['The loss of a position without a stop has no planned bound.']
              : ['Not known from snapshots.'],
          operational: text`The rule held for ${fig(minutes)} of the window.`,
          risk:
            rule.class === 'CRITICAL'
              ? ['Open positions were not under full control in these minutes.']
              : ['A warning that stays unread hides the next one.'],
        },
        detection: [
          'The rule is evaluated here from the stored snapshots; whether the bot raised it is in the alert log.',
        ],
        recommendation: [RECOMMENDATION[rule.id] ?? 'Read the minutes in the evidence.'],
        verification: text`No snapshot with ${rule.condition} in the next window.`,
        see: {
          language: 'sql',
          text: `select at, total, unprotected, new_opened, prices_updated, emergency, errors, ws_reconnects from snapshot where ${BETWEEN(input)} and ${rule.condition} order by at`,
        },
        effort: 'low',
      },
    ];
  });
}

function alertSeverity(
  alertClass: 'CRITICAL' | 'WARNING',
  firing: {
    readonly longestStreak: number;
    readonly activeAtEnd: boolean;
    readonly rows: readonly unknown[];
  },
  input: Input,
): Severity {
  if (alertClass === 'WARNING')
    return firing.rows.length > input.settings.warningSnapshots ? 'MEDIUM' : 'LOW';
  return firing.longestStreak > input.settings.criticalStreak || firing.activeAtEnd ? 'CRITICAL' : 'HIGH';
}

/** Runs of adjacent snapshots as spans; a snapshot stands for the interval that it opens. */
function streaks(
  rows: readonly { readonly slot: number; readonly at: number }[],
  intervalS: number,
  endMs: number,
): readonly { readonly at: string; readonly until: string }[] {
  const runs: { from: number; to: number; slot: number }[] = [];
  for (const { slot, at } of rows) {
    const last = runs.at(-1);
    if (last && slot === last.slot + 1) Object.assign(last, { to: at + intervalS * 1000, slot });
    else runs.push({ from: at, to: at + intervalS * 1000, slot });
  }
  return runs.map(({ from, to }) => ({ at: iso(from), until: iso(Math.min(to, endMs)) }));
}
