import { text } from '../../audit/text.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { JudgedState } from '../shared/facts/states.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { entriesHeld } from './rule-errors.ts';

/** Percent of the failures that open a circuit breaker; null where the bot does not count them. */
function nearness({ failures, threshold }: JudgedState): number | null {
  const most = positiveOrNull(threshold)?.toNumber();
  return failures === null || most === undefined ? null : (100 * failures) / most;
}

/** Closed circuit breakers that a few failures more would open (catalogue HC4). */
export function nearBreakers({ states }: Pick<Facts, 'states'>, { settings }: Pick<Input, 'settings'>) {
  return states.filter(
    (state) =>
      state.kind === 'circuit_breaker' &&
      state.says === 'free' &&
      (nearness(state) ?? 0) > settings.breakerNearPercent,
  );
}

/** Failures came close to what holds all entries. */
export const breakerNear = rule<Facts, Input>()({
  id: 'HC-02',
  dimension: 'stability',
  title: entriesHeld.title,
  condition: entriesHeld.condition,
  effort: 'low',
  find: (facts, input) =>
    wholeBot(nearBreakers(facts, input)).map((group) => ({
      ...group,
      kind: 'near',
      labels: { what: 'near' },
    })),
  from: { basis: 'states', queries: asked('states') },
  numbers: ({ found, policy }) => ({
    near: num.count('Circuit breakers near their threshold', found.length, {
      formula: 'closed at the end, with more than the accepted share of the failures that open them',
    }),
    near_most: num.percent(
      'Most of a threshold that was reached',
      Math.max(...found.map((one) => nearness(one) ?? 0)),
      {
        formula: '100 x failures / threshold of the last state',
      },
    ),
    near_limit: policy('breakerNearPercent', 'Accepted share of the threshold'),
  }),
  severity: () => 'MEDIUM',
  causes: () => [],
  otherwise: 'Which failures it counts is not recorded; the errors of the window stand in this section.',
  occurrence: ({ name, at }, { input }) => ({ subject: name, at, until: input.window.to }),
  evidence: {
    of: 'critical-events.states',
    accused: (cell, { found }) => found.some(({ name }) => name === cell('name')),
  },
  see: ({ input }) =>
    `select distinct on (name) name, value, at, failures, threshold from state where at < '${input.window.to}' order by name, at desc`,
  words: (n, { found }) => ({
    title: text`${n.near} ${noun(found.length, 'circuit breaker is', 'circuit breakers are')} near ${noun(found.length, 'its', 'their')} threshold`,
    description: text`${names(found.map(({ name }) => name))}: up to ${n.near_most} of the failures that open it were counted at the end; more than ${n.near_limit} is told.`,
    financial: 'None yet: entries are still allowed.',
    operational: 'A few failures more, and the bot opens nothing new.',
    risk: 'It opens at the next disturbance, which is when positions need care.',
    detection: 'No alert is known to have fired for it.',
    recommendation: text`Treat the most frequent error of the window before ${names(found.map(({ name }) => name))} opens.`,
    verification: text`No circuit breaker is above ${n.near_limit} of its threshold at the end of the next window.`,
  }),
});
