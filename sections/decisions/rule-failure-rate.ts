import { text } from '../../audit/text.ts';
import { iso, ms } from '../../audit/time.ts';
import { byReason, REMEDIES, reasonName, type Failure } from '../shared/facts/failure-reasons.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { names } from '../shared/vocabulary/words.ts';
import type { Day, Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { dayTable } from './statistics.ts';

/** Failures of the days that are found. */
function failuresIn(found: readonly Day[], { failures }: Facts): readonly Failure[] {
  return failures.filter(({ at }) => found.some(({ day }) => iso(ms(at)).startsWith(day)));
}

/** The reason that stands out, with its failures. */
function mainReason(found: readonly Day[], facts: Facts, { settings }: Input) {
  const failed = failuresIn(found, facts);
  const [main] = byReason(failed);
  if (main === undefined || 100 * main[1].length < settings.mainReasonPct * failed.length) return null;
  const [one] = main[1];
  return one === undefined ? null : { name: reasonName(one), class: one.reason };
}

/** Signals that are not carried out. */
export const highFailureRate = rule<Facts, Input>()({
  id: 'OP-02',
  title: 'High failure rate of decisions',
  dimension: 'stability',
  condition: ({ failurePct, minDecided, failureCriticalPct }) =>
    `more than ${String(failurePct)} % of a day's decided (executed or failed, at least ${String(minDecided)}) failed; CRITICAL above ${String(failureCriticalPct)} %`,
  effort: 'medium',
  find: ({ bad }) => wholeBot(bad),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'decisions', queries: asked('days') },
  numbers({ found, policy }) {
    const [failed, decided] = [sumOf(found, 'failed'), sumOf(found, 'decided')];
    const worst = Math.max(...found.map(({ failurePct }) => failurePct ?? 0));
    return {
      failed: num.count(
        'Failed decisions of these days',
        failed,
        'failed decisions of the days above the limit',
      ),
      worst_rate: num.percent('Worst failure rate of a day', worst, {
        formula: '100 x failed / (executed + failed) of the day',
        more: { n: decided },
      }),
      limit: policy('failurePct', 'Accepted share of failures'),
    };
  },
  severity: ({ found, input: { settings } }) =>
    found.some(({ failurePct }) => (failurePct ?? 0) > settings.failureCriticalPct) ? 'CRITICAL' : 'HIGH',
  causes: ({ found, facts, input }) => {
    const main = mainReason(found, facts, input);
    const read = input.rows.failed.ok;
    return [
      hypothesis(
        'one-reason',
        text`Most failed for one reason: ${main?.name ?? 'none is the most frequent'}.`,
        ['one reason has at least half of the failures', read ? main !== null : null],
      ),
      hypothesis('one-strategy', 'One strategy fails, and the others do not.', [
        'all failures are of one strategy',
        read ? new Set(failuresIn(found, facts).map(({ strategy }) => strategy)).size === 1 : null,
      ]),
    ];
  },
  otherwise: 'They failed for many reasons; what these have in common is not recorded.',
  occurrence: ({ day, first_failed_at: first, last_failed_at: last }: Day) => ({
    subject: day,
    at: ms(first ?? `${day}T00:00:00Z`),
    until: ms(last ?? `${day}T00:00:00Z`),
  }),
  frequency: ({ found }) => sumOf(found, 'failed'),
  evidence: { id: 'decisions.bad-days', title: 'Days with too many failures', table: dayTable },
  see: ({ found, facts }) =>
    seeRows(
      'decision',
      'id, at, symbol, strategy, decision, status, reason_code, failed_at',
      'id',
      failuresIn(found, facts).map(({ id }) => id),
      'at, id',
    ),
  words: (n, { found, facts, input }) => {
    const main = mainReason(found, facts, input);
    return {
      title: text`${n.worst_rate} of the decisions of ${found.length === 1 ? 'a day' : 'the worst day'} failed`,
      description: text`${n.failed} decisions failed on ${names(found.map(({ day }) => day))}, ${n.worst_rate} of what was executed or failed on the worst day; more than ${n.limit} is not accepted.${main === null ? '' : ` Most frequent reason: ${main.name}.`}`,
      financial: 'Opportunities that were not taken; exits that failed cost what the market takes.',
      operational: 'Signals are not carried out.',
      risk: 'What a strategy believes to hold and what the account holds drift apart.',
      detection: 'No alert is known to have fired for it.',
      recommendation:
        main?.class == null
          ? 'Read the reasons of the failures, and treat the most frequent one first.'
          : REMEDIES[main.class],
      verification: text`No day with more than ${n.limit} of the decided failed in the next window.`,
    };
  },
});

function sumOf(days: readonly Day[], key: 'failed' | 'decided'): number {
  return days.reduce((total, day) => total + day[key], 0);
}
