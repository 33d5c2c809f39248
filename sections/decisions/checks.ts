import { ladder } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { check, numberOf, score, unrecorded } from '../shared/vocabulary/check.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** Failed of the decided by the ladder; of too few nothing follows (catalogue DS4). */
export const failureRate = check<Facts, Input>({
  id: 'DS4',
  title: 'Failure rate of decisions',
  dimension: 'performance',
  weight: 7.5,
  source: 'database',
  rung: 1,
  judge({ unseen, total }, { settings: s }, out) {
    if (unseen !== null) return unrecorded(unseen);
    const decided = total('executed') + total('failed');
    const rate = numberOf(out, 'decision_failure_rate');
    if (decided < s.minDecided || typeof rate !== 'number')
      return {
        state: 'not_applicable',
        text: [`${String(decided)} decisions were executed or failed; a rate needs ${String(s.minDecided)}.`],
      };
    return score(
      ladder(rate, 0, s.failurePct, s.failureCriticalPct),
      text`${fig('decided_failed')} of ${String(decided)} decisions failed, ${fig('decision_failure_rate')}.`,
    );
  },
});
