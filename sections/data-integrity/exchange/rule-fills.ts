import { text } from '../../../audit/text.ts';
import { during } from '../../shared/vocabulary/finding-query.ts';
import { num } from '../../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../../shared/vocabulary/rule.ts';
import { col, table } from '../../shared/vocabulary/table.ts';
import { names, noun } from '../../shared/vocabulary/words.ts';
import type { Facts } from '../facts.ts';
import type { Input } from '../input.ts';
import { allFound } from './facts.ts';
import type { FillOrphan } from './fill-match.ts';
import { FROM } from './statistics.ts';

/** Fills of the window that only one side has. */
export const fillOrphansFound = rule<Facts, Input>()({
  id: 'DI-04',
  title: 'Fills differ from the exchange',
  dimension: 'integrity',
  condition: 'a fill of the window that the exchange has and no row HIGH; one that only the rows have MEDIUM',
  effort: 'medium',
  unseen: ({ exchange }) => exchange.why,
  find: ({ exchange }) => groupsByVenue(allFound(exchange.fills), ({ venue }) => venue),
  from: FROM,
  numbers: ({ found }) => ({
    fills: num.count(
      'Fills that one side lacks',
      found.length,
      'without a counterpart by id, or by order, side and price',
    ),
    not_stored: num.count(
      'Of these not stored',
      found.filter(({ kind }) => kind === 'not-stored').length,
      'at the exchange alone',
    ),
  }),
  severity: ({ found }) => (found.some(({ kind }) => kind === 'not-stored') ? 'HIGH' : 'MEDIUM'),
  causes: ({ found }) => [
    hypothesis(
      'fills-missed',
      'The bot missed fills, as in a gap of its stream.',
      ['all of them are at the exchange alone', found.every(({ kind }) => kind === 'not-stored')],
      ['a stream was down then', null],
    ),
  ],
  otherwise: 'Which request should have brought them is not recorded.',
  occurrence: ({ symbol, at }) => ({ subject: symbol, at }),
  evidence: {
    id: 'data-integrity.fill-orphans',
    title: 'Fills that one side lacks',
    table: table<FillOrphan>({
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      fill: col.text('Fill', ({ id }) => id),
      where: col.text('Only', ({ kind }) => (kind === 'not-stored' ? 'at the exchange' : 'in the rows')),
      quantity: col.quantity('Quantity', ({ quantity }) => quantity),
      price: col.price('Price', ({ price }) => price),
      at: col.time('Time', ({ at }) => at),
    }),
  },
  see: ({ input, venue }) =>
    `select id, order_id, symbol, side, price, quantity, at\nfrom fill\nwhere ${during(input, 'at', venue)}\norder by at;`,
  words: (n, { found, place }) => ({
    title: text`${n.fills} ${noun(found.length, 'fill')} on ${place} ${noun(found.length, 'is', 'are')} on one side alone`,
    description: text`${names(found.map(({ symbol }) => symbol))}: ${n.fills} ${noun(found.length, 'fill')} without a counterpart, ${n.not_stored} of them not stored by the bot; none may be.`,
    financial: 'Results, fees and quantities leave these fills out, or count what did not happen.',
    operational: 'Positions that stand on fills are wrong.',
    risk: 'What is held is not what the bot takes it for.',
    detection: 'No alert is known to have fired for a difference from the exchange.',
    recommendation: `Read the fills of ${place} again with windows that overlap, and store each by its id.`,
    verification: 'Every fill of the next state is on both sides.',
  }),
});
