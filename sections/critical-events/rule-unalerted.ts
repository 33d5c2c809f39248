import type { FindingDraft, Occurrence } from '../../audit/finding.ts';
import { rootCause, type Hypothesis } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { fig, text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { known } from '../../audit/value.ts';
import { figureGroup } from '../shared/vocabulary/rows.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { alertsQuery, criticalEventsQuery } from '../shared/queries/monitoring.ts';
import { noun } from '../shared/vocabulary/rule-figures.ts';
import type { AnsweredEvent } from './alerts.ts';
import type { Facts, Input } from './facts.ts';
import { on, where } from '../shared/vocabulary/window-condition.ts';

/**
 * CE-01 in two tiers, one finding an exchange and tier: no alert within 60 s, which nobody heard of in time (HIGH), and
 * an alert after more than 5 s, which is late for a desk but came (MEDIUM).
 */
export function eventsWithoutAlert(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const due = (facts.events ?? []).filter((one) => one.due);
  const byVenue = (list: readonly AnsweredEvent[]): readonly (readonly [string | null, AnsweredEvent[]])[] =>
    [...groupBy(list, ({ event }) => event.exchange ?? '')].map(([name, own]) => [
      name === '' ? null : name,
      own,
    ]);
  return [
    ...byVenue(due.filter(({ alert }) => alert === null)).map(([venue, list]) =>
      unalerted(facts, input, out, venue, list),
    ),
    ...byVenue(due.filter((one) => isLate(one, input))).map(([venue, list]) =>
      alertedLate(due, input, out, venue, list),
    ),
  ];
}

function delayMs({ event, alert }: AnsweredEvent): number {
  return alert === null ? 0 : ms(alert.at) - ms(event.first_at);
}

function isLate(one: AnsweredEvent, { settings }: Input): boolean {
  return delayMs(one) > settings.alertPromptS * 1000;
}

const eventOccurrences = (list: readonly AnsweredEvent[]): readonly Occurrence[] =>
  list.map(({ event }) => ({
    subject: `${event.type} ${event.symbol ?? ''}`.trim(),
    at: event.first_at,
    until: event.last_at,
  }));

const typesOf = (list: readonly AnsweredEvent[]): string =>
  [...new Set(list.map(({ event }) => event.type))].sort().slice(0, 4).join(', ');

function seeAlerts(input: Input, venue: string | null): FindingDraft['see'] {
  const { alertBeforeS, alertAfterS } = input.settings;
  return {
    language: 'sql',
    text: `select e.at, e.type, e.symbol, min(a.at) as alert_at from event e left join alert a on a.at between e.at - interval '${String(alertBeforeS)} s' and e.at + interval '${String(alertAfterS)} s' where ${where(input, 'e.at', venue)} and e.severity = 'CRITICAL' group by 1, 2, 3 order by 1`,
  };
}

function unalerted(
  facts: Facts,
  input: Input,
  out: Output,
  venue: string | null,
  list: readonly AnsweredEvent[],
): FindingDraft {
  const types = new Set(list.map(({ event }) => event.type));
  const figure = figureGroup(out, {
    basis: 'events and alerts',
    queries: [criticalEventsQuery.id, alertsQuery.id],
    labels: { rule: 'CE-01', exchange: venue ?? 'none' },
  });
  const count = figure({
    name: 'events_without_alert',
    value: known(list.length),
    unit: 'count',
    title: 'Critical incidents without an alert',
    formula: 'critical incidents with no alert of their symbol in time',
  });
  const limit = figure({
    name: 'alert_time',
    value: known(input.settings.alertAfterS),
    unit: 's',
    title: 'Time for an alert',
    formula: 'policy critical-events.alertAfterS',
  });
  const blocked = facts.alertRows.some(
    ({ blocked_reason: reason, delivered }) => reason !== null || delivered === false,
  );
  const sameTypeAnswered = (facts.events ?? []).some(
    ({ event, alert }) => types.has(event.type) && alert !== null,
  );
  const names = typesOf(list);
  return {
    venue,
    cause: rootCause(
      [
        {
          id: 'alerts-blocked',
          text: ['The alert path was blocked.'],
          predicates: [
            { text: 'an alert of the window is recorded as blocked or not delivered', held: blocked },
          ],
        },
        {
          id: 'alert-path-silent',
          text: ['No alert at all was written in the window: the alert path is down.'],
          predicates: [
            { text: 'the alert log has no row above INFO in the window', held: facts.alertRows.length === 0 },
          ],
        },
        {
          id: 'no-alert-for-type',
          text: [`No alert belongs to this type of event: ${names}.`],
          predicates: [
            { text: 'other alerts were written in the window', held: facts.alertRows.length > 0 },
            { text: 'no event of these types had an alert', held: !sameTypeAnswered },
          ],
        },
      ],
      ['Other events of the same type had alerts, so why these had none is not known.'],
    ),
    severity: 'HIGH',
    title: text`${fig(count)} critical ${noun(list.length, 'incident')}${on(venue)} without an alert`,
    description: text`${names}: no alert within ${fig(limit)}.`,
    occurrences: eventOccurrences(list),
    frequency: list.reduce((total, { event }) => total + event.events, 0),
    evidence: 'critical-events.events',
    impact: {
      financial: ['Not known; the loss of an emergency grows while nobody is told.'],
      operational: ['Nobody was called for these events.'],
      risk: ['The next emergency may also stay unread.'],
    },
    detection: ['No alert fired, which is the finding.'],
    recommendation: text`Raise an alert for ${names} where the event is written, and send a test alert each night.`,
    verification: text`Every critical event of the next window has an alert within ${fig(limit)}.`,
    see: seeAlerts(input, venue),
    effort: 'low',
  };
}

function alertedLate(
  due: readonly AnsweredEvent[],
  input: Input,
  out: Output,
  venue: string | null,
  list: readonly AnsweredEvent[],
): FindingDraft {
  const figure = figureGroup(out, {
    basis: 'events and alerts',
    queries: [criticalEventsQuery.id, alertsQuery.id],
    labels: { rule: 'CE-01', exchange: venue ?? 'none' },
  });
  const count = figure({
    name: 'events_alerted_late',
    value: known(list.length),
    unit: 'count',
    title: 'Critical incidents with a late alert',
    formula: 'critical incidents whose first alert came after the prompt time',
  });
  const slowest = figure({
    name: 'alert_delay_max',
    value: known(Math.max(...list.map(delayMs)) / 1000),
    unit: 's',
    title: 'Slowest alert',
    formula: 'longest time from a critical incident to its alert',
  });
  const limit = figure({
    name: 'alert_prompt_time',
    value: known(input.settings.alertPromptS),
    unit: 's',
    title: 'Time for a prompt alert',
    formula: 'policy critical-events.alertPromptS',
  });
  const names = typesOf(list);
  const answered = due.filter(({ alert }) => alert !== null);
  const hypotheses: readonly Hypothesis[] = [
    {
      id: 'alert-path-slow',
      text: ['Alerts are raised by a job that looks now and then, or wait in a queue.'],
      predicates: [
        {
          text: 'every alert of a critical event in the window was late',
          held: answered.every((one) => isLate(one, input)),
        },
      ],
    },
    {
      id: 'alert-slow-now-and-then',
      text: ['The alert path was busy or retried; other alerts came in time.'],
      predicates: [
        {
          text: 'another critical event of the window had its alert in time',
          held: answered.some((one) => !isLate(one, input)),
        },
      ],
    },
  ];
  const cause = rootCause(hypotheses, ['Why these alerts were late is not recorded.']);
  return {
    venue,
    cause,
    severity: 'MEDIUM',
    title: text`${fig(count)} critical ${noun(list.length, 'incident')}${on(venue)} with a late alert`,
    description: text`${names}: the slowest alert came after ${fig(slowest)}; more than ${fig(limit)} is late.`,
    occurrences: eventOccurrences(list),
    frequency: list.reduce((total, { event }) => total + event.events, 0),
    evidence: 'critical-events.events',
    impact: {
      financial: ['Not known; the loss of an emergency grows until somebody is told.'],
      operational: text`Nobody could act before the alert, up to ${fig(slowest)} later.`,
      risk: ['In a fast market the position is gone before the alert is read.'],
    },
    detection: ['An alert fired, late.'],
    recommendation: text`Raise the alert for ${names} where the event is written, without a queue or a polling job between.`,
    verification: text`Every critical event of the next window has an alert within ${fig(limit)}.`,
    see: seeAlerts(input, venue),
    effort: 'low',
  };
}
