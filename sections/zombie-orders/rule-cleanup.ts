import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Found } from './cleanup.ts';
import { successOf } from './cleanup.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** What Binance answers when the order is not at the endpoint that was asked. */
const UNKNOWN_ORDER = /-2011\b|unknown order/i;

const isRepeated = ({ times, orderId }: Found): boolean => orderId !== null && times > 1;

/** The bot found orders without a position and did not cancel them all. */
export const cleanupFailing = rule<Facts, Input>()({
  id: 'ZO-03',
  title: 'Cleanup of zombie orders fails',
  dimension: 'stability',
  condition: 'an order that the bot found without a position was not cancelled; HIGH when it was found again',
  effort: 'low',
  unseen: ({ cleanup }) => (cleanup.ok ? null : cleanup),
  find: ({ failed }) => groupsByVenue(failed, ({ venue }) => venue),
  from: { basis: 'bot-reported events', queries: ['zombie-events', 'orders'] },
  numbers: ({ found, facts, venue }) => {
    const all = facts.cleanup.ok ? facts.cleanup.found.filter((one) => one.venue === venue) : [];
    const success = successOf(all);
    return {
      failed: num.count(
        'Orders that were not cancelled',
        found.length,
        'found without a cancellation after it',
      ),
      found: num.count('Orders that were found', all.length, 'distinct orders of zombie_found events'),
      success: num.percent('Cleanup success', success.value, {
        formula: 'cancelled / found',
        more: { n: all.length },
      }),
      again: num.count(
        'Found again',
        found.filter(isRepeated).length,
        'found more than once and never cancelled',
      ),
    };
  },
  severity: ({ found }) => (found.some(isRepeated) ? 'HIGH' : 'MEDIUM'),
  causes: ({ found }) => {
    const messages = found.flatMap((one) => one.messages);
    return [
      hypothesis('wrong-endpoint', 'The order is looked for at the wrong endpoint.', [
        'the exchange answers that it does not know the order',
        messages.length === 0 ? null : messages.some((message) => UNKNOWN_ORDER.test(message)),
      ]),
    ];
  },
  otherwise: 'The events do not say why the cancellation failed.',
  occurrence: ({ symbol, at, lastAt }) => ({ subject: symbol, at, until: lastAt }),
  evidence: {
    id: 'zombie-orders.not-cancelled',
    title: 'Found and not cancelled',
    table: table<Found>({
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      order: col.text('Order', ({ orderId }) => orderId),
      found: col.time('First found', ({ at }) => at),
      last: col.time('Last found', ({ lastAt }) => lastAt),
      times: col.count('Times', ({ times }) => times),
      message: col.text('Message', ({ messages }) => messages.at(-1) ?? null),
    }),
  },
  see: ({ venue, input }) =>
    `select at, type, symbol, order_id, error_message\nfrom event\nwhere kind in ('zombie_found', 'zombie_cancelled')\n  and ${during(input, 'at', venue === 'unknown' ? null : venue)}\norder by at;`,
  words: (n, { found, place, input, occurrences }) => ({
    title: text`${n.failed} zombie ${noun(found.length, 'order was', 'orders were')} found on ${place} and not cancelled`,
    description: text`${names(found.map(({ symbol }) => symbol))}: ${n.success} of the ${n.found} orders that the sweep found were cancelled, all should be; ${n.again} ${noun(found.filter(isRepeated).length, 'was', 'were')} found again.`,
    financial:
      'What they would buy or sell is in the table of zombie orders, as far as their rows are stored.',
    operational: 'The sweep runs and does not do its work, so nobody else does it either.',
    risk: 'Orders without a position stay at the exchange until the price reaches them.',
    detection: detectionOf(input, occurrences),
    recommendation: `Cancel the orders of ${names(found.map(({ symbol }) => symbol))} on ${place} by hand, then look at both endpoints of the exchange: conditional orders have one of their own, and an order that is unknown at one may stand at the other.`,
    verification: 'Every order that the sweep finds in the next window is cancelled.',
  }),
});
