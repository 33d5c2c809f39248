import { text } from '../../audit/text.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Stream } from './facts.ts';
import { asked, type Input } from './input.ts';

const HOUR_MS = 3_600_000;
/** Attempts that come at least this evenly do not back off: the longest wait in the shortest. */
const EVEN_RATIO = 2;

/** Times of one stream that came too often: attempts in vain in a row, or reconnects within an hour. */
interface Storm {
  readonly stream: Stream;
  readonly what: 'failed attempts' | 'reconnects';
  readonly times: readonly number[];
}
const first = ({ times }: Storm): number => times[0] ?? 0;
const last = ({ times }: Storm): number => times.at(-1) ?? 0;

/** A stream that fails to open again and again, or breaks off again and again, per exchange. */
export const reconnectStorm = rule<Facts, Input>()({
  id: 'WS-05',
  title: 'Reconnect storm',
  dimension: 'stability',
  condition: ({ stormFailures, stormReconnects }) =>
    `more than ${String(stormFailures)} failed attempts in a row, or more than ${String(stormReconnects)} reconnects of a stream within an hour`,
  effort: 'low',
  find: ({ streams }, { settings }) =>
    groupsByVenue(
      streams.flatMap((stream) => stormsOf(stream, settings)),
      ({ stream }) => stream.venue,
    ),
  unseen: ({ unseen }) => unseen,
  from: { basis: 'events of the streams', queries: asked('events') },
  numbers: ({ found, policy }) => ({
    storm_times: num.count(
      'Reconnects and failed attempts of the storms',
      found.reduce((all, { times }) => all + times.length, 0),
      'events of the storms below',
    ),
    storm_failures: policy('stormFailures', 'Failed attempts in a row allowed'),
    storm_reconnects: policy('stormReconnects', 'Reconnects of an hour allowed'),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found }) => [
    hypothesis('no-backoff', 'Attempts follow each other without a growing pause.', [
      'the pauses between the attempts do not grow',
      found.every(({ what }) => what === 'failed attempts') ? found.every(isEven) : null,
    ]),
    hypothesis('unstable', 'The connection is opened and lost again at once.', [
      'the stream was open again each time',
      found.every(({ what }) => what === 'reconnects'),
    ]),
  ],
  otherwise: 'The events do not show why it fails.',
  occurrence: (storm) => ({ subject: storm.stream.name, at: first(storm), until: last(storm) }),
  frequency: ({ found }) => found.reduce((all, { times }) => all + times.length, 0),
  evidence: {
    id: 'websocket-health.storms',
    title: 'Reconnect storms',
    table: table<Storm>({
      stream: col.text('Stream', ({ stream }) => stream.name),
      exchange: col.text('Exchange', ({ stream }) => stream.venue),
      what: col.text('What', ({ what }) => what),
      times: col.count('Times', ({ times }) => times.length),
      from: col.time('First', first),
      to: col.time('Last', last),
    }),
  },
  see: ({ input }) =>
    `select date_trunc('minute', at) as minute, exchange, stream, kind, count(*) from stream_event where ${during(input, 'at')} and kind in ('error', 'reconnect', 'connect') group by 1, 2, 3, 4 order by 1, 3`,
  words: (n, { found, place }) => ({
    title: text`${names(found.map(({ stream }) => stream.name))} on ${place} ${found.some(({ what }) => what === 'reconnects') ? 'broke off again and again' : 'could not be opened again and again'}`,
    description: text`${n.storm_times} ${noun(found.length, names(found.map(({ what }) => what)), 'reconnects and failed attempts')} of ${names(found.map(({ stream }) => stream.name))}; ${n.storm_failures} attempts in a row and ${n.storm_reconnects} reconnects within an hour are allowed.`,
    financial: 'Not known from the events of a stream.',
    operational: 'Each time what came meanwhile is lost, and has to be read anew.',
    risk: 'Exchanges ban addresses that connect too often; then every stream is lost at once.',
    detection: 'No alert is known to have fired for the streams.',
    recommendation:
      'Wait longer after each attempt, up to a limit and with chance in it, and find out what breaks the connection off.',
    verification: text`At most ${n.storm_reconnects} reconnects of a stream within an hour, and at most ${n.storm_failures} failed attempts in a row, in the next window.`,
  }),
});

function stormsOf(stream: Stream, { stormFailures, stormReconnects }: Input['settings']): readonly Storm[] {
  const failed = stream.failedRuns.filter((run) => run.length > stormFailures);
  const often = tooOften(stream.reopened, stormReconnects);
  return [
    ...failed.map((times): Storm => ({ stream, what: 'failed attempts', times })),
    ...(often.length === 0 ? [] : [{ stream, what: 'reconnects', times: often } satisfies Storm]),
  ];
}

/** The times that lie in some hour with more than `most` of them. */
function tooOften(times: readonly number[], most: number): readonly number[] {
  return times.filter((_, index) =>
    times.some((start, from) => {
      const end = times[from + most];
      if (end === undefined || end - start >= HOUR_MS) return false;
      return index >= from && (times[index] ?? 0) < start + HOUR_MS;
    }),
  );
}

function isEven({ times }: Storm): boolean {
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return Math.max(...pauses) <= EVEN_RATIO * Math.min(...pauses);
}
