import { wilson } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, shown, unshown, type Cell, type Line } from '../shared/vocabulary/lines.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { Facts, Loss, Stream } from './facts.ts';
import { asked, type Input } from './input.ts';

const NEVER = missing('no_data', 'no stream was lost');

/** Of one exchange, or of all with null. */
const at = (streams: readonly Stream[], venue: string | null): readonly Stream[] =>
  streams.filter((stream) => venue === null || stream.venue === venue);
const lossesAt = ({ losses }: Facts, venue: string | null): readonly Loss[] =>
  losses.filter(({ stream }) => venue === null || stream.venue === venue);
const total = (streams: readonly Stream[], of: (stream: Stream) => number): number =>
  streams.reduce((all, stream) => all + of(stream), 0);

function groupOf({ venues, unseen }: Facts, input: Input) {
  return {
    columns: byExchange(venues),
    basis: 'events of the streams',
    queries: asked('events', 'states'),
    currency: input.bot.quoteCurrency,
    unseen,
  };
}

/** Figures WS1 to WS4 by exchange and in total: table 4.1. */
export function connections(facts: Facts, input: Input) {
  const { streams } = facts;
  const count = (
    id: string,
    name: string,
    title: string,
    formula: string,
    of: (stream: Stream) => number,
    more: Partial<Line> = {},
  ): Line =>
    shown(id, 'count', name, title, { formula, of: (venue) => total(at(streams, venue), of), ...more });
  return lines<string | null>({
    ...groupOf(facts, input),
    lines: [
      count(
        'WS1',
        'stream_connections',
        'Connections',
        'events connect and reconnect',
        ({ opened }) => opened,
      ),
      count(
        'WS2',
        'stream_disconnections',
        'Disconnections',
        'events disconnect',
        ({ disconnected }) => disconnected,
        { note: text`${fig('stream_disconnections_planned')} of them planned` },
      ),
      unshown('WS2', 'count', 'stream_disconnections_planned', 'Planned disconnections', {
        formula: 'events disconnect that say they were planned',
        of: (venue) => total(at(streams, venue), ({ planned }) => planned),
      }),
      count(
        'WS3',
        'stream_reconnects',
        'Reconnects',
        'times a stream was open again after a loss',
        ({ reopened }) => reopened.length,
      ),
      count(
        'WS4',
        'stream_failures',
        'Connection failures',
        'events error of a stream that was not open',
        ({ failed }) => failed,
      ),
      count(
        'WS4',
        'stream_errors_open',
        'Errors of an open stream',
        'events error of a stream that was open',
        ({ errorsWhileOpen }) => errorsWhileOpen,
      ),
    ],
  });
}

/** Why an uptime is not known at an exchange; null where it is. */
function unknownAt(facts: Facts, venue: string | null): Missing | null {
  const streams = at(facts.streams, venue);
  if (streams.length === 0) return missing('no_data', 'no stream was seen');
  const unknown = streams.filter(({ unknownMs }) => unknownMs > 0);
  return unknown.length === 0
    ? null
    : missing(
        'inadequate_basis',
        `whether ${String(unknown.length)} of ${String(streams.length)} streams were open when the window began is not recorded`,
      );
}

const longest = (losses: readonly Loss[]): Loss | undefined =>
  [...losses].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)[0];

/** A bot that never records a silence may not look for them: that nothing was silent is then not known. */
function worstFresh(streams: readonly Stream[]): number | Missing {
  const deaf = streams.find(({ isHeard }) => !isHeard);
  if (deaf !== undefined)
    return missing('no_data', `no silence of ${deaf.name} is recorded, nor that the bot looks for them`);
  const shares = streams.flatMap(({ fresh }) => fresh ?? []);
  return shares.length < streams.length
    ? missing('inadequate_basis', 'a silence whose end is not recorded')
    : Math.min(...shares);
}

/** Figures WS5 to WS10 by exchange and in total: table 4.2. */
export function uptime(facts: Facts, input: Input) {
  const { streams, blind, unseenBlind } = facts;
  const back = (venue: string | null): readonly Loss[] =>
    lossesAt(facts, venue).filter(({ isOpen }) => !isOpen);
  const of = {
    orders: asked('events', 'states', 'orders'),
    held: [...asked('events', 'states'), positionsQuery.id],
  };
  return lines<string | null>({
    ...groupOf(facts, input),
    lines: [
      shown('WS5', 'percent', 'stream_uptime', 'Total uptime', {
        formula: '100 x open time of the streams / (streams x window)',
        of: (venue) =>
          unknownAt(facts, venue) ??
          total(at(streams, venue), ({ uptimeMost }) => uptimeMost) / at(streams, venue).length,
        note: 'all streams',
      }),
      shown('WS5', 'percent', 'stream_uptime_worst', 'Uptime of the worst stream', {
        formula: 'lowest of 100 x open time / window',
        of: (venue) =>
          unknownAt(facts, venue) ?? Math.min(...at(streams, venue).map(({ uptimeMost }) => uptimeMost)),
        note: streams[0]?.name ?? 'no stream',
      }),
      shown('WS6', 'percent', 'stream_fresh_worst', 'Fresh data of the worst stream', {
        formula: 'lowest of 100 x time open and not found silent / window',
        of: (venue) => unknownAt(facts, venue) ?? worstFresh(at(streams, venue)),
        note: 'open, and not found silent',
      }),
      shown('WS7', 's', 'stream_reconnect_time', 'Average reconnect time', {
        formula: 'mean of open again - lost, over the losses that ended in the window',
        of: (venue) => {
          const ended = back(venue);
          const lengths = ended.reduce((all, { from, to }) => all + to - from, 0);
          return ended.length === 0
            ? NEVER
            : { value: { value: lengths / 1000 / ended.length }, n: ended.length };
        },
        note: 'losses that ended',
      }),
      shown('WS8', 's', 'stream_longest_loss', 'Longest disconnection', {
        formula:
          'max of open again - lost; of one that was not open again up to the end of the window, a lower bound',
        of: (venue) => {
          const most = longest(lossesAt(facts, venue));
          return most === undefined ? NEVER : (most.to - most.from) / 1000;
        },
        when: (venue) => longest(lossesAt(facts, venue))?.from ?? null,
        note:
          longest(facts.losses)?.isOpen === true
            ? 'at least (≥): it was still lost at the end'
            : 'one stream',
      }),
      shown('WS8', 'count', 'streams_lost_at_end', 'Streams lost at the end', {
        formula: 'streams whose last event of the connection is a loss',
        of: (venue) => at(streams, venue).filter(({ atEnd }) => atEnd === 'lost').length,
      }),
      shown('WS9', 'count', 'entries_blind', 'Entry orders sent while blind', {
        queries: of.orders,
        formula: `entry orders sent later than ${String(input.settings.blindGraceS)} s after every stream of orders of their exchange was lost, and before one was back`,
        unseen: facts.unseen ?? unseenBlind,
        of: (venue) => countBlind(blind, venue, ({ entries }) => entries.length),
        note: text`and ${fig('orders_blind')} other orders`,
      }),
      unshown('WS9', 'count', 'orders_blind', 'Other orders sent while blind', {
        queries: of.orders,
        formula: 'stops, exits and targets sent in the same time',
        unseen: facts.unseen ?? unseenBlind,
        of: (venue) => countBlind(blind, venue, ({ others }) => others),
      }),
      shown('WS9', 'money_min', 'exposure_blind', 'Exposure held while blind', {
        queries: of.held,
        formula: 'sum of entry notional x minutes without a stream of orders',
        unseen: facts.unseen ?? unseenBlind ?? reasonOf(input.shared.positions),
        of: (venue) => facts.heldBlind(venue).toDecimalPlaces(8),
        note: 'notional x minutes',
      }),
      shown('WS10', 'percent', 'stream_resynced', 'Reconnects followed by a read of the account', {
        queries: asked('events', 'states', 'reads', 'calls'),
        formula: `100 x losses of all streams of orders after which positions, orders or balances were read within ${String(input.settings.readAfterS)} s / such losses`,
        unseen: facts.unseen ?? unseenBlind ?? facts.resyncs.unseen,
        of: (venue) => resynced(facts, venue),
        note: 'streams of orders',
      }),
    ],
  });
}

/** WS10: of the losses of all streams of orders after which it can be told. */
function resynced({ resyncs }: Facts, venue: string | null): Missing | Cell {
  const own = resyncs.judged.filter((one) => venue === null || one.venue === venue);
  const read = own.filter(({ isLate }) => !isLate).length;
  return own.length === 0
    ? missing('no_data', 'no stream of orders was lost and open again, or none of which it can be told')
    : { value: { value: (100 * read) / own.length }, n: own.length, interval: wilson(read, own.length) };
}

type BlindTimes = Facts['blind'];

function countBlind(
  blind: BlindTimes,
  venue: string | null,
  of: (one: BlindTimes[number]) => number,
): number {
  return blind.filter((one) => venue === null || one.venue === venue).reduce((all, one) => all + of(one), 0);
}

/** The streams, the one with the lowest uptime first. */
export const streamTable = table<Stream>({
  stream: col.text('Stream', ({ name }) => name),
  exchange: col.text('Exchange', ({ venue }) => venue),
  carries: col.text('Carries', ({ role }) => role ?? 'not said'),
  uptime: col.percent('Uptime', ({ unknownMs, uptimeMost }) => (unknownMs > 0 ? null : uptimeMost)),
  lost: col.count('Losses', ({ lost }) => lost.length),
  length: col.s('Lost (s)', ({ lostMs }) => lostMs / 1000),
  unknown: col.s('Not known (s)', ({ unknownMs }) => unknownMs / 1000),
  end: col.text('At the end', ({ atEnd }) => atEnd),
});

/** Losses of streams, the longest first. */
export const lossTable = table<Loss>({
  stream: col.text('Stream', ({ stream }) => stream.name),
  exchange: col.text('Exchange', ({ stream }) => stream.venue),
  lost: col.time('Lost', ({ from }) => from),
  back: col.time('Open again', ({ to, isOpen }) => (isOpen ? null : to)),
  length: col.s('Lost for (s)', ({ from, to }) => (to - from) / 1000),
  bound: col.text('Bound', ({ isOpen }) => (isOpen ? '≥, still lost' : '')),
  failures: col.count('Failed attempts', ({ failures }) => failures),
  reason: col.text('Reason', ({ reason, planned }) =>
    [planned === true ? 'planned' : '', reason ?? ''].filter((word) => word !== '').join(': '),
  ),
});

export const longestFirst = (losses: readonly Loss[]): readonly Loss[] =>
  [...losses].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from);
