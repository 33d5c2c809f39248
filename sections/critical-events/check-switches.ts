import { text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import type { StateRow } from '../shared/queries/monitoring.ts';
import { check, score, unrecorded } from '../shared/vocabulary/check.ts';
import { names } from '../shared/vocabulary/words.ts';
import { worded } from './blockers.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { nearBreakers } from './rule-breaker.ts';

const SWITCH = { source: 'database', rung: 1 } as const;

/** What the switches of a kind say at the end; a kind that the bot never wrote is not recorded. */
function judge(
  { states }: Facts,
  { rows }: Input,
  [kind, name, whenOn]: readonly [NonNullable<StateRow['kind']>, string, number],
) {
  if (!rows.states.ok) return unrecorded(rows.states);
  const own = states.filter((state) => state.kind === kind);
  if (own.length === 0) return unrecorded(missing('no_data', `no state of a ${name} was ever written`));
  const on = own.filter(({ says }) => says === 'blocks' || says === 'holds');
  if (on.length > 0) return score(whenOn, text`On at the end: ${names(on.map(worded))}.`);
  const unread = own.find(({ says }) => says === 'unread');
  return unread === undefined
    ? score(1, text`${names(own.map(worded))} at the end.`)
    : missing('inadequate_basis', `whether ${unread.name} is on cannot be read`);
}

/** Half score while it stops trading: gate (e) says the rest (catalogue HC3). */
export const killSwitch = check<Facts, Input>({
  ...SWITCH,
  id: 'HC3',
  title: 'Kill switch',
  dimension: 'risk',
  weight: 7.5,
  judge: (facts, input) => judge(facts, input, ['kill_switch', 'kill switch', 0.5]),
});

/** None while it is open, half while it is near to it (catalogue HC4). */
export const circuitBreaker = check<Facts, Input>({
  ...SWITCH,
  id: 'HC4',
  title: 'Circuit breaker',
  dimension: 'stability',
  weight: 5,
  judge(facts, input) {
    const near = nearBreakers(facts, input);
    const judged = judge(facts, input, ['circuit_breaker', 'circuit breaker', 0]);
    return 'r' in judged && judged.r === 1 && near.length > 0
      ? score(0.5, text`Near the threshold at the end: ${names(near.map(({ name }) => name))}.`)
      : judged;
  },
});
