import { text } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { positionsQuery, pricesQuery } from '../shared/queries/trading.ts';
import { seePositions } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Missed } from './extremes.ts';
import type { Facts } from './facts.ts';
import { type Input } from './input.ts';

const lost = ({ fact: { net } }: Missed): boolean => isKnown(net) && net.value.startsWith('-');

/** The price reached the activation and the stop never trailed, per exchange. */
export const notActivated = rule<Facts, Input>()({
  id: 'TS-03',
  title: 'Trailing stop not activated',
  dimension: 'risk',
  condition: ({ activationGraceS }) =>
    `a price reached the activation of a trailing stop, and it was not active ${String(activationGraceS)} s later or ever; HIGH where the position ended in a loss`,
  effort: 'medium',
  find: ({ missed }) => groupsByVenue(missed.found, ({ fact }) => fact.venue),
  unseen: ({ missed }) => missed.unseen,
  from: { basis: 'position rows and prices', queries: [positionsQuery.id, pricesQuery.id] },
  numbers: ({ found, policy }) => ({
    missed: num.count(
      'Stops that were not activated',
      found.length,
      'positions whose price reached the activation while their row says that it never became active',
    ),
    missed_losses: num.count(
      'Of them closed with a loss',
      found.filter(lost).length,
      'of these positions those whose net result is below 0',
    ),
    missed_grace: policy('activationGraceS', 'Time to become active'),
  }),
  severity: ({ found }) => (found.some(lost) ? 'HIGH' : 'MEDIUM'),
  causes: ({ found, facts }) => [
    hypothesis('symbol-not-configured', 'Trailing is not set up for these symbols.', [
      'no stop of these symbols trailed in the window, while others did',
      facts.active.length === 0
        ? null
        : found.every(({ fact }) => !facts.active.some((trail) => trail.fact.symbol === fact.symbol)),
    ]),
    hypothesis('price-not-seen', 'The bot did not see the price, or looks at another kind of price.', [
      'stops of the same symbols trailed in the window',
      found.every(({ fact }) => facts.active.some((trail) => trail.fact.symbol === fact.symbol)),
    ]),
  ],
  otherwise: 'Why it was not activated is not recorded.',
  occurrence: ({ fact, at }, { input }) => ({
    subject: fact.symbol,
    at,
    until: fact.closedAt === null ? input.window.to : fact.closedAt,
  }),
  evidence: {
    id: 'trailing-stop.missed',
    title: 'Trailing stops that were not activated',
    table: table<Missed>({
      position: col.text('Position', ({ fact }) => fact.id),
      symbol: col.text('Symbol', ({ fact }) => fact.symbol),
      side: col.text('Side', ({ fact }) => fact.side),
      threshold: col.price('Activation', ({ threshold }) => threshold),
      at: col.time('Reached', ({ at }) => at),
      best: col.price('Best price', ({ best }) => best),
      net: col.cash('Net', ({ fact }) => fact.net),
    }),
  },
  see: ({ found }) =>
    seePositions(
      'symbol, side, entry_price, trailing_activation_price, trailing_activated, opened_at, closed_at',
      found,
      'opened_at',
    ),
  words: (n, { found, place, input, occurrences }) => ({
    title: text`${n.missed} trailing ${noun(found.length, 'stop', 'stops')} on ${place} never became active`,
    description: text`${names(found.map(({ fact }) => fact.symbol))}: the price reached the activation, with ${n.missed_grace} to act on it, and the row says that the stop never trailed.${found.some(lost) ? text` ${n.missed_losses} of them ended in a loss.` : ''}`,
    financial: found.some(lost)
      ? text`What the trailing stop was to secure was given back; ${n.missed_losses} ended below their entry and costs.`
      : 'What the trailing stop was to secure was left to the first stop.',
    operational: 'The plan of the position was not carried out.',
    risk: 'Profits that the strategy counts on are not secured.',
    detection: detectionOf(input, occurrences),
    recommendation:
      'Judge the activation by the prices of the stream instead of asking now and then, or let the exchange trail the stop.',
    verification:
      'Every position whose price reaches the activation has a stop that trails, in the next window.',
  }),
});
