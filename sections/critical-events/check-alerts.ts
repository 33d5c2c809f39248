import type { CheckOutcome } from '../../audit/check.ts';
import { fig, text } from '../../audit/text.ts';
import { countOf } from './alert-fate.ts';
import type { Facts, Input } from './facts.ts';
import { isKnown } from '../../audit/value.ts';

/** EX8: no critical alert is full score, some are half, one that was lost or left without an answer is none. */
export function criticalAlertsCheck(facts: Facts, { rows }: Input): CheckOutcome {
  if (facts.alerts === null) {
    const reason = rows.alerts.ok ? 'no_data' : rows.alerts.reason;
    return { state: 'unknown', reason, text: ['Alerts cannot be read, so nobody can say who was told.'] };
  }
  if (facts.alerts.length === 0)
    return { state: 'known', r: 1, credit: 1, text: ['No critical alert was raised.'] };
  const seen = text`${fig('critical_alerts')} critical alerts; ${fig('critical_alerts_undelivered')} not delivered, ${fig('critical_alerts_unacknowledged')} not acknowledged in time.`;
  const counts = [countOf(facts.fate.undelivered), countOf(facts.fate.unacknowledged)];
  if (counts.some((count) => isKnown(count) && count.value > 0))
    return { state: 'known', r: 0, credit: 1, text: seen };
  const unseen = counts.find((count) => !isKnown(count));
  if (unseen !== undefined && !isKnown(unseen))
    return { state: 'unknown', reason: unseen.reason, text: seen };
  return { state: 'known', r: 0.5, credit: 1, text: seen };
}
