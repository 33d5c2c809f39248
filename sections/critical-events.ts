import { defineSection } from '../audit/define-section.ts';
import { circuitBreaker, killSwitch } from './critical-events/check-switches.ts';
import { criticalAlerts, errorRate, globalBlocker } from './critical-events/checks.ts';
import { factsOf } from './critical-events/facts.ts';
import { queries, settings } from './critical-events/input.ts';
import { besideFindings } from './critical-events/findings-in-time.ts';
import { defineTables, partsOf, statistics } from './critical-events/parts.ts';
import { breakerNear } from './critical-events/rule-breaker.ts';
import { entriesHeld, errorFlood } from './critical-events/rule-errors.ts';
import { tradingStopped } from './critical-events/rule-stopped.ts';
import { forcedClose } from './critical-events/rule-forced.ts';
import { alertedLate, notAlerted } from './critical-events/rule-unalerted.ts';
import { lesserNotDelivered } from './critical-events/rule-lesser-alerts.ts';
import { notAcknowledged, notDelivered } from './critical-events/rule-unread.ts';
import { findingsPart } from './shared/vocabulary/unseen.ts';
import { joined } from './shared/vocabulary/rule.ts';

/** Section 15: what needed a person at once, and whether a person was told. */
export const criticalEvents = defineSection({
  id: 'critical-events',
  number: '15',
  title: 'Critical events timeline',
  settings,
  queries,
  facts: factsOf,
  figures(facts, input, out) {
    statistics(facts, input).define(out);
    defineTables(facts, input, out);
  },
  checks: [errorRate, criticalAlerts, killSwitch, circuitBreaker],
  gates: [globalBlocker],
  rules: [
    joined(notAlerted, alertedLate, notDelivered, notAcknowledged, lesserNotDelivered),
    forcedClose,
    errorFlood,
    joined(entriesHeld, tradingStopped, breakerNear),
  ],
  parts: (facts, input, out, findings, rules) => partsOf(facts, input, out, findingsPart(findings, rules)),
  beside: besideFindings,
});
