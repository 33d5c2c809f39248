import { text } from '../../audit/text.ts';
import { hypothesis } from '../shared/vocabulary/hypothesis.ts';
import { num, policy } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { noun, on } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { byExchange, EVENTS, typesOf } from './rule-unalerted.ts';

/** An alert that came, too late for a desk. */
export const alertedLate = rule<Facts, Input>()({
  ...EVENTS,
  find: (facts, { settings }) =>
    byExchange(facts.events.filter(({ due, delayMs }) => due && delayMs > settings.alertPromptS * 1000)),
  numbers: ({ found, input }) => ({
    events_alerted_late: num.count(
      'Critical incidents with a late alert',
      'critical incidents whose first alert came after the prompt time',
      found.length,
    ),
    alert_delay_max: num.s(
      'Slowest alert',
      'longest time from a critical incident to its alert',
      Math.max(...found.map(({ delayMs }) => delayMs)) / 1000,
    ),
    alert_prompt_time: policy('critical-events', input.settings, 'alertPromptS', 'Time for a prompt alert'),
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
