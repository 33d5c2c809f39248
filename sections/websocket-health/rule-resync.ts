import { text } from '../../audit/text.ts';
import { during, quoted } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import type { Resync } from './resyncs.ts';

const streamsOf = (found: readonly Resync[]): readonly string[] =>
  found.flatMap(({ streams }) => streams.map(({ name }) => name));
const missedOf = (found: readonly Resync[]): number =>
  found.reduce((total, { missedFills }) => total + missedFills, 0);

/** The stream of orders was back, and nobody asked what it had not told, per exchange. */
export const notResynced = rule<Facts, Input>()({
  id: 'WS-03',
  title: 'No read after a reconnect',
  dimension: 'stability',
  condition: ({ readAfterS }) =>
    `a lost stream of orders was open again, and neither positions nor orders nor balances were read within ${String(readAfterS)} s; HIGH where something was filled meanwhile`,
  effort: 'low',
  find: ({ resyncs }) =>
    groupsByVenue(
      resyncs.judged.filter(({ isLate }) => isLate),
      ({ venue }) => venue,
    ),
  unseen: ({ unseen, unseenBlind, resyncs }) => unseen ?? unseenBlind ?? resyncs.unseen,
  from: { basis: 'events of the streams and calls', queries: asked('events', 'states', 'reads', 'calls') },
  numbers: ({ found, facts, policy }) => ({
    unread_reconnects: num.count(
      'Reconnects without a read of the account',
      found.length,
      'losses of all streams of orders after which no call read positions, orders or balances in time',
    ),
    reconnects: num.count(
      'Reconnects of streams of orders',
      facts.resyncs.judged.filter(({ venue }) => venue === found[0]?.venue).length,
      'losses of all streams of orders of the exchange that ended in the window',
    ),
    missed_fills: num.count('Fills in these losses', missedOf(found), {
      formula: 'fills of the exchange while its streams of orders were lost',
      more: { queries: asked('events', 'states', 'fills') },
    }),
    read_within: policy('readAfterS', 'Time to read the account'),
  }),
  severity: ({ found }) => (missedOf(found) > 0 ? 'HIGH' : 'MEDIUM'),
  causes: ({ found, facts }) => {
    const others = facts.resyncs.judged.filter(({ venue, isLate }) => venue === found[0]?.venue && !isLate);
    return [
      hypothesis('no-code', 'Nothing reads the account when the stream is open again.', [
        'no reconnect of this exchange was followed by a read in time',
        others.length === 0,
      ]),
      hypothesis('not-always', 'The account is read after some reconnects and not after others.', [
        'other reconnects of this exchange were followed by a read in time',
        others.length > 0,
      ]),
    ];
  },
  otherwise: 'The calls do not show why nothing was read.',
  occurrence: ({ streams, from, to }) => ({
    subject: names(streams.map(({ name }) => name)),
    at: from,
    until: to,
  }),
  evidence: {
    id: 'websocket-health.unread',
    title: 'Reconnects without a read of the account',
    table: table<Resync>({
      stream: col.text('Stream', ({ streams }) => names(streams.map(({ name }) => name))),
      exchange: col.text('Exchange', ({ venue }) => venue),
      lost: col.time('Lost', ({ from }) => from),
      back: col.time('Open again', ({ to }) => to),
      read: col.time('First read after', ({ readAt }) => readAt),
      after: col.s('Read after (s)', ({ readAt, to }) => (readAt === null ? null : (readAt - to) / 1000)),
      fills: col.count('Fills meanwhile', ({ missedFills }) => missedFills),
    }),
  },
  see: ({ input, found, venue }) =>
    `select at, stream, kind, reason, downtime_ms from stream_event where ${during(input, 'at', venue)} and stream in (${[...new Set(streamsOf(found))].slice(0, 12).map(quoted).join(', ')}) order by at`,
  words: (n, { found, place }) => ({
    title: text`Nothing was read on ${place} after ${n.unread_reconnects} ${noun(found.length, 'reconnect')} of its stream of orders`,
    description: text`${n.unread_reconnects} of ${n.reconnects} reconnects of ${names(streamsOf(found))} were not followed by a read of positions, orders or balances within ${n.read_within}; ${n.missed_fills} ${noun(missedOf(found), 'fill')} fell into these losses.`,
    financial: 'A fill that the stream did not tell is neither protected nor booked until somebody asks.',
    operational:
      'What happened while the stream was lost is known only by chance, or at the next round of questions.',
    risk: 'The bot acts on positions and orders that may be others by then.',
    detection: 'No alert is known to have fired for the streams.',
    recommendation:
      'Read positions, open and conditional orders, fills and balances by REST as soon as the stream of orders is open again, before anything new is sent.',
    verification: text`Every reconnect of a stream of orders is followed by a read within ${n.read_within} in the next window.`,
  }),
});
