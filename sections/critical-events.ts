import { defineSection } from '../audit/define-section.ts';
import type { CheckOutcome } from '../audit/check.ts';
import { ladder } from '../audit/statistics.ts';
import type { Output } from '../audit/section.ts';
import { fig, text } from '../audit/text.ts';
import { isKnown } from '../audit/value.ts';
import { factsOf, queries, type Facts, type Input } from './critical-events/facts.ts';
import { defineDatasets } from './critical-events/datasets.ts';
import { defineFigures } from './critical-events/figures.ts';
import { partsOf } from './critical-events/parts.ts';
import { errorFlood } from './critical-events/rule-errors.ts';
import { eventsWithoutAlert } from './critical-events/rule-unalerted.ts';
import { forcedCloses } from './critical-events/rule-forced.ts';
import { entriesHeld } from './critical-events/rule-held.ts';
import { unreadAlerts } from './critical-events/rule-unread.ts';
import { criticalAlertsCheck } from './critical-events/check-alerts.ts';
import { settings } from './critical-events/settings.ts';

/** Errors an hour by the ladder; more than median + 3 MAD of earlier windows is at most half (catalogue EX9). */
function errorRate(facts: Facts, { settings: s }: Input, out: Output): CheckOutcome {
  const rate = out.value('errors_per_hour');
  const { errors, history } = facts;
  if (!isKnown(rate) || !isKnown(errors)) {
    const reason = isKnown(rate) ? 'no_data' : rate.reason;
    return { state: 'unknown', reason, text: ['Errors cannot be counted in the event log.'] };
  }
  const base = ladder(Number(rate.value), s.errorsPerHourGood, s.errorsPerHourWarn, s.errorsPerHourBad);
  // A MAD of 0 (equal windows) would make one error more an anomaly: the spread of a Poisson count is the floor.
  const spread = history ? Math.max(history.mad, Math.sqrt(history.median), 1) : 0;
  const unusual = history !== null && errors.value > history.median + s.madFactor * spread;
  return {
    state: 'known',
    r: unusual ? Math.min(base, 0.5) : base,
    // Without earlier windows only half of the question is answered: many or few, but not whether unusual.
    credit: history ? 1 : 0.5,
    text: history
      ? text`${fig('errors_logged')} errors, ${fig('errors_per_hour')} an hour; the median of ${String(history.n)} earlier windows is ${fig('errors_history_median')}.`
      : text`${fig('errors_logged')} errors, ${fig('errors_per_hour')} an hour.`,
  };
}

/** Section 15: what needed a person at once, and whether a person was told. */
export const criticalEvents = defineSection({
  id: 'critical-events',
  number: '15',
  title: 'Critical events timeline',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    defineFigures(facts, input, out);
    defineDatasets(facts, input, out);
  },
  checks: [
    {
      id: 'EX9',
      title: 'Unhandled error rate',
      dimension: 'stability',
      weight: 5,
      source: 'database',
      evaluate: errorRate,
    },
    {
      id: 'EX8',
      title: 'Critical alerts',
      dimension: 'stability',
      weight: 2.5,
      source: 'database',
      evaluate: criticalAlertsCheck,
    },
  ],
  gates: [
    {
      id: 'e',
      source: 'database',
      title: 'Global blocker active at the end',
      evaluate({ blockers, unknownSwitches }) {
        if (blockers === null)
          return {
            failed: null,
            text: ['Neither states nor events can be read, so a global blocker would not be seen.'],
          };
        const [first] = blockers;
        return first
          ? {
              failed: true,
              text: text`A global blocker is active at the end of the window: ${first.name}, since ${first.since}.`,
            }
          : unknownSwitches.length > 0
            ? {
                failed: null,
                text: [
                  `Nobody knows whether this blocks: ${unknownSwitches.join(', ')}. Map the word in the state’s SELECT.`,
                ],
              }
            : { failed: false, text: ['No global blocker is active at the end of the window.'] };
      },
    },
  ],
  rules: [
    {
      id: 'CE-01',
      dimension: 'risk',
      title: 'Emergency without alert',
      condition:
        'a critical event without an alert within 60 s (HIGH), or with one after more than 5 s (MEDIUM); a critical alert that was not delivered, or not acknowledged within 15 minutes (HIGH; MEDIUM when only late)',
      evaluate: (facts, input, out) => [
        ...eventsWithoutAlert(facts, input, out),
        ...unreadAlerts(facts, input, out),
      ],
    },
    {
      id: 'CE-02',
      dimension: 'risk',
      title: 'Liquidation or ADL',
      condition: 'any liquidation or automatic deleveraging',
      evaluate: forcedCloses,
    },
    {
      id: 'CE-03',
      dimension: 'stability',
      title: 'Flood of errors',
      condition: 'so many errors an hour that EX9 scores 0 (60 by default); HIGH',
      evaluate: errorFlood,
    },
    {
      id: 'HC-02',
      dimension: 'stability',
      title: 'Entries held at the end',
      condition:
        'a circuit breaker, a pause of a part of the bot or maintenance is on at the end (HIGH), or a cool-down (MEDIUM)',
      evaluate: entriesHeld,
    },
  ],
  parts: (facts, input, _out, findings, rules) => partsOf(facts, input, findings, rules),
});
