import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { statesQuery } from '../shared/queries/monitoring.ts';
import { names, noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import type { Facts, Input } from './facts.ts';

/**
 * HC-02: a switch is on at the end that holds new entries. What stops all trading is the business of gate (e); a
 * cool-down ends by itself, and is MEDIUM.
 */
export function entriesHeld({ holds }: Facts, input: Input, out: Output): readonly FindingDraft[] {
  if (holds.length === 0) return [];
  const reasons = new Set(holds.flatMap(({ state }) => state.reason ?? []));
  const count = ruleFigures(out, {
    rule: 'HC-02',
    exchange: null,
    basis: 'states',
    queries: [statesQuery.id],
    currency: input.bot.quoteCurrency,
  })(
    'held',
    holds.length,
    'count',
    'Switches that hold entries',
    'circuit breakers, pauses of a part, maintenance and cool-downs that are on at the end',
  );
  const shown = names(holds.map(({ state }) => `${state.name} = ${state.value}`));
  return [
    {
      venue: null,
      cause: rootCause(
        [
          {
            id: 'reason-recorded',
            text: [`The bot recorded why: ${names(reasons)}.`],
            predicates: [
              {
                text: 'a reason is recorded with every one of them',
                held: holds.every(({ state }) => (state.reason ?? '') !== ''),
              },
            ],
            direct: true,
          },
        ],
        ['Why it was switched on is not recorded.'],
      ),
      severity: holds.some(({ kind }) => kind === 'holds') ? 'HIGH' : 'MEDIUM',
      title: text`${count} ${noun(holds.length, 'switch holds', 'switches hold')} entries at the end of the window`,
      description: text`${shown}: on at the end of the window, and not switched back by then.`,
      occurrences: holds.map(({ state }) => ({
        subject: state.name,
        at: state.since ?? state.at,
        until: input.window.to,
      })),
      evidence: 'critical-events.states',
      impact: {
        financial: ['Not known; signals that came meanwhile were not traded.'],
        operational: [
          'The bot, or a part of it, opens nothing new until somebody or something switches it back.',
        ],
        risk: ['What tripped the switch may still be there, and meets the positions that are open.'],
      },
      detection: ['Whether an alert fired stands in the alerts of the window.'],
      recommendation: ['Find what tripped the switch, repair it, and switch back by hand.'],
      verification: ['No such switch is on at the end of the next window.'],
      see: {
        language: 'sql',
        text: `select distinct on (name) name, value, at, since, reason from state where at < '${input.window.to}' order by name, at desc`,
      },
      effort: 'low',
    },
  ];
}
