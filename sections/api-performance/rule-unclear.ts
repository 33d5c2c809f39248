import { text } from '../../audit/text.ts';
import { during, seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { classTitle } from './operations.ts';
import { submitsUnseen } from './statistics.ts';
import type { Fate, UnclearSubmit } from './unclear-orders.ts';

const count = (found: readonly UnclearSubmit[], fate: Fate): number =>
  found.filter((one) => one.fate === fate).length;

/** Orders that were sent without learning what became of them, per exchange (catalogue 4.5). */
export const unclearOutcome = rule<Facts, Input>()({
  id: 'AP-04',
  title: 'Order without a known outcome',
  dimension: 'risk',
  condition:
    'a call that sends an order ended with no answer, an unclear one or a 5xx: HIGH; CRITICAL when nothing later says what became of the order',
  effort: 'medium',
  find: ({ unclear }) => groupsByVenue(unclear, ({ venue }) => venue),
  unseen: (facts, { rows }) => submitsUnseen(facts) ?? (rows.submits.ok ? null : rows.submits),
  from: { basis: 'API log', queries: asked('submits', 'orders') },
  numbers: ({ found }) => ({
    unclear_orders: num.count('Orders sent without a known outcome', found.length, {
      formula: 'calls that send an order and ended with no answer, an unclear one or a 5xx',
    }),
    unclear_taken: num.count('of these taken by the exchange', count(found, 'taken'), {
      formula: 'a later call, its fill or its id at the exchange shows it',
    }),
    unclear_open: num.count('of these unresolved', count(found, 'unresolved'), {
      formula: 'the order is in the database, and nothing says how it ended',
    }),
    unclear_untold: num.count('of these not told', count(found, 'untold'), 'no order has the id of the call'),
  }),
  severity: ({ found }) => (count(found, 'unresolved') > 0 ? 'CRITICAL' : 'HIGH'),
  causes: ({ found }) => [
    hypothesis('taken-after-timeout', 'The exchange took the order, and its answer did not arrive.', [
      'the order is at the exchange',
      found.every(({ fate }) => fate === 'taken') ||
        (found.some(({ fate }) => fate === 'untold') ? null : false),
    ]),
    hypothesis('never-arrived', 'The exchange did not take the order.', [
      'the order ended without a trace of it at the exchange',
      found.every(({ fate }) => fate === 'not taken') ||
        (found.some(({ fate }) => fate === 'untold') ? null : false),
    ]),
  ],
  otherwise: 'Whether the exchange took these orders is not recorded.',
  occurrence: ({ order, client_order_id: id, operation, at }) => ({
    subject: order?.symbol ?? id ?? operation ?? 'order',
    at,
  }),
  explainedBy: () => [{ rule: 'AP-01' }],
  evidence: {
    id: 'api-performance.unclear',
    title: 'Orders without a known outcome',
    table: table<UnclearSubmit>({
      at: col.time('Sent', ({ at }) => at),
      operation: col.text('Operation', ({ operation }) => operation ?? ''),
      order: col.text('Client id', ({ client_order_id: id, correlation_id: other }) => id ?? other ?? ''),
      symbol: col.text('Symbol', ({ order }) => order?.symbol ?? ''),
      class: col.text('Error type', (one) => classTitle(one.class)),
      waited: col.ms('Waited (ms)', ({ duration_ms: waited }) => waited),
      status: col.text('Status of the order', ({ order }) => order?.status ?? ''),
      fate: col.text('What became of it', ({ fate }) => (fate === 'untold' ? 'not told' : fate)),
    }),
  },
  see({ found, venue, input }) {
    const ids = found.flatMap(({ order }) => order?.id ?? []);
    return ids.length > 0
      ? seeRows(
          'order',
          'id, client_order_id, exchange_order_id, symbol, status, filled, created_at',
          'id',
          ids,
          'created_at',
        )
      : `select at, operation, outcome, http_status, error_code, duration_ms, client_order_id, correlation_id from api_call where ${during(input, 'at', venue)} and (outcome in ('timeout', 'aborted', 'unclear') or http_status >= 500) order by at`;
  },
  words: (n, { found, place }) => ({
    title: text`${n.unclear_orders} ${noun(found.length, 'order')} sent to ${place} without a known outcome`,
    description: text`The bot learnt of ${n.unclear_orders} ${noun(found.length, 'order')} (${names(found.map(({ operation }) => operation ?? 'order'))}) neither that it was taken nor that it was not: ${n.unclear_taken} were taken, ${n.unclear_open} are unresolved, of ${n.unclear_untold} nothing tells.`,
    financial:
      count(found, 'unresolved') > 0
        ? 'A position may be open, or open twice, that nobody counts.'
        : 'None is known: each of them can be followed, or would have to be asked for.',
    operational: 'Until the exchange is asked, the bot does not know what it holds.',
    risk: 'An order that is sent again after a timeout can be executed twice.',
    detection: 'No alert is known to have fired for an order without an answer.',
    recommendation:
      'Give each order a client id before it is sent; after a timeout or a 5xx ask the exchange for that id before anything is sent again.',
    verification: text`No order without a known outcome in the next window, or each of them asked for by its client id.`,
  }),
});
