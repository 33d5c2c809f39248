import { text } from '../../audit/text.ts';
import { positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import type { Surplus } from '../shared/facts/surplus.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { fillsQuery, ordersQuery } from '../shared/queries/trading.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';

/** Fills that add up to more than their order filled or their position held, per exchange: the second one is no trade. */
export const surplusFills = rule<Facts, Input>()({
  id: 'PM-06',
  title: 'Position row contradicts its fills',
  dimension: 'integrity',
  condition: 'fills add up to more than their own order filled (MEDIUM)',
  effort: 'low',
  find: ({ source }) =>
    groupsByVenue(
      source.ok ? source.surplus : [],
      ({ fill }) => venueOf(fill.exchange),
      () => ({ kind: 'surplus' }),
    ).map((group) => ({ ...group, kind: 'surplus' })),
  from: { basis: 'fills against orders', queries: [fillsQuery.id, ordersQuery.id] },
  numbers: ({ found }) => ({
    surplus: num.count('Fills beyond what was filled', found.length, {
      formula:
        'fills, or parts of one, beyond the filled quantity of their order or the quantity of their position',
    }),
    surplus_stored: num.quantity('Stored', found[0]?.stored ?? 0, 'sum of the fills of the first'),
    surplus_bound: num.quantity('Filled or held', found[0]?.bound ?? 0, 'what bounds the fills of the first'),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found }) => [
    hypothesis(
      'fill-stored-twice',
      'The same execution is stored under several ids, as by a stream and a poll that do not know each other.',
      ['everything beyond is a whole fill', found.every(isWhole)],
    ),
  ],
  otherwise: 'An execution is stored with a larger quantity than it had, or its order with a smaller one.',
  occurrence: ({ fill }, { input }) => {
    const at = timeOrNull(fill.at);
    return { subject: fill.symbol ?? fill.id, at: at === null ? input.window.from : at };
  },
  evidence: {
    id: 'position-management.surplus-fills',
    title: 'Fills beyond what was filled',
    table: table<Surplus>({
      fill: col.text('Fill', ({ fill }) => fill.id),
      symbol: col.text('Symbol', ({ fill }) => fill.symbol ?? ''),
      at: col.time('At', ({ fill }) => timeOrNull(fill.at)),
      order: col.text('Order', ({ fill }) => fill.order_id ?? ''),
      beyond: col.quantity('Not believed', ({ quantity }) => quantity),
      stored: col.quantity('Fills add up to', ({ stored }) => stored),
      filled: col.quantity('Filled or held', ({ bound }) => bound),
    }),
  },
  see: ({ found }) => {
    const orders = found.flatMap(({ fill }) => fill.order_id ?? []);
    const [column, ids] = orders.length > 0 ? ['order_id', orders] : ['id', found.map(({ fill }) => fill.id)];
    return seeRows(
      'fill',
      'id, order_id, position_id, at, side, price, quantity',
      column,
      ids,
      'order_id, at, id',
    );
  },
  words: (n, { found, place }) => {
    const [first] = found;
    const what = first?.order ? `order ${first.order.id} filled` : 'its position held';
    const others = found.length > 1 ? `; ${String(found.length - 1)} more in the table` : '';
    return {
      title: text`${n.surplus} ${noun(found.length, 'fill exceeds', 'fills exceed')} what was filled at ${place}`,
      description: text`Fill ${first?.fill.id ?? ''} is beyond what ${what}: its fills add up to ${n.surplus_stored}, and ${n.surplus_bound} was filled${others}. Nothing in this report counts it.`,
      financial:
        'None here: results are computed without it. Whatever adds up the stored fills is off by it.',
      operational: 'Quantities, fees and turnover by the fills of the bot’s own tables are too large.',
      risk: 'A bot that sizes an exit by its stored fills closes more than it holds.',
      detection: 'No alert is expected for this; the report is where it is seen.',
      recommendation:
        'Store executions under the exchange’s own id with a unique key, and remove the rows that repeat one.',
      verification: 'No fills add up to more than their order filled in the next window.',
    };
  },
});

function isWhole({ fill, quantity }: Surplus): boolean {
  return positiveOrNull(fill.quantity)?.equals(quantity) === true;
}
