import { figureKey } from '../../audit/figure.ts';
import { fig, text, type Inline } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import type { AlertRule, Counter, SlotRow } from '../shared/facts/snapshot-gauges.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Interval } from './life.ts';
import { asked, type Input } from './input.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { AT_END, EXPLAINED_BY, RECOMMENDATION } from './snapshot-alert-advice.ts';

export const snapshotAlerts = rule<Facts, Input>()({
  id: 'MC-02',
  title: 'Snapshot alert',
  dimension: 'risk',
  condition: 'an alert rule of the data contract fired in a snapshot',
  effort: 'low',
  find: ({ snapshots }, input) =>
    (snapshots?.rules ?? []).flatMap(({ rule: alert, firing }) =>
      firing === null || alert.class === 'INFO'
        ? []
        : wholeBot(runsOf(firing.rows, input)).map((group) => ({
            ...group,
            labels: { alert: alert.id },
            of: { rule: alert, firing },
          })),
    ),
  unseen: ({ snapshots }, { rows }) => reasonOf(rows.snapshots) ?? notCarried(snapshots?.rules ?? []),
  from: { basis: 'snapshots', queries: asked('snapshots') },
  numbers: ({ of: { rule: alert, firing }, input }) => ({
    snapshot_alert_minutes: num.min(
      `${alert.title}: minutes`,
      (firing.rows.length * input.shared.thresholds.snapshotIntervalS) / 60,
      'snapshots that fired x interval',
    ),
  }),
  severity({ of: { rule: alert, firing }, input: { settings } }) {
    if (alert.class === 'WARNING') return firing.rows.length > settings.warningSnapshots ? 'MEDIUM' : 'LOW';
    return firing.longestStreak > settings.criticalStreak || firing.activeAtEnd ? 'CRITICAL' : 'HIGH';
  },
  // The counter is part of the identity: two counters never share a finding, and what came along proves nothing.
  cause: (cause, { of }) => ({
    ...cause,
    id: of.rule.id,
    confidence: cause.confidence === 'LIKELY' ? 'POSSIBLE' : cause.confidence,
  }),
  causes: ({ of: { rule: alert, firing }, facts, input: { settings } }) =>
    companionsOf(alert, firing.rows).map(([counter, id, sentence, what]) =>
      hypothesis(id, sentence, [
        `${what} were counted at least ${times(settings.companionFactor)} as often as in the other minutes`,
        moreOften(firing.rows, facts.snapshots?.rows ?? [], counter, settings.companionFactor),
      ]),
    ),
  otherwise: 'The other counters of these minutes show nothing unusual.',
  occurrence: ({ from, to }, { of }) => ({ subject: of.rule.id, at: from, until: to }),
  frequency: ({ of }) => of.firing.rows.length,
  evidence: {
    of: 'monitoring-coverage.alerts',
    accused: (cell, { of }) => cell('rule') === of.rule.id,
  },
  explainedBy: ({ of }) => EXPLAINED_BY[of.rule.id] ?? [],
  see: ({ of, input }) =>
    `select at, total, unprotected, new_opened, prices_updated, emergency, errors, ws_reconnects, zombies from snapshot where ${during(input, 'at')} and ${of.rule.condition} order by at`,
  words: (n, { of: { rule: alert, firing } }) => ({
    title: text`${alert.title} in ${number('snapshots', alert)} ${noun(firing.rows.length, 'snapshot')}`,
    description: text`Snapshots of ${n.snapshot_alert_minutes} had ${alert.condition}; the longest run is ${number('streak', alert)} ${noun(firing.longestStreak, 'snapshot')}, the highest value ${number('worst', alert)}${firing.activeAtEnd ? ', and the last snapshot has it too' : ''}.`,
    financial:
      alert.id === 'unprotected'
        ? 'The loss of a position without a stop has no planned bound.'
        : 'Not known from snapshots.',
    operational: text`It held for ${n.snapshot_alert_minutes} of the window.`,
    risk:
      alert.class === 'CRITICAL'
        ? 'Open positions were not under full control in these minutes.'
        : 'A warning that stays unread hides the next one.',
    detection:
      'This audit evaluated the rule on the stored snapshots; they do not say whether the bot raised an alert.',
    recommendation:
      (firing.activeAtEnd ? AT_END[alert.id] : undefined) ??
      RECOMMENDATION[alert.id] ??
      'Read the minutes in the evidence.',
    verification: text`No snapshot with ${alert.condition} in the next window.`,
  }),
});

/** Alerts whose counter no snapshot carries did not stay silent: nobody looked. */
function notCarried(rules: NonNullable<Facts['snapshots']>['rules']): Missing | null {
  const unseen = rules.filter(({ rule: alert, firing }) => firing === null && alert.class !== 'INFO');
  if (unseen.length === 0) return null;
  return missing('no_data', `no snapshot carries ${unseen.map(({ rule: alert }) => alert.id).join(', ')}`);
}

const number = (name: string, { id }: AlertRule): Inline =>
  fig(figureKey(`snapshot_alert_${name}`, { alert: id }));

const COMPANIONS = [
  ['ws_reconnects', 'reconnect', 'A stream was reconnecting in these minutes.', 'reconnects'],
  ['errors', 'errors', 'The bot logged errors in these minutes.', 'errors'],
  ['new_opened', 'openings', 'Positions were being opened in these minutes.', 'openings'],
] as const;

/** The others, that which moved in most of these snapshots first: it explains more of them. */
function companionsOf({ id }: AlertRule, fired: readonly SlotRow[]) {
  const moved = (counter: Counter): number => fired.filter(({ row }) => (row[counter] ?? 0) > 0).length;
  return COMPANIONS.filter(([counter]) => counter !== id).sort(([a], [b]) => moved(b) - moved(a));
}

const times = (factor: number): string => (factor === 2 ? 'twice' : `${String(factor)} times`);

/** Whether the counter ran so many times as high in the snapshots that fired; null when they do not carry it. */
function moreOften(fired: readonly SlotRow[], all: readonly SlotRow[], counter: Counter, factor: number) {
  if (fired.some(({ row }) => row[counter] === null)) return null;
  const mean = (rows: readonly SlotRow[]): number =>
    rows.reduce((total, { row }) => total + (row[counter] ?? 0), 0) / Math.max(1, rows.length);
  const inside = mean(fired);
  const firing = new Set(fired);
  return inside > 0 && inside >= factor * mean(all.filter((row) => !firing.has(row)));
}

/** Adjacent snapshots that fired; a snapshot stands for the interval that it opens. */
function runsOf(rows: readonly SlotRow[], { shared, window }: Input): readonly Interval[] {
  const everyMs = shared.thresholds.snapshotIntervalS * 1000;
  const runs: { from: number; to: number; slot: number }[] = [];
  for (const { slot, at } of rows) {
    const last = runs.at(-1);
    if (last && slot === last.slot + 1) Object.assign(last, { to: at + everyMs, slot });
    else runs.push({ from: at, to: at + everyMs, slot });
  }
  return runs.map(({ from, to }) => ({ from, to: Math.min(to, ms(window.to)) }));
}
