import { text } from '../../../audit/text.ts';
import { instrumentKey } from '../../shared/facts/symbols.ts';
import { during } from '../../shared/vocabulary/finding-query.ts';
import { num } from '../../shared/vocabulary/number.ts';
import { all, groupsByVenue, hypothesis, rule } from '../../shared/vocabulary/rule.ts';
import { col, table } from '../../shared/vocabulary/table.ts';
import { names, noun } from '../../shared/vocabulary/words.ts';
import type { Facts } from '../facts.ts';
import type { Input } from '../input.ts';
import { allFound } from './facts.ts';
import { isOff } from './position-match.ts';
import type { OrderOrphan } from './order-match.ts';
import { FROM } from './statistics.ts';

const ORDERS = {
  'no-stop': ['whose stop the bot has and the exchange has not', 'CRITICAL'],
  'not-there': ['open for the bot and not at the exchange', 'MEDIUM'],
  unknown: ['open at the exchange and unknown to the bot', 'MEDIUM'],
} as const;

/** Open orders that only one side has, one finding per exchange and kind. */
export const orderOrphansFound = rule<Facts, Input>()({
  id: 'DI-08',
  title: 'Open orders differ from the exchange',
  dimension: 'integrity',
  condition:
    'a stop that the exchange does not have CRITICAL; an order at the exchange that no row has and that is not reduce-only HIGH; others MEDIUM',
  effort: 'medium',
  unseen: ({ exchange }) => exchange.why,
  find: ({ exchange }) =>
    groupsByVenue(
      allFound(exchange.orders).filter((order) => !isOfOther(order, exchange)),
      ({ venue }) => venue,
      ({ kind }) => ({ kind }),
    ).map((group) => ({ ...group, kind: group.found[0]?.kind ?? 'unknown' })),
  from: FROM,
  numbers: ({ found }) => ({
    orders: num.count(
      'Orders that one side lacks',
      found.length,
      'open on one side alone at the moment of the exchange’s state',
    ),
  }),
  severity: ({ found }) =>
    found.some(({ kind, reduces }) => kind === 'unknown' && reduces === false)
      ? 'HIGH'
      : ORDERS[found[0]?.kind ?? 'unknown'][1],
  causes: ({ found }) => [
    hypothesis(
      'end-not-seen',
      'The orders ended at the exchange and the bot did not see it.',
      ['all of them are in the rows alone', found.every(({ kind }) => kind !== 'unknown')],
      ['the exchange says how they ended', null],
    ),
    hypothesis(
      'answer-lost',
      all(owners(found), true) === null
        ? 'An order was accepted and its answer lost, or somebody else sent it.'
        : 'An order was accepted and its answer lost.',
      ['all of them are at the exchange alone', found.every(({ kind }) => kind === 'unknown')],
      ['the prefix of the client id is the bot’s', all(owners(found), true)],
    ),
    hypothesis(
      'somebody-else',
      'Somebody else, or another program, sent them.',
      ['all of them are at the exchange alone', found.every(({ kind }) => kind === 'unknown')],
      ['the prefix of the client id is not the bot’s', all(owners(found), false)],
    ),
  ],
  otherwise: 'Neither side records what made them differ.',
  occurrence: ({ symbol, at }, { input }) => ({ subject: symbol, at, until: input.window.to }),
  standing: true,
  evidence: {
    id: 'data-integrity.order-orphans',
    suffix: ({ found }) => found[0]?.kind ?? 'unknown',
    title: 'Open orders that one side lacks',
    table: table<OrderOrphan>({
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      order: col.text('Order', ({ id }) => id),
      type: col.text('Type', ({ type }) => type),
      quantity: col.quantity('Quantity', ({ quantity }) => quantity),
      level: col.price('Trigger or limit', ({ level }) => level),
      reduce_only: col.text('Reduce-only', ({ reduces }) =>
        reduces === null ? 'not recorded' : reduces ? 'yes' : 'no',
      ),
      at: col.time('Exchange state of', ({ at }) => at),
    }),
  },
  see: ({ input, venue }) =>
    `select id, exchange_order_id, symbol, side, type, status, trigger_price, created_at, updated_at\nfrom "order"\nwhere ${during(input, 'created_at', venue)}\norder by created_at desc\nlimit 50;`,
  words: (n, { found, place }) => {
    const [says] = ORDERS[found[0]?.kind ?? 'unknown'];
    const symbols = names(found.map(({ symbol }) => symbol));
    const isStop = found[0]?.kind === 'no-stop';
    const what = isStop ? noun(found.length, 'position') : noun(found.length, 'order');
    return {
      title: text`${n.orders} ${what} on ${place} ${says}`,
      description: text`${symbols}: ${n.orders} ${what} ${says}, all should be on both sides.`,
      financial: isStop
        ? 'Nothing closes these positions when the price falls through the stop.'
        : 'Unknown until the orders fill or are cancelled.',
      operational: 'The bot decides on orders that are not what it takes them for.',
      risk: isStop
        ? 'The positions are unprotected, and the bot does not know it.'
        : 'A fill that the bot does not expect changes a position.',
      detection: 'No alert is known to have fired for a difference from the exchange.',
      recommendation: isStop
        ? `Place the stops of ${symbols} on ${place} now, and read open and conditional orders back from the exchange every minute.`
        : `Look at the orders of ${symbols} on ${place}, cancel what nobody needs, and read open orders back from the exchange.`,
      verification: 'The next state of the exchange has the open orders that the bot has.',
    };
  },
});

/** An order of a position that only one side has is of that incident. */
function isOfOther({ venue, symbol }: OrderOrphan, { positions }: Facts['exchange']): boolean {
  const key = instrumentKey(venue, symbol);
  return allFound(positions).some(
    (match) => isOff(match) && instrumentKey(match.venue, match.symbol) === key,
  );
}

const owners = (found: readonly OrderOrphan[]) => found.map(({ isOurs }) => isOurs);
