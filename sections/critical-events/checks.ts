import { ladder } from '../../audit/statistics.ts';
import { fig, text, sentence } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import { check, gate, score, unknown } from '../shared/vocabulary/check.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { capitalised } from '../shared/vocabulary/words.ts';

/** Errors an hour by the ladder; more than median + 3 MAD of earlier windows is at most half (catalogue EX9). */
export const errorRate = check<Facts, Input>({
  id: 'EX9',
  title: 'Unhandled error rate',
  dimension: 'stability',
  weight: 5,
  source: 'database',
  // Without earlier windows only half of the question is answered: many or few, but not whether unusual.
  rung: ({ history }) => (history ? 1 : 0.5),
  judge({ errors, errorsPerHour, history, earlier }, { settings: s }) {
    if (!isKnown(errors) || !isKnown(errorsPerHour))
      return unknown(isKnown(errors) ? 'no_data' : errors.reason, [
        'Errors cannot be counted in the event log.',
      ]);
    const r = ladder(errorsPerHour.value, s.errorsPerHourGood, s.errorsPerHourWarn, s.errorsPerHourBad);
    const seen = text`${fig('errors_logged')} errors, ${fig('errors_per_hour')} an hour`;
    if (history === null) return score(r, text`${seen}.`);
    return score(
      errors.value > history.most ? Math.min(r, 0.5) : r,
      text`${seen}; the median of ${String(earlier.length)} earlier windows is ${fig('errors_history_median')}.`,
    );
  },
});

/** No critical alert is full score, some are half, one that was lost or left without an answer is none. */
export const criticalAlerts = check<Facts, Input>({
  id: 'EX8',
  title: 'Critical alerts',
  dimension: 'stability',
  weight: 2.5,
  source: 'database',
  rung: 1,
  judge({ alerts, undelivered, unacknowledged }, { rows }) {
    if (!rows.alerts.ok)
      return unknown(rows.alerts.reason, ['Alerts cannot be read, so nobody can say who was told.']);
    const lost = rows.alerts.rows.filter(({ severity }) => severity === null || severity === 'unknown');
    if (alerts.length === 0 && lost.length > 0)
      return unknown('inadequate_basis', [
        `The severity of ${String(lost.length)} alerts is a word that nothing reads.`,
      ]);
    if (alerts.length === 0) return score(1, ['No critical alert was raised.'], true);
    const seen = text`${fig('critical_alerts')} critical alerts; ${fig('critical_alerts_undelivered')} not delivered, ${fig('critical_alerts_unacknowledged')} not acknowledged in time.`;
    const fates = [undelivered, unacknowledged];
    if (fates.some((fate) => fate.ok && fate.rows.length > 0)) return score(0, seen);
    const unseen = fates.find((fate) => !fate.ok);
    return unseen ? unknown(unseen.reason, seen) : score(0.5, seen);
  },
});

export const globalBlocker = gate<Facts, Input>({
  id: 'e',
  source: 'database',
  title: 'Global blocker active at the end',
  asks: 'nothing stops trading at the end',
  judge({ blockers }) {
    const says = (failed: boolean | null, sentence: string) => ({ failed, text: [sentence] });
    if (blockers === null) return says(null, 'Neither states nor events can be read.');
    const { active, doubts } = blockers;
    if (active[0]) {
      const { name, since } = active[0];
      return says(true, `A global blocker is active at the end of the window: ${name}, since ${since}.`);
    }
    return doubts.length > 0
      ? says(null, sentence(capitalised(doubts.join('; '))))
      : says(false, 'No global blocker is active at the end of the window.');
  },
});
