import { text } from '../../audit/text.ts';
import { seeSql } from '../shared/vocabulary/finding-query.ts';
import { hypothesis } from '../shared/vocabulary/hypothesis.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { worded } from './blockers.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

/** A switch that holds new entries. What stops all trading is the business of gate (e); a cool-down ends by itself. */
export const entriesHeld = rule<Facts, Input>()({
  id: 'HC-02',
  dimension: 'stability',
  title: 'Entries held at the end',
  condition:
    'a circuit breaker is on or entries are not allowed at the end (HIGH), or a cool-down is on (MEDIUM)',
  effort: 'low',
  find: ({ holds }) => wholeBot(holds),
  from: { basis: 'states', queries: asked('states') },
  numbers: ({ found }) => ({
    held: num.count(
      'Switches that hold entries',
      'circuit breakers and cool-downs that are on at the end, entries that are not allowed',
      found.length,
    ),
  }),
  severity: ({ found }) => (found.some(({ says }) => says === 'holds') ? 'HIGH' : 'MEDIUM'),
  causes: ({ found }) => [
    {
      ...hypothesis(
        'reason-recorded',
        `The bot recorded why: ${names(found.flatMap(({ reason }) => reason ?? []))}.`,
        ['a reason is recorded with every one of them', found.every(({ reason }) => (reason ?? '') !== '')],
      ),
      direct: true,
    },
  ],
  otherwise: 'Why it was switched on is not recorded.',
  occurrence: ({ name, since, at }, { input }) => ({
    subject: name,
    at: since ?? at,
    until: input.window.to,
  }),
  evidence: 'critical-events.states',
  see: ({ input }) =>
    seeSql(
      `select distinct on (name) name, value, at, since, reason from state where at < '${input.window.to}' order by name, at desc`,
    ),
  words: (n, { found }) => ({
    title: text`${n.held} ${noun(found.length, 'switch holds', 'switches hold')} entries at the end of the window`,
    description: text`${names(found.map(worded))}: on at the end of the window, and not switched back by then.`,
    financial: 'Not known; signals that came meanwhile were not traded.',
    operational: 'The bot, or a part of it, opens nothing new until somebody or something switches it back.',
    risk: 'What tripped the switch may still be there, and meets the positions that are open.',
    detection: 'Whether an alert fired stands in the alerts of the window.',
    recommendation: 'Find what tripped the switch, repair it, and switch back by hand.',
    verification: 'No such switch is on at the end of the next window.',
  }),
});
