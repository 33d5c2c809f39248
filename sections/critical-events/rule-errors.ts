import { fig, text } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { worded } from './blockers.ts';
import type { ErrorSignature, Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

const share = (percent: number): string => (percent === 50 ? 'half' : `${String(percent)} %`);
const countOf = ({ errors }: Facts): number => (isKnown(errors) ? errors.value : 0);

/** The catalogue has the number (EX9) and no rule for it; without one a bot that fails evenly would be green. */
export const errorFlood = rule<Facts, Input>()({
  id: 'CE-03',
  dimension: 'stability',
  title: 'Flood of errors',
  condition: 'so many errors an hour that EX9 scores 0 (60 by default); HIGH',
  effort: 'medium',
  find: ({ errorsPerHour: rate, signatures: [top = null] }, { settings }) =>
    wholeBot<ErrorSignature | null>(isKnown(rate) && rate.value >= settings.errorsPerHourBad ? [top] : []),
  unseen: ({ errorsPerHour: rate }) => (isKnown(rate) ? null : rate),
  from: { basis: 'events', queries: asked('counts') },
  numbers: ({ policy }) => ({
    errors_limit: {
      ...policy('errorsPerHourBad', 'Errors an hour that are too many'),
      more: { id: 'EX9', labels: {}, basis: 'policy', queries: [] },
    },
  }),
  severity: () => 'HIGH',
  causes: ({ found: [top], facts, input: { settings } }) => [
    hypothesis('one-fault', text`One fault repeats: ${top?.signature ?? 'no message is recorded'}.`, [
      `one signature makes at least ${share(settings.oneFaultPercent)} of the errors`,
      top ? 100 * top.events >= settings.oneFaultPercent * countOf(facts) : null,
    ]),
  ],
  otherwise: 'Several faults came together; what they have in common is not recorded.',
  occurrence: (top, { input: { window } }) => ({
    subject: top?.type ?? 'all errors',
    at: window.from,
    until: window.to,
  }),
  frequency: ({ facts }) => countOf(facts),
  evidence: 'critical-events.errors',
  see: ({ input }) =>
    `select type, exchange, left(error_message, 120) as message, count(*)\nfrom event\nwhere ${during(input, 'at')} and (severity in ('ERROR', 'CRITICAL') or error_message is not null)\ngroup by 1, 2, 3\norder by 4 desc\nlimit 20`,
  words: (n, { input }) => ({
    title: text`${fig('errors_logged')} errors, ${fig('errors_per_hour')} an hour`,
    description: text`From ${n.errors_limit} an hour on, errors are the bot’s normal state, and a new fault is not seen among them.`,
    financial: 'Not known from the event log.',
    operational: text`${fig('errors_logged')} calls or messages failed.`,
    risk: 'Whoever is called for each of these soon reads none of them.',
    detection: alertsStandIn(input, 'the alerts of the window'),
    recommendation:
      'Repair the most frequent fault first, and let errors that are retried with success be warnings.',
    verification: text`Fewer than ${n.errors_limit} errors an hour in the next window.`,
  }),
});

/** A switch that holds new entries. What stops all trading is the business of gate (e); a cool-down ends by itself. */
export const entriesHeld = rule<Facts, Input>()({
  id: 'HC-02',
  dimension: 'stability',
  title: 'Entries held',
  condition: ({ breakerNearPercent }: Input['settings']) =>
    `a circuit breaker is on or entries are not allowed at the end, or all trading was stopped in the window (HIGH), or a cool-down is on, or a closed breaker counted over ${String(breakerNearPercent)} % of the failures that open it (MEDIUM)`,
  effort: 'low',
  find: ({ holds }) => wholeBot(holds),
  from: { basis: 'states', queries: asked('states') },
  numbers: ({ found }) => ({
    held: num.count('Switches that hold entries', found.length, {
      formula: 'circuit breakers and cool-downs that are on at the end, entries that are not allowed',
    }),
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
  evidence: {
    of: 'critical-events.states',
    accused: (cell, { found }) => found.some(({ name }) => name === cell('name')),
  },
  see: ({ input }) =>
    `select distinct on (name) name, value, at, since, reason from state where at < '${input.window.to}' order by name, at desc`,
  words: (n, { found, input }) => ({
    title: text`${n.held} ${noun(found.length, 'switch holds', 'switches hold')} entries at the end of the window`,
    description: text`${names(found.map(worded))}: on at the end of the window, and not switched back by then.`,
    financial: 'Not known; signals that came meanwhile were not traded.',
    operational: 'The bot, or a part of it, opens nothing new until somebody or something switches it back.',
    risk: 'What tripped the switch may still be there, and meets the positions that are open.',
    detection: alertsStandIn(input, 'the alerts of the window'),
    recommendation: `Find what tripped ${names(found.map(({ name }) => name))}, repair it, and switch back by hand.`,
    verification: 'No such switch is on at the end of the next window.',
  }),
});
