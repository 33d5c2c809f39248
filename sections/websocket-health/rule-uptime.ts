import { fig, text } from '../../audit/text.ts';
import { during, quoted } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { all, groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Loss, Stream } from './facts.ts';
import { asked, type Input } from './input.ts';
import { longestFirst, lossTable } from './statistics.ts';

const streamsOf = (found: readonly Loss[]): readonly Stream[] => [
  ...new Set(found.map(({ stream }) => stream)),
];
const worstOf = (found: readonly Loss[]): number =>
  Math.min(...streamsOf(found).map(({ uptimeMost }) => uptimeMost));

/** A stream that was open for too little of the window, whatever the unknown part of it was, per exchange. */
export const lowUptime = rule<Facts, Input>()({
  id: 'WS-01',
  title: 'Low uptime of a stream',
  dimension: 'stability',
  condition: ({ uptimeWarnPercent, uptimeBadPercent }) =>
    `a stream was open for less than ${String(uptimeWarnPercent)} % of the window; HIGH below ${String(uptimeBadPercent)} % or where it carries orders`,
  effort: 'medium',
  find: ({ losses }, { settings }) =>
    groupsByVenue(
      losses.filter(({ stream }) => stream.uptimeMost < settings.uptimeWarnPercent),
      ({ stream }) => stream.venue,
    ),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'events of the streams', queries: asked('events', 'states') },
  numbers: ({ found, policy }) => ({
    uptime_worst: num.percent('Uptime of the worst stream', worstOf(found), '100 x open time / window'),
    losses: num.count('Losses of these streams', found.length, 'times in which one of them was lost'),
    lost_longest: num.s(
      'Longest loss',
      Math.max(...found.map(({ from, to }) => to - from)) / 1000,
      'max of open again - lost',
    ),
    uptime_limit: policy('uptimeWarnPercent', 'Least uptime of a stream'),
  }),
  severity: ({ found, input }) =>
    worstOf(found) < input.settings.uptimeBadPercent || found.some(({ stream }) => stream.role === 'orders')
      ? 'HIGH'
      : 'MEDIUM',
  causes({ found, facts, input }) {
    const together = found.map((loss) => lostWith(loss, facts, input));
    const several = facts.streams.some(({ venue }) => venue !== found[0]?.stream.venue);
    const here = facts.streams.filter(({ venue }) => venue === found[0]?.stream.venue).length > 1;
    return [
      hypothesis('planned', 'The connections were closed on purpose.', [
        'every loss is said to be planned',
        all(
          found.map(({ planned }) => planned),
          true,
        ),
      ]),
      hypothesis('own-network', 'The bot’s own network or machine was cut off.', [
        'streams of another exchange were lost together with each of them',
        several ? together.every(({ elsewhere }) => elsewhere) : null,
      ]),
      hypothesis(
        'exchange-down',
        'The exchange dropped its connections.',
        [
          'its other streams were lost together with each of them',
          here ? together.every(({ beside }) => beside) : null,
        ],
        ['no stream of another exchange was', several ? together.every(({ elsewhere }) => !elsewhere) : null],
      ),
      hypothesis('one-stream', 'It is this stream alone: its keys, its subscription or its load.', [
        'no other stream was lost together with it',
        here || several ? together.every(({ beside, elsewhere }) => !beside && !elsewhere) : null,
      ]),
    ];
  },
  otherwise: 'The events do not show why the streams were lost.',
  occurrence: ({ stream, from, to }, { input }) => ({
    subject: stream.name,
    at: from,
    until: to >= Date.parse(input.window.to) ? input.window.to : to,
  }),
  evidence: {
    id: 'websocket-health.low-uptime',
    title: 'Losses of streams with low uptime',
    table: lossTable,
    rows: ({ found }) => longestFirst(found),
  },
  see: ({ input, venue, found }) =>
    `select at, stream, kind, reason, attempt, downtime_ms from stream_event where ${during(input, 'at', known(venue))} and stream in (${quotedNames(streamsOf(found))}) order by at`,
  words: (n, { found, place }) => ({
    title: text`${names(streamsOf(found).map(({ name }) => name))} on ${place} was open for ${n.uptime_worst} of the window`,
    description: text`${n.losses} ${noun(found.length, 'loss', 'losses')} of ${names(streamsOf(found).map(({ name }) => name))}, the longest ${n.lost_longest}; the least uptime allowed is ${n.uptime_limit}, and all streams together reached ${fig('stream_uptime')}.`,
    financial: 'Not known from the events of a stream.',
    operational: 'What came in these times came late or never: prices, fills and the ends of positions.',
    risk: found.some(({ stream }) => stream.role === 'orders')
      ? 'Fills and fired stops are not seen while the stream of orders is lost.'
      : 'Decisions rest on old prices while the stream is lost.',
    detection: 'No alert is known to have fired for the streams.',
    recommendation:
      'Keep the connection alive with pings, open a second one beside it, and renew keys and connections before their time is over.',
    verification: text`Every stream is open for at least ${n.uptime_limit} of the next window.`,
  }),
});

const known = (venue: string | null): string | null => (venue === 'unknown' ? null : venue);
const quotedNames = (streams: readonly Stream[]): string =>
  streams
    .slice(0, 12)
    .map(({ name }) => quoted(name))
    .join(', ');

/** Which other streams were lost within moments of this one. */
function lostWith({ stream, from }: Loss, { losses }: Facts, { settings }: Input) {
  const near = losses.filter(
    (other) => other.stream !== stream && Math.abs(other.from - from) <= settings.togetherS * 1000,
  );
  return {
    beside: near.some((other) => other.stream.venue === stream.venue),
    elsewhere: near.some((other) => other.stream.venue !== stream.venue),
  };
}
