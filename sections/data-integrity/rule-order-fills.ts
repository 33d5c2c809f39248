import { text } from '../../audit/text.ts';
import { fillsQuery, ordersQuery, positionsQuery } from '../shared/queries/trading.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Input } from './facts.ts';
import { isOfTheRow, type OrderDifference } from './order-difference.ts';

const WORDS: Readonly<Record<OrderDifference['what'], string>> = {
  'no-fills': 'filled, and no fill is stored',
  'no-order': 'traded, and no order is stored',
  filled: 'filled quantity',
  status: 'status',
  price: 'average price',
  beyond: 'more filled than ordered',
  copy: 'one order in two rows',
};

const every = (found: readonly OrderDifference[], ...what: readonly OrderDifference['what'][]): boolean =>
  found.every((one) => what.includes(one.what));

/** Orders whose word on what they filled is not what their fills say, per exchange. */
export const ordersContradicted = rule<Facts, Input>()({
  id: 'PM-06',
  title: 'Position row contradicts its fills',
  dimension: 'integrity',
  condition:
    'an order and its fills differ, or one of the two is not stored (HIGH where something is not stored or a filled quantity that was written differs, else MEDIUM)',
  effort: 'medium',
  find: ({ orderFills }) =>
    groupsByVenue(
      orderFills.ok ? orderFills.found : [],
      ({ venue }) => venue,
      () => ({ kind: 'orders' }),
    ).map((group) => ({ ...group, kind: 'orders' })),
  from: { basis: 'orders against fills', queries: [ordersQuery.id, fillsQuery.id, positionsQuery.id] },
  numbers: ({ found, facts: { orderFills }, policy }) => ({
    order_differences: num.count('Orders that differ from their fills', found.length, {
      formula: 'orders, each by what differs first',
    }),
    orders_compared: num.count('Orders compared with their fills', orderFills.ok ? orderFills.compared : 0, {
      formula: 'orders of all exchanges whose fills were all read',
    }),
    order_quantity_tolerance: policy('rowQuantityTolerancePct', 'Tolerance of the quantity'),
    order_price_tolerance: policy('rowPriceTolerancePct', 'Tolerance of the average price'),
  }),
  severity: ({ found }) => (found.every(isOfTheRow) ? 'MEDIUM' : 'HIGH'),
  causes: ({ found }) => [
    hypothesis('fills-lost', 'Executions were not stored: a stream or a poll of fills missed them.', [
      'in every case the order says that more was filled than is stored',
      every(found, 'no-fills', 'filled') && found.every(({ isLost }) => isLost),
    ]),
    hypothesis(
      'orders-lost',
      'Orders were not stored before they were sent, were removed since, or somebody else trades in the account.',
      ['in every case the order of a fill or of a position is not stored', every(found, 'no-order')],
    ),
    hypothesis(
      'ids-differ',
      'Fills carry another id than their orders, such as that of the exchange in one and of the bot in the other.',
      [
        'orders have no fills, and fills have no order',
        ['no-fills', 'no-order'].every((what) => found.some((one) => one.what === what)),
      ],
    ),
    hypothesis(
      'order-not-updated',
      'The row of the order is not written again when the exchange reports what it filled.',
      [
        'in every case the row of the order says less than its fills, or something else',
        every(found, 'filled', 'status', 'price') && found.every(({ isLost }) => !isLost),
      ],
    ),
    hypothesis('order-stored-twice', 'One order is stored under two ids.', [
      'in every case two rows have one id of the exchange',
      every(found, 'copy'),
    ]),
  ],
  otherwise: 'Several kinds of difference come together; no single cause explains all of them.',
  occurrence: ({ orderId, at }) => ({ subject: orderId, at }),
  evidence: {
    id: 'data-integrity.order-differences',
    title: 'Orders that differ from their fills',
    table: table<OrderDifference>({
      order: col.text('Order', ({ orderId }) => orderId),
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      at: col.time('At', ({ at }) => at),
      what: col.text('What differs', ({ what }) => WORDS[what]),
      says: col.text('The order says', ({ orderSays }) => orderSays),
      fills: col.text('Its fills say', ({ fillsSay }) => fillsSay),
    }),
  },
  see: ({ found }) => {
    const ids = found.map(({ orderId }) => orderId);
    return every(found, 'no-order')
      ? seeRows(
          'fill',
          'id, order_id, position_id, at, side, price, quantity',
          'order_id',
          ids,
          'order_id, at, id',
        )
      : seeRows('order', 'id, symbol, status, quantity, filled, average_price, created_at', 'id', ids, 'id');
  },
  words: (n, { found, place }) => {
    const kinds = [...new Set(found.map(({ what }) => WORDS[what]))].join('; ');
    const [first] = found;
    const example =
      first === undefined
        ? ''
        : ` Order ${first.orderId}: ${[first.orderSays, first.fillsSay].filter((says) => says !== '').join(', against ')}.`;
    return {
      title: text`${n.order_differences} ${noun(found.length, 'order differs', 'orders differ')} from ${noun(found.length, 'its', 'their')} fills at ${place}`,
      description: text`${n.orders_compared} orders were compared with their fills. What differs: ${kinds}. Quantities may differ by ${n.order_quantity_tolerance} and prices by ${n.order_price_tolerance}, or by less than a step of the instrument.${example}`,
      financial: 'Results are computed from the fills that are stored: what is not stored is in no number.',
      operational: 'Orders and fills of these rows cannot be used to check each other, or the exchange.',
      risk: 'A bot that believes the wrong one of the two sizes its stops and exits wrongly.',
      detection: 'No alert is expected for this; the report is where it is seen.',
      recommendation: `Read the trades of ${noun(found.length, 'order', 'orders')} ${names(found.map(({ orderId }) => orderId))} from ${place} again, store what is missing, and write filled quantity and average price from them.`,
      verification: 'Every order of the next window agrees with its fills.',
    };
  },
});
