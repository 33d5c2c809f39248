import { text } from '../../audit/text.ts';
import type { Scalar } from '../../audit/value.ts';
import { iso } from '../../audit/time.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule, wholeBot, type Group } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { AlertGroup, Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { EMERGENCY } from './rule-unalerted.ts';

/** What both sides on alerts share. */
const alerts = {
  ...EMERGENCY,
  from: { basis: 'alert log', queries: asked('alerts', 'alertHabits') },
  occurrence: (alert: AlertGroup) => ({
    subject: `${alert.text.slice(0, 60)} ${alert.symbol ?? ''}`.trim() || 'alert',
    at: alert.first,
    until: alert.last,
  }),
  frequency: ({ found }: Group<AlertGroup>) => found.reduce((total, { count }) => total + count, 0),
  evidence: {
    of: 'critical-events.alerts',
    accused: (cell: (column: string) => Scalar, { found }: Group<AlertGroup>) =>
      found.some(
        ({ text: words, symbol, first }) =>
          iso(first) === cell('at') && words === cell('text') && (symbol ?? '') === cell('symbol'),
      ),
  },
  see: ({ input }: { readonly input: Input }) =>
    `select at, text, symbol, channel, delivered, acknowledged_at, blocked_reason from alert where ${during(input, 'at')} and severity = 'CRITICAL' order by at`,
};
const IMPACT = {
  financial: 'Not known; the loss of an emergency grows while nobody acts.',
  risk: 'The next emergency may also meet nobody.',
};

export const notDelivered = rule<Facts, Input>()({
  ...alerts,
  find: (facts) => ofKind('undelivered', rowsOf(facts.undelivered)),
  numbers: ({ found }) => ({
    alerts_undelivered: num.count('Critical alerts not delivered', found.length, {
      formula: 'critical alerts, repeats joined, of which none was delivered',
    }),
  }),
  severity: () => 'HIGH',
  causes: ({ found, facts }) => [
    hypothesis('channel-blocked', `The channel did not take them: ${reasonsOf(found)}.`, [
      'a reason for blocking is recorded with every one of them',
      found.every(({ blockedReason }) => blockedReason !== null),
    ]),
    hypothesis('path-down', 'The alert path was down: no alert of the window was delivered.', [
      'no alert above INFO of the window was delivered',
      !facts.alertRows.some(({ delivered }) => delivered === true),
    ]),
  ],
  otherwise: 'Other alerts were delivered; why these were not is not recorded.',
  words: (n, { found }) => ({
    ...IMPACT,
    title: text`${n.alerts_undelivered} critical ${noun(found.length, 'alert')} reached nobody`,
    description: text`${textsOf(found)}: raised, and not delivered.${found.some(({ blockedReason }) => blockedReason !== null) ? ` The recorded reason: ${reasonsOf(found)}.` : ''}`,
    operational: 'Nobody was called, though the bot believed that somebody was.',
    detection: 'The alerts fired, and nobody received them.',
    recommendation:
      'Repair the channel, fall back to a second one when a delivery fails, and send a test alert each night.',
    verification: 'Every critical alert of the next window is delivered.',
  }),
});

/** Delivered, and nobody answered in time. Who was not told cannot have answered: those are the finding on delivery. */
export const notAcknowledged = rule<Facts, Input>()({
  ...alerts,
  find: (facts) => {
    const lost = rowsOf(facts.undelivered);
    return ofKind(
      'unacknowledged',
      rowsOf(facts.unacknowledged).filter((alert) => !lost.includes(alert)),
    );
  },
  numbers: ({ found, policy }) => ({
    alerts_unanswered: num.count('Critical alerts delivered and not acknowledged in time', found.length, {
      formula: 'critical alerts, repeats joined, delivered and not acknowledged within the time',
    }),
    alert_acknowledge_time: policy('acknowledgeS', 'Time to acknowledge'),
  }),
  severity: ({ found }) => (found.some(({ acknowledgedAt }) => acknowledgedAt === null) ? 'HIGH' : 'MEDIUM'),
  causes: ({ found, facts }) => [
    hypothesis('nobody-on-duty', 'Nobody was on duty, or alerts go where nobody looks.', [
      'no critical alert of the window was acknowledged in time',
      found.length === facts.alerts.length,
    ]),
  ],
  otherwise: 'Other critical alerts were acknowledged in time; why these were not is not recorded.',
  words: (n, { found }) => {
    const never = found.filter(({ acknowledgedAt }) => acknowledgedAt === null).length;
    const some = never === found.length ? 'not acknowledged' : 'some not acknowledged, some late';
    return {
      ...IMPACT,
      title: text`${n.alerts_unanswered} critical ${noun(found.length, 'alert')} not acknowledged within ${n.alert_acknowledge_time}`,
      description: text`${textsOf(found)}: ${never === 0 ? 'acknowledged late' : some}; more than ${n.alert_acknowledge_time} is too long.`,
      operational: 'Nobody is known to have looked at these alerts in time.',
      detection: 'The alerts fired and were delivered, as far as is recorded.',
      recommendation:
        'Name who is on duty for each shift, and call a second person when an alert is not acknowledged.',
      verification: text`Every critical alert of the next window is acknowledged within ${n.alert_acknowledge_time}.`,
    };
  },
});

const ofKind = (kind: string, found: readonly AlertGroup[]): readonly Group<AlertGroup>[] =>
  wholeBot(found).map((group) => ({ ...group, kind, labels: { cause: kind } }));
const textsOf = (found: readonly AlertGroup[]): string =>
  names(found.map(({ text: words }) => words)) || 'Alerts without a text';
const reasonsOf = (found: readonly AlertGroup[]): string =>
  names(found.flatMap(({ blockedReason }) => blockedReason ?? []));
