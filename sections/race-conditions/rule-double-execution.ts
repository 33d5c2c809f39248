import { text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { names, noun, on } from '../shared/vocabulary/words.ts';
import type { SeveralExecutions } from './executions.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

/** One decision, several orders that were filled or still can be. */
export const doubleExecution = rule<Facts, Input>()({
  id: 'RC-02',
  title: 'Double execution',
  dimension: 'risk',
  condition: ({ slicePercent }) =>
    `a decision with more than one order that did not fail, unless together they fill no more than was decided (${String(slicePercent)} % allowed for lots)`,
  effort: 'medium',
  find: ({ doubles }) => groupsByVenue(doubles, ({ venue }) => venue),
  unseen: ({ undecided }, { rows }) =>
    undecided.length === 0
      ? reasonOf(rows.several)
      : missing(
          'inadequate_basis',
          `of ${String(undecided.length)} decisions nobody can tell whether a second order is another one`,
        ),
  from: { basis: 'executions', queries: asked('several') },
  numbers: ({ found }) => ({
    decisions: num.count(
      'Decisions executed twice',
      found.length,
      'decisions with several orders that did not fail',
    ),
    orders: num.count(
      'Orders of these decisions',
      found.reduce((total, { executions }) => total + executions, 0),
      'orders filled, or sent and not ended',
    ),
    least_apart: num.s(
      'Least time between the first two',
      Math.min(...found.map(({ firstAt, secondAt }) => secondAt - firstAt)) / 1000,
      'second execution - first execution',
    ),
  }),
  severity: () => 'CRITICAL',
  causes: ({ found, input: { settings } }) => [
    hypothesis(
      'two-workers',
      'Two workers took the decision at once: nothing claims it before it is executed.',
      [
        `the first two orders of each lie less than ${String(settings.raceS)} s apart`,
        found.every(({ firstAt, secondAt }) => secondAt - firstAt < settings.raceS * 1000),
      ],
    ),
    hypothesis(
      'retry-not-idempotent',
      'It was sent again while the first order lived: the second attempt carried no id by which the exchange could know it.',
      [
        `the first two orders of each lie at least ${String(settings.raceS)} s apart`,
        found.every(({ firstAt, secondAt }) => secondAt - firstAt >= settings.raceS * 1000),
      ],
    ),
  ],
  otherwise: 'Whether two workers or a repeated request sent the second order is not recorded.',
  occurrence: ({ id, secondAt, lastAt }) => ({ subject: id, at: secondAt, until: lastAt }),
  evidence: {
    of: 'race-conditions.executions',
    accused: (cell, { found }) => found.some(({ id }) => cell('decision') === id),
  },
  see: ({ found }) =>
    seeRows(
      'execution',
      'decision_id, at, status, order_id, filled_quantity, error_message',
      'decision_id',
      found.map(({ id }) => id),
      'decision_id, at',
    ),
  words: (n, { found, venue, input, occurrences }) => ({
    title: text`${n.decisions} ${noun(found.length, 'decision was', 'decisions were')} executed twice${on(venue)}`,
    description: text`${names(found.map(({ symbol }) => symbol))}: ${n.orders} orders carry out ${n.decisions} ${noun(found.length, 'decision')}, the first two at least ${n.least_apart} apart. One order a decision is allowed.`,
    financial: financialOf(found),
    operational:
      'The decision has more orders than the strategy asked for, and its limits were checked for one.',
    risk: 'Every repeated request can double a position.',
    detection: detectionOf(
      input,
      occurrences.map((one, index) => ({ ...one, subject: found[index]?.symbol ?? one.subject })),
    ),
    recommendation:
      'Put a unique constraint on the decision of an execution, claim it before anything is sent, and give every attempt the same client order id.',
    verification: 'No decision with two orders that did not fail in the next window.',
  }),
});

/** What the quantities say, where they are known. */
function financialOf(found: readonly SeveralExecutions[]): string {
  const beyond = found.map(({ filled, decidedQuantity }) =>
    filled === null || decidedQuantity === null ? null : filled.greaterThan(decidedQuantity),
  );
  if (beyond.includes(true))
    return 'More was filled than was decided, so a position is larger than it was meant to be.';
  return beyond.includes(null)
    ? 'Whether more was filled than was decided is not known: a quantity is missing.'
    : 'Together they have filled no more than was decided; what still waits can make it more.';
}
