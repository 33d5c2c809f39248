import type { FindingDraft, Severity } from '../../audit/finding.ts';
import { rootCause, type Hypothesis } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text, type Text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { alertHabitsQuery, alertsQuery } from '../shared/queries/monitoring.ts';
import { names, noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { isList } from './alert-fate.ts';
import type { AlertGroup } from './alerts.ts';
import type { Facts, Input } from './facts.ts';

/** CE-01, its other half: alerts that were raised and reached nobody, or that nobody answered in time (EX8). */
export function unreadAlerts(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { undelivered, unacknowledged } = facts.fate;
  const lost = isList(undelivered) ? undelivered : [];
  // Who was not told cannot have answered: those alerts are in the finding on delivery.
  const unanswered = (isList(unacknowledged) ? unacknowledged : []).filter((alert) => !lost.includes(alert));
  return [
    ...(lost.length > 0 ? [notDelivered(lost, facts, input, out)] : []),
    ...(unanswered.length > 0 ? [notAcknowledged(unanswered, facts, input, out)] : []),
  ];
}

function notDelivered(lost: readonly AlertGroup[], facts: Facts, input: Input, out: Output): FindingDraft {
  const reasons = new Set(lost.flatMap(({ blockedReason }) => blockedReason ?? []));
  const count = ruleFigures(out, scope(input, 'undelivered'))(
    'alerts_undelivered',
    lost.length,
    'count',
    'Critical alerts not delivered',
    'critical alerts, repeats joined, of which none was delivered',
  );
  return draft(lost, input, {
    severity: 'HIGH',
    cause: {
      kind: 'undelivered',
      hypotheses: [
        {
          id: 'channel-blocked',
          text: [`The channel did not take them: ${names(reasons)}.`],
          predicates: [
            {
              text: 'a reason for blocking is recorded with every one of them',
              held: lost.every(({ blockedReason }) => blockedReason !== null),
            },
          ],
        },
        {
          id: 'path-down',
          text: ['The alert path was down: no alert of the window was delivered.'],
          predicates: [
            {
              text: 'no alert above INFO of the window was delivered',
              held: !facts.alertRows.some(({ delivered }) => delivered === true),
            },
          ],
        },
      ],
      unknown: ['Other alerts were delivered; why these were not is not recorded.'],
    },
    title: text`${count} critical ${noun(lost.length, 'alert')} reached nobody`,
    description: text`${shown(lost)}: raised, and not delivered.${reasons.size > 0 ? ` The recorded reason: ${names(reasons)}.` : ''}`,
    operational: 'Nobody was called, though the bot believed that somebody was.',
    detection: 'The alerts fired, and nobody received them.',
    recommendation:
      'Repair the channel, fall back to a second one when a delivery fails, and send a test alert each night.',
    verification: text`Every critical alert of the next window is delivered.`,
  });
}

function notAcknowledged(
  unanswered: readonly AlertGroup[],
  facts: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const figure = ruleFigures(out, scope(input, 'unacknowledged'));
  const count = figure(
    'alerts_unanswered',
    unanswered.length,
    'count',
    'Critical alerts delivered and not acknowledged in time',
    'critical alerts, repeats joined, delivered and not acknowledged within the time',
  );
  const limit = figure(
    'alert_acknowledge_time',
    input.settings.acknowledgeS,
    's',
    'Time to acknowledge',
    'policy critical-events.acknowledgeS',
  );
  const never = unanswered.filter(({ acknowledgedAt }) => acknowledgedAt === null);
  return draft(unanswered, input, {
    severity: never.length > 0 ? 'HIGH' : 'MEDIUM',
    cause: {
      kind: 'unacknowledged',
      hypotheses: [
        {
          id: 'nobody-on-duty',
          text: ['Nobody was on duty, or alerts go where nobody looks.'],
          predicates: [
            {
              text: 'no critical alert of the window was acknowledged in time',
              held: unanswered.length === (facts.alerts ?? []).length,
            },
          ],
        },
      ],
      unknown: ['Other critical alerts were acknowledged in time; why these were not is not recorded.'],
    },
    title: text`${count} critical ${noun(unanswered.length, 'alert')} not acknowledged within ${limit}`,
    description: text`${shown(unanswered)}: ${never.length === 0 ? 'acknowledged late' : never.length === unanswered.length ? 'not acknowledged' : 'some not acknowledged, some late'}; more than ${limit} is too long.`,
    operational: 'Nobody is known to have looked at these alerts in time.',
    detection: 'The alerts fired and were delivered, as far as is recorded.',
    recommendation:
      'Name who is on duty for each shift, and call a second person when an alert is not acknowledged.',
    verification: text`Every critical alert of the next window is acknowledged within ${limit}.`,
  });
}

function scope(input: Input, cause: string): Parameters<typeof ruleFigures>[1] {
  return {
    rule: 'CE-01',
    exchange: null,
    cause,
    basis: 'alert log',
    queries: [alertsQuery.id, alertHabitsQuery.id],
    currency: input.bot.quoteCurrency,
  };
}

function shown(alerts: readonly AlertGroup[]): string {
  return names(alerts.map(({ text: words }) => words)) || 'Alerts without a text';
}

interface Own {
  readonly severity: Severity;
  readonly cause: {
    readonly kind: string;
    readonly hypotheses: readonly Hypothesis[];
    readonly unknown: Text;
  };
  readonly title: Text;
  readonly description: Text;
  readonly operational: string;
  readonly detection: string;
  readonly recommendation: string;
  readonly verification: Text;
}

/** What both findings share. */
function draft(alerts: readonly AlertGroup[], input: Input, own: Own): FindingDraft {
  const cause = rootCause(own.cause.hypotheses, own.cause.unknown);
  return {
    venue: null,
    severity: own.severity,
    cause: { ...cause, id: `${own.cause.kind}-${cause.id}` },
    title: own.title,
    description: own.description,
    occurrences: alerts.map((alert) => ({
      subject: `${alert.text.slice(0, 60)} ${alert.symbol ?? ''}`.trim() || 'alert',
      at: iso(alert.first),
      until: iso(alert.last),
    })),
    frequency: alerts.reduce((total, alert) => total + alert.count, 0),
    evidence: 'critical-events.alerts',
    impact: {
      financial: ['Not known; the loss of an emergency grows while nobody acts.'],
      operational: [own.operational],
      risk: ['The next emergency may also meet nobody.'],
    },
    detection: [own.detection],
    recommendation: [own.recommendation],
    verification: own.verification,
    see: {
      language: 'sql',
      text: `select at, text, symbol, channel, delivered, acknowledged_at, blocked_reason from alert where at >= '${input.window.from}' and at < '${input.window.to}' and severity = 'CRITICAL' order by at`,
    },
    effort: 'low',
  };
}
