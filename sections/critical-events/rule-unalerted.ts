import { text } from '../../audit/text.ts';
import type { Scalar } from '../../audit/value.ts';
import { eventsIn } from '../shared/facts/errors.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { groupsByVenue, hypothesis, rule, type Group } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { noun, on } from '../shared/vocabulary/words.ts';
import { typesOf, type AnsweredEvent, type Facts } from './facts.ts';
import { asked, type Input, type Settings } from './input.ts';

/** CE-01 has four sides: no alert and a late one for an event, an alert that reached nobody and one without an answer. */
export const EMERGENCY = {
  id: 'CE-01',
  dimension: 'risk',
  title: 'Emergency without alert',
  condition: ({ alertAfterS, alertPromptS, acknowledgeS }: Settings) =>
    `a critical event without an alert within ${String(alertAfterS)} s (HIGH), or with one after more than ${String(alertPromptS)} s (MEDIUM); a critical alert that was not delivered, or not acknowledged within ${String(acknowledgeS / 60)} minutes (HIGH; MEDIUM when only late); another alert that was not delivered (LOW)`,
  effort: 'low',
} as const;

/** What both sides on events share. */
const EVENTS = {
  ...EMERGENCY,
  from: { basis: 'events and alerts', queries: asked('critical', 'alerts') },
  occurrence: ({ event }: AnsweredEvent) => ({
    subject: `${event.type} ${event.symbol ?? ''}`.trim(),
    at: event.first_at,
    until: event.last_at,
  }),
  frequency: ({ found }: Group<AnsweredEvent>) => eventsIn(found.map(({ event }) => event)),
  evidence: {
    of: 'critical-events.events',
    accused: (cell: (column: string) => Scalar, { found }: Group<AnsweredEvent>) =>
      found.some(
        ({ event }) =>
          event.first_at === cell('at') &&
          event.type === cell('type') &&
          (event.symbol ?? '') === cell('symbol') &&
          (event.position_id ?? '') === cell('position'),
      ),
  },
  see: ({ input, venue }: Group<AnsweredEvent> & { readonly input: Input }) =>
    `select e.at, e.type, e.symbol, min(a.at) as alert_at from event e left join alert a on a.at between e.at - interval '${String(input.settings.alertBeforeS)} s' and e.at + interval '${String(input.settings.alertAfterS)} s' where ${during(input, 'e.at', venue)} and e.severity = 'CRITICAL' group by 1, 2, 3 order by 1`,
};

export const notAlerted = rule<Facts, Input>()({
  ...EVENTS,
  find: (facts) => byExchange(facts.events.filter(({ due, alert }) => due && alert === null)),
  numbers: ({ found, policy }) => ({
    events_without_alert: num.count('Critical incidents without an alert', found.length, {
      formula: 'critical incidents with no alert of their symbol in time',
    }),
    alert_time: policy('alertAfterS', 'Time for an alert'),
  }),
  severity: () => 'HIGH',
  causes: ({ found, facts: { alertRows, events: all } }) => {
    const types = new Set(found.map(({ event }) => event.type));
    const hadOne = all.some(({ event, alert }) => types.has(event.type) && alert !== null);
    return [
      hypothesis('alerts-blocked', 'The alert path was blocked.', [
        'an alert of the window is recorded as blocked or not delivered',
        alertRows.some(({ blocked_reason: reason, delivered }) => reason !== null || delivered === false),
      ]),
      hypothesis('alert-path-silent', 'No alert at all was written in the window: the alert path is down.', [
        'the alert log has no row above INFO in the window',
        alertRows.length === 0,
      ]),
      hypothesis(
        'no-alert-for-type',
        `No alert belongs to this type of event: ${typesOf(found)}.`,
        ['other alerts were written in the window', alertRows.length > 0],
        ['no event of these types had an alert', !hadOne],
      ),
    ];
  },
  otherwise: 'Other events of the same type had alerts, so why these had none is not known.',
  words: (n, { found, venue }) => ({
    title: text`${n.events_without_alert} critical ${noun(found.length, 'incident')}${on(venue)} without an alert`,
    description: text`${typesOf(found)}: no alert within ${n.alert_time}.`,
    financial: 'Not known; the loss of an emergency grows while nobody is told.',
    operational: 'Nobody was called for these events.',
    risk: 'The next emergency may also stay unread.',
    detection: 'No alert fired, which is the finding.',
    recommendation: `Raise an alert for ${typesOf(found)} where the event is written, and send a test alert each night.`,
    verification: text`Every critical event of the next window has an alert within ${n.alert_time}.`,
  }),
});

export const alertedLate = rule<Facts, Input>()({
  ...EVENTS,
  find: (facts, { settings }) =>
    byExchange(facts.events.filter(({ due, delayMs }) => due && delayMs > settings.alertPromptS * 1000)),
  numbers: ({ found, policy }) => ({
    events_alerted_late: num.count('Critical incidents with a late alert', found.length, {
      formula: 'critical incidents whose first alert came after the prompt time',
    }),
    alert_delay_max: num.s('Slowest alert', Math.max(...found.map(({ delayMs }) => delayMs)) / 1000, {
      formula: 'longest time from a critical incident to its alert',
    }),
    alert_prompt_time: policy('alertPromptS', 'Time for a prompt alert'),
  }),
  severity: () => 'MEDIUM',
  causes: ({ facts, input: { settings } }) => {
    const late = facts.events
      .filter(({ due, alert }) => due && alert !== null)
      .map(({ delayMs }) => delayMs > settings.alertPromptS * 1000);
    return [
      hypothesis(
        'alert-path-slow',
        'Alerts are raised by a job that looks now and then, or wait in a queue.',
        ['every alert of a critical event in the window was late', late.every(Boolean)],
      ),
      hypothesis(
        'alert-slow-now-and-then',
        'The alert path was busy or retried; other alerts came in time.',
        ['another critical event of the window had its alert in time', late.includes(false)],
      ),
    ];
  },
  otherwise: 'Why these alerts were late is not recorded.',
  words: (n, { found, venue }) => ({
    title: text`${n.events_alerted_late} critical ${noun(found.length, 'incident')}${on(venue)} with a late alert`,
    description: text`${typesOf(found)}: the slowest alert came after ${n.alert_delay_max}; more than ${n.alert_prompt_time} is late.`,
    financial: 'Not known; the loss of an emergency grows until somebody is told.',
    operational: text`Nobody could act before the alert, up to ${n.alert_delay_max} later.`,
    risk: 'In a fast market the position is gone before the alert is read.',
    detection: 'An alert fired, late.',
    recommendation: `Raise the alert for ${typesOf(found)} where the event is written, without a queue or a polling job between.`,
    verification: text`Every critical event of the next window has an alert within ${n.alert_prompt_time}.`,
  }),
});

const byExchange = (found: readonly AnsweredEvent[]): readonly Group<AnsweredEvent>[] =>
  groupsByVenue(found, ({ event }) => event.exchange).map((group) =>
    group.venue === null ? { ...group, labels: { exchange: 'none' } } : group,
  );
