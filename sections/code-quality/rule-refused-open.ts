import { text } from '../../audit/text.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, joined, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import type { RefusedOrder } from './refused-orders.ts';
import { swallowedExecution } from './rule-swallowed.ts';

const symbolsOf = (found: readonly RefusedOrder[]): string => names(found.map(({ symbol }) => symbol));
const longest = (found: readonly RefusedOrder[]): number => Math.max(...found.map(({ openMin }) => openMin));

/** The exchange said no, and the order's row went on as if it had been taken, per exchange. */
const refusedAndOpen = rule<Facts, Input>()({
  id: 'CQ-02',
  title: swallowedExecution.title,
  dimension: 'stability',
  condition: swallowedExecution.condition,
  effort: 'medium',
  find: ({ refused }) =>
    groupsByVenue(
      refused,
      ({ exchange }) => venueOf(exchange),
      () => ({ of: 'orders' }),
    ).map((group) => ({ ...group, kind: 'order' })),
  from: { basis: 'API log and orders', queries: asked('refused') },
  numbers: ({ found, policy }) => ({
    refused_open: num.count(
      'Refused orders whose row stayed open',
      found.length,
      'orders whose last call was refused, without an id of the exchange or a fill, that were neither rejected nor ended in time',
    ),
    refused_longest: num.min('Longest time open after the refusal', longest(found), {
      formula: 'end of the order, or of the window, - refusal',
    }),
    time_to_notice: policy('swallowedMin', 'Time to end a refused order'),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found }) => [
    hypothesis('one-answer', 'One kind of answer is caught and dropped.', [
      'several were refused, all with one answer',
      found.length > 1 &&
        new Set(found.map(({ class: name, error_code: code }) => `${name} ${code ?? ''}`)).size === 1,
    ]),
    hypothesis('swept-later', 'The answer is not read, and a later sweep ends the order.', [
      'each of them ended within the window, without another call',
      found.every(({ status }) => status !== 'new'),
    ]),
  ],
  otherwise: 'Why the answer did not reach the order is not recorded.',
  occurrence: ({ symbol, at, until }) => ({ subject: symbol, at, until }),
  evidence: {
    id: 'code-quality.refused',
    title: 'Refused orders whose row stayed open',
    table: table<RefusedOrder>({
      order: col.text('Order', ({ id }) => id),
      symbol: col.text('Symbol', ({ symbol }) => symbol),
      operation: col.text('Call', ({ operation }) => operation),
      refused: col.time('Refused', ({ at }) => at),
      class: col.text('Answer', ({ class: name }) => name),
      code: col.text('Code', ({ error_code: code }) => code),
      open: col.min('Open after (min)', ({ openMin }) => openMin),
      status: col.text('Status', ({ status }) => status),
    }),
  },
  see: ({ found }) =>
    seeRows(
      'order',
      'id, symbol, status, created_at, updated_at, cancelled_at, exchange_order_id, client_order_id',
      'id',
      found.map(({ id }) => id),
      'created_at',
    ),
  words: (n, { found, place, input }) => ({
    title: text`${n.refused_open} ${noun(found.length, 'order')} that ${place} refused stayed open in the bot’s rows`,
    description: text`${symbolsOf(found)}: the exchange did not take the order, nothing was sent again, and its row was open for up to ${n.refused_longest} after that, longer than ${n.time_to_notice}.`,
    financial: 'What was to be bought, sold or protected was not, and nobody was told.',
    operational: 'An order that is not there holds its place: what waits for its fill waits for nothing.',
    risk: 'A stop that was refused protects nothing while its row says that it does.',
    detection: alertsStandIn(input, 'the alerts of the same hour'),
    recommendation:
      'Write each refusal to its order at once, with its code, and decide there whether it is sent again.',
    verification: text`No order stays open for longer than ${n.time_to_notice} after it was refused in the next window.`,
  }),
});

const both = joined(swallowedExecution, refusedAndOpen);
/** Refusals that changed nothing: of executions, and of orders. Judged where both can be read. */
export const swallowedError = { ...both, reads: () => asked('swallowed', 'refused') };
