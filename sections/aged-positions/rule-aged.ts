import { money, sum } from '../../audit/decimal.ts';
import type { Severity } from '../../audit/finding.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { fig, text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { ALIVE } from '../shared/facts/order-bounds.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { seePositions } from '../shared/vocabulary/finding-query.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, JudgedPosition } from './facts.ts';
import type { Input } from './input.ts';
import { positionEvidence } from './statistics.ts';

const loses = ({ result }: JudgedPosition): boolean => result?.startsWith('-') === true;

function lossOf(only: JudgedPosition | undefined): string {
  if (only?.result == null) return 'its result is not known';
  return loses(only) ? 'it is at a loss' : 'it is not at a loss';
}

/** Open at the end and older than the limit, per exchange. */
export const agedPosition = rule<Facts, Input>()({
  id: 'AG-01',
  title: 'Aged position',
  dimension: 'risk',
  condition: ({ agedH }) =>
    `open at the end for over ${String(agedH)} h, or over the configured age; closed in the window over the configured age (LOW, MEDIUM over twice of it)`,
  effort: 'low',
  find: ({ aged }) => groupsByVenue(aged, ({ fact }) => fact.venue),
  from: ({ source }) => (source.ok ? source : { basis: 'positions', queries: [] }),
  numbers: ({ found }) => ({
    aged_count: num.count('Aged positions', found.length, 'open at the end and older than the limit'),
    oldest_age: num.h('Oldest age', Math.max(...found.map(({ ageH }) => ageH)), {
      formula: 'end of the window - opening',
    }),
    aged_losing: num.count('Aged and losing', found.filter(loses).length, {
      formula: 'aged positions with a negative unrealised result',
    }),
    aged_loss: num.money(
      'Unrealised loss of aged positions',
      sum(found.filter(loses).map(({ result }) => money(result ?? '0'))),
      'sum of the negative unrealised results',
    ),
    aged_notional_at_stake: num.money(
      'Notional of aged positions',
      sum(found.map(({ notional }) => notional)),
      'sum of entry price x open quantity',
    ),
  }),
  stake: 'aged_notional_at_stake',
  severity: ({ found, input }) => severityOf(found, input),
  causes: ({ found, input }) => hypotheses(found, input),
  otherwise: 'What kept the positions open is not recorded.',
  occurrence: ({ fact, limitH }, { input }) => ({
    subject: fact.symbol,
    at: fact.openedAt + limitH * 3_600_000,
    until: input.window.to,
  }),
  evidence: positionEvidence('aged', 'Aged positions'),
  see: ({ found }) => seePositions('symbol, side, quantity, entry_price, opened_at', found, 'opened_at'),
  words: (n, { found, place, facts }) => ({
    title: text`${n.aged_count} ${noun(found.length, 'position')} on ${place} older than ${found.some(({ limitH }) => limitH !== facts.limitH) ? 'the limit' : fig('age_limit')}`,
    description: text`${names(found.map(({ fact }) => fact.symbol))} ${noun(found.length, 'is', 'are')} open for ${found.length === 1 ? '' : 'up to '}${n.oldest_age}, the limit is ${fig('age_limit')}${found.some(({ limitH }) => limitH !== facts.limitH) ? `, and ${noun(found.length, 'it has one of its', 'some have one of their')} own` : ''}; ${found.length === 1 ? lossOf(found[0]) : text`${n.aged_losing} of ${n.aged_count} ${noun(found.filter(loses).length, 'is', 'are')} at a loss`}.`,
    financial: text`${n.aged_notional_at_stake} is bound; at the last price the losses in it are ${n.aged_loss}.`,
    operational: `${found.length === 1 ? 'It' : 'Each of them'} holds a slot that a new position could use.`,
    risk: 'A position that outlives its signal is carried by chance, and pays funding meanwhile.',
    detection: 'No alert is known to have fired for the age of a position.',
    recommendation: `Decide on ${names(found.map(({ fact }) => fact.symbol))} on ${place} today, and give every strategy a longest holding time after which it exits at market.`,
    verification: text`No position older than ${fig('age_limit')} at the end of the next window.`,
  }),
});

/** LOW; MEDIUM when one loses; HIGH when one loses for over a day or is near its liquidation (catalogue 4.7). */
function severityOf(list: readonly JudgedPosition[], { settings }: Input): Severity {
  const isSevere = (one: JudgedPosition): boolean =>
    one.concerns.includes('Near liquidation') || (loses(one) && one.ageH > settings.severeAgeH);
  if (list.some(isSevere)) return 'HIGH';
  return list.some(loses) ? 'MEDIUM' : 'LOW';
}

function hypotheses(list: readonly JudgedPosition[], input: Input): readonly Hypothesis[] {
  const { orders } = input.rows;
  const ids = new Set(list.map(({ fact }) => fact.id));
  const exits = orders.ok
    ? orders.rows.filter(({ position_id: id, role }) => id !== null && ids.has(id) && role === 'exit')
    : null;
  const waiting = exits?.filter(({ status }) => ALIVE.has(status)) ?? null;
  const evaluated = list.map(({ fact }) => timeOrNull(fact.row.last_evaluated_at));
  const dated = evaluated.filter((at) => at !== null);
  const { evaluatedMin } = input.shared.thresholds;
  const limit = ms(input.window.to) - evaluatedMin * 60_000;
  const isKnown = dated.length === list.length && input.has('position', 'last_evaluated_at');
  const minutes = String(evaluatedMin);
  return [
    hypothesis('exit-unfilled', 'The exit order was placed and is not filled.', [
      'an exit order of each position is open',
      waiting === null ? null : waiting.length >= list.length,
    ]),
    hypothesis('strategy-off', 'The strategy no longer looks at these positions.', [
      `none was evaluated in the last ${minutes} minutes`,
      isKnown ? dated.every((at) => at < limit) : null,
    ]),
    hypothesis(
      'exit-never-met',
      'The exit signal was never met: the strategy evaluates the positions and holds them.',
      ['no exit order was ever placed', exits === null ? null : exits.length === 0],
      [
        `each was evaluated in the last ${minutes} minutes`,
        isKnown ? dated.every((at) => at >= limit) : null,
      ],
    ),
  ];
}
