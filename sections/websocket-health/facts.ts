import { sum, type Money } from '../../audit/decimal.ts';
import { mergeIntervals, ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { isEntry } from '../shared/facts/order-roles.ts';
import type { Span } from '../shared/facts/protection.ts';
import { groupBy, requestedAt } from '../shared/facts/row-values.ts';
import { venueOf, venuesOf } from '../shared/facts/symbols.ts';
import type { StreamEventRow } from '../shared/queries/streams.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import { notionalMinutes } from '../shared/vocabulary/exposure-modifier.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { resyncsOf } from './resyncs.ts';
import { eventOf, timelineOf, type LostSpan, type SilentSpan } from './timeline.ts';

export type Facts = ReturnType<typeof factsOf>;
export type Stream = ReturnType<typeof streamOf>;
/** A loss, or a silence, with the stream that had it. */
export type Loss = LostSpan & { readonly stream: Stream };
export type Silence = SilentSpan & { readonly stream: Stream };

export function factsOf(input: Input) {
  const { rows, bot, shared } = input;
  const unread = reasonOf(rows.events) ?? reasonOf(rows.states);
  const all = [...rowsOf(rows.states), ...rowsOf(rows.events)];
  const streams = [
    ...groupBy(all, ({ exchange, stream }) => JSON.stringify([venueOf(exchange), stream])).values(),
  ]
    .map((list) => streamOf(list, input))
    .sort(
      (a, b) => a.uptimeMost - b.uptimeMost || (`${a.venue} ${a.name}` < `${b.venue} ${b.name}` ? -1 : 1),
    );
  const none =
    streams.length === 0
      ? missing('no_data', 'no event of a stream in the window and in the seven days before it')
      : null;
  const blind = blindTimes(streams, input);
  return {
    /** Why there is nothing to count; null where streams were seen. */
    unseen: unread ?? none,
    /** What could not be read, for those who ask whether it is the bot that does not record it. */
    unread,
    venues: venuesOf(
      bot.exchanges,
      streams.map(({ venue }) => venue),
    ),
    /** The one with the lowest uptime first. */
    streams,
    losses: streams.flatMap((stream) => stream.lost.map((span): Loss => ({ ...span, stream }))),
    silences: streams.flatMap((stream) => stream.silent.map((span): Silence => ({ ...span, stream }))),
    blind,
    /** What was asked for after each of these times. */
    resyncs: resyncsOf(blind, input),
    /** Why nobody knows what was sent while the stream of orders was lost. */
    unseenBlind: unseenBlind(streams, input),
    /** Notional held while it was lost, by exchange. */
    heldBlind: (venue: string | null): Money => heldBlind(blind, venue, shared.positions),
  };
}

/** One connection of the bot, as its events tell it. */
function streamOf(list: readonly StreamEventRow[], { window }: Input) {
  const [from, to] = [ms(window.from), ms(window.to)];
  const inside = list.filter(({ at }) => Date.parse(at) >= from);
  const before = list.filter(({ at }) => Date.parse(at) < from);
  const timeline = timelineOf(before.map(eventOf), inside.map(eventOf), { from, to });
  const last = list.at(-1);
  const lengthOf = (spans: readonly Span[]): number =>
    mergeIntervals(
      spans.map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) })),
    ).reduce((total, span) => total + span.to - span.from, 0);
  const lostMs = lengthOf(timeline.lost);
  const shareOf = (downMs: number): number => 100 * (1 - downMs / (to - from));
  const count = (kind: StreamEventRow['kind']): number => inside.filter((one) => one.kind === kind).length;
  const roles = new Set(list.flatMap(({ role }) => (role === null || role === 'unknown' ? [] : [role])));
  const [role = null, ...others] = roles;
  return {
    ...timeline,
    venue: venueOf(last?.exchange ?? null),
    name: last?.stream ?? '',
    /** What it carries; null where nobody says it, or two rows say two things. */
    role: others.length > 0 ? null : role,
    lostMs,
    /** Percent of the window; the unknown time counts as open. */
    uptimeMost: shareOf(lostMs),
    uptimeLeast: shareOf(lostMs + timeline.unknownMs),
    /** Percent of the window in which it was open and delivered; null where a silence has no known end. */
    fresh: timeline.silent.some(({ lengthMs }) => lengthMs === null)
      ? null
      : shareOf(lengthOf([...timeline.lost, ...timeline.silent])),
    /** Whether the bot is known to record silences of it. */
    isHeard: list.some(({ kind }) => kind === 'stale'),
    opened: count('connect') + count('reconnect'),
    /** When it was opened, as far as it is known. */
    openings: list.flatMap(({ kind, at }) =>
      kind === 'connect' || kind === 'reconnect' ? [Date.parse(at)] : [],
    ),
    disconnected: count('disconnect'),
    planned: inside.filter(({ kind, planned }) => kind === 'disconnect' && planned === true).length,
    failed: timeline.failedRuns.flat().filter((at) => at >= from).length,
  };
}

/** A time in which an exchange had no open stream of orders, with what was sent meanwhile. */
export interface Blind extends Span {
  readonly venue: string;
  readonly streams: readonly Stream[];
  readonly entries: readonly OrderRow[];
  readonly others: number;
}

/** All streams of orders of an exchange lost at once, clipped to the window. */
function blindTimes(streams: readonly Stream[], { rows, window, settings }: Input): readonly Blind[] {
  const clip: Span = { from: ms(window.from), to: ms(window.to) };
  const carrying = groupBy(
    streams.filter(({ role }) => role === 'orders'),
    ({ venue }) => venue,
  );
  const sent = rowsOf(rows.orders).flatMap((order) => {
    const at = requestedAt(order);
    return at === null ? [] : [{ order, at, venue: venueOf(order.exchange) }];
  });
  return [...carrying].flatMap(([venue, own]) =>
    own
      .map(({ lost }) => mergeIntervals(lost))
      .reduce<readonly Span[]>(bothIn, [clip])
      .map((span): Blind => {
        const from = span.from + settings.blindGraceS * 1000;
        const meanwhile = sent.filter((one) => one.venue === venue && one.at > from && one.at < span.to);
        const entries = meanwhile.filter(({ order }) => isEntry(order)).map(({ order }) => order);
        return { ...span, venue, streams: own, entries, others: meanwhile.length - entries.length };
      }),
  );
}

/** The time that is in both. */
function bothIn(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  return some.flatMap((one) =>
    others
      .map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }))
      .filter(({ from, to }) => to > from),
  );
}

function unseenBlind(streams: readonly Stream[], { rows }: Input): Missing | null {
  if (streams.every(({ role }) => role !== 'orders'))
    return missing('inadequate_basis', 'the mapping says of no stream that it carries orders');
  return reasonOf(rows.orders);
}

function heldBlind(
  blind: readonly Blind[],
  venue: string | null,
  facts: Input['shared']['positions'],
): Money {
  const positions = facts.ok ? facts.positions : [];
  const spans = blind.filter((span) => venue === null || span.venue === venue);
  return sum(
    spans.flatMap((span) =>
      positions
        .filter((position) => position.venue === span.venue)
        .map(({ notional, openedAt, closedAt }) =>
          notionalMinutes(
            notional,
            Math.max(0, Math.min(span.to, closedAt ?? Infinity) - Math.max(span.from, openedAt)),
          ),
        ),
    ),
  );
}
