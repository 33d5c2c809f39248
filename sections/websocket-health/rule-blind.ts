import { text } from '../../audit/text.ts';
import { requestedAt } from '../shared/facts/row-values.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { all, groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Blind, Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

/** An order with the loss in which it was sent. */
interface Sent {
  readonly order: OrderRow;
  readonly blind: Blind;
}
const entriesOf = (found: readonly Blind[]): readonly Sent[] =>
  found.flatMap((blind) => blind.entries.map((order) => ({ order, blind })));

/** Positions were opened while nobody could see what became of them, per exchange. */
export const tradedBlind = rule<Facts, Input>()({
  id: 'WS-04',
  title: 'Traded blind',
  dimension: 'stability',
  condition: ({ blindGraceS }) =>
    `an entry order was sent later than ${String(blindGraceS)} s after the stream of orders was lost, and before it was back`,
  effort: 'low',
  find: ({ blind }) =>
    groupsByVenue(
      blind.filter(({ entries }) => entries.length > 0),
      ({ venue }) => venue,
    ),
  unseen: ({ unseen, unseenBlind }) => unseen ?? unseenBlind,
  from: { basis: 'events of the streams and orders', queries: asked('events', 'states', 'orders') },
  numbers: ({ found, policy }) => ({
    blind_entries: num.count(
      'Entry orders sent while blind',
      entriesOf(found).length,
      'entry orders sent in the losses below',
    ),
    blind_losses: num.count(
      'Losses in which they were sent',
      found.length,
      'times without a stream of orders',
    ),
    blind_longest: num.s(
      'Longest of these losses',
      Math.max(...found.map(({ from, to }) => to - from)) / 1000,
      'max of open again - lost',
    ),
    blind_grace: policy('blindGraceS', 'Time in which an order was on its way'),
  }),
  severity: () => 'HIGH',
  causes: ({ found }) => {
    const known = entriesOf(found).map(isKnownLost);
    return [
      hypothesis(
        'no-gate',
        'Nothing keeps the bot from opening positions while it knows that its stream of orders is lost.',
        ['an attempt to open it again had failed before each of them', all(known, true)],
      ),
      hypothesis('noticed-late', 'What opens positions did not know yet that the stream was lost.', [
        'none was sent after a failed attempt to open it again',
        all(known, false),
      ]),
    ];
  },
  otherwise: 'The orders do not show why they were sent.',
  occurrence: ({ streams, from, to }) => ({
    subject: names(streams.map(({ name }) => name)),
    at: from,
    until: to,
  }),
  frequency: ({ found }) => entriesOf(found).length,
  evidence: {
    id: 'websocket-health.blind',
    title: 'Entry orders sent while blind',
    table: ({ found, input: { bot } }) => ({
      of: (head) => sentTable.of(head, entriesOf(found), bot.quoteCurrency),
    }),
  },
  see: ({ found }) =>
    seeRows(
      'order',
      'id, exchange, symbol, role, status, created_at',
      'id',
      entriesOf(found).map(({ order }) => order.id),
      'created_at',
    ),
  words: (n, { found, place }) => ({
    title: text`${n.blind_entries} entry ${noun(entriesOf(found).length, 'order')} sent on ${place} while its stream of orders was lost`,
    description: text`${n.blind_losses} ${noun(found.length, 'loss', 'losses')} of ${names(found.flatMap(({ streams }) => streams.map(({ name }) => name)))}, up to ${n.blind_longest}. Entered meanwhile, later than ${n.blind_grace} after the loss: ${names(entriesOf(found).flatMap(({ order }) => order.symbol ?? []))}.`,
    financial: 'A fill that is not seen has no stop until the stream is back or the exchange is asked.',
    operational: 'What became of these orders was known only afterwards, or by asking the exchange.',
    risk: 'A position can be opened twice, or stay without a stop, while its fill is not seen.',
    detection: 'No alert is known to have fired for the streams.',
    recommendation:
      'Block entries from the loss of the stream of orders until it is back and orders and positions were read anew.',
    verification: 'No entry order is sent while the stream of orders is lost in the next window.',
  }),
});

/** Whether an attempt in vain had shown by then that the stream was lost. */
function isKnownLost({ order, blind }: Sent): boolean {
  const sent = requestedAt(order) ?? blind.from;
  return blind.streams.some(({ failedRuns }) =>
    failedRuns.flat().some((at) => at >= blind.from && at <= sent),
  );
}

const sentTable = table<Sent>({
  order: col.text('Order', ({ order }) => order.id),
  symbol: col.text('Symbol', ({ order }) => order.symbol),
  exchange: col.text('Exchange', ({ blind }) => blind.venue),
  sent: col.time('Sent', ({ order }) => requestedAt(order)),
  lost: col.time('Stream lost', ({ blind }) => blind.from),
  after: col.s(
    'After the loss (s)',
    ({ order, blind }) => ((requestedAt(order) ?? blind.from) - blind.from) / 1000,
  ),
  status: col.text('Status', ({ order }) => order.status),
});
