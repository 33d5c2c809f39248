import { text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Silence } from './facts.ts';
import { asked, type Input } from './input.ts';

const limitOf = ({ stream }: Silence): 'silentPricesS' | 'silentOrdersS' =>
  stream.role === 'prices' ? 'silentPricesS' : 'silentOrdersS';
/** One whose length nobody recorded was too long for the bot itself, which called it stale. */
const isTooLong = (silence: Silence, { settings }: Input): boolean =>
  silence.lengthMs === null || silence.lengthMs > settings[limitOf(silence)] * 1000;
const longestMs = (found: readonly Silence[]): number =>
  Math.max(...found.map(({ lengthMs }) => lengthMs ?? 0));

/** Open, and nothing came: the stream that looks healthy and is not, per exchange. */
export const silentStream = rule<Facts, Input>()({
  id: 'WS-02',
  title: 'Silent stream',
  dimension: 'stability',
  condition: ({ silentPricesS, silentOrdersS }) =>
    `an open stream was stale for longer than ${String(silentPricesS)} s (prices) or ${String(silentOrdersS)} s (orders); CRITICAL where it carries orders and positions were open`,
  effort: 'medium',
  find: ({ silences }, input) =>
    groupsByVenue(
      silences.filter((silence) => isTooLong(silence, input)),
      ({ stream }) => stream.venue,
    ),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'events of the streams', queries: asked('events', 'states') },
  numbers: ({ found, policy }) => ({
    silences: num.count(
      'Silences of open streams',
      found.length,
      'times in which a stream was stale and too long so',
    ),
    silence_longest: num.s(
      'Longest silence',
      longestMs(found) === 0
        ? missing('no_data', 'nobody recorded when something came again')
        : longestMs(found) / 1000,
      'from the last message, or else the first event stale, to the next subscription or connection',
    ),
    silence_limit: policy(
      found[0] === undefined ? 'silentPricesS' : limitOf(found[0]),
      'Longest silence allowed',
    ),
  }),
  severity: ({ found, input }) =>
    found.some(
      (silence) => silence.stream.role === 'orders' && silence.lengthMs !== null && heldIn(silence, input),
    )
      ? 'CRITICAL'
      : 'HIGH',
  causes: ({ found, input }) => [
    hypothesis('key-expired', 'The key of the stream was not renewed.', [
      `each silence began ${String(input.settings.keyMin)} minutes after its stream of orders was opened`,
      found.every((silence) => isAtKeyAge(silence, input)),
    ]),
    hypothesis('subscription-lost', 'The subscriptions were not made again after a reconnect.', [
      'each silence began within a minute of a reconnect',
      found.every(({ stream, from }) => stream.reopened.some((at) => Math.abs(at - from) <= 60_000)),
    ]),
  ],
  otherwise:
    'Why nothing came is not recorded: the key, the subscription and the reader of messages are possible.',
  occurrence: ({ stream, from, to }) => ({ subject: stream.name, at: from, until: to }),
  evidence: {
    id: 'websocket-health.silent',
    title: 'Silences of open streams',
    table: table<Silence>({
      stream: col.text('Stream', ({ stream }) => stream.name),
      exchange: col.text('Exchange', ({ stream }) => stream.venue),
      carries: col.text('Carries', ({ stream }) => stream.role ?? 'not said'),
      from: col.time('Silent from', ({ from }) => from),
      to: col.time('To', ({ to }) => to),
      length: col.s('Silent for (s)', ({ lengthMs }) => (lengthMs === null ? null : lengthMs / 1000)),
    }),
  },
  see: ({ input }) =>
    `select at, exchange, stream, kind, role, reason, downtime_ms from stream_event where ${during(input, 'at')} and kind in ('stale', 'subscribe', 'connect', 'reconnect', 'disconnect') order by stream, at`,
  words: (n, { found, place }) => ({
    title: text`${names(found.map(({ stream }) => stream.name))} on ${place} was open and silent`,
    description: text`${n.silences} ${noun(found.length, 'silence')} of ${names(found.map(({ stream }) => stream.name))}, the longest ${n.silence_longest}; ${n.silence_limit} are allowed.`,
    financial: 'Not known from the events of a stream.',
    operational: 'A stream that is open and silent looks healthy to whoever counts connections.',
    risk: found.some(({ stream }) => stream.role === 'orders')
      ? 'Fills and fired stops were not seen in this time.'
      : 'Decisions rested on the last price before the silence.',
    detection: 'No alert is known to have fired for the streams.',
    recommendation:
      'Watch the age of the last message of every stream, subscribe again when it passes the limit, and ask the exchange by REST meanwhile.',
    verification: text`No open stream is silent for longer than ${n.silence_limit} in the next window.`,
  }),
});

/** Whether a position was open at its exchange meanwhile. */
function heldIn({ stream, from, to }: Silence, { shared: { positions } }: Input): boolean {
  return (
    positions.ok &&
    positions.positions.some(
      ({ venue, openedAt, closedAt }) =>
        venue === stream.venue && openedAt < to && (closedAt === null || closedAt > from),
    )
  );
}

function isAtKeyAge({ stream, from }: Silence, { settings }: Input): boolean {
  if (stream.role !== 'orders') return false;
  const age = stream.openings.filter((at) => at < from).map((at) => (from - at) / 60_000);
  return age.some((minutes) => Math.abs(minutes - settings.keyMin) <= settings.keyNearMin);
}
