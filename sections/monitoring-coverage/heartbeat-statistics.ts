import { missing } from '../../audit/value.ts';
import { counted, lines, WHOLE_BOT, type Lines } from '../shared/vocabulary/lines.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import { isTooLong, type Silence } from './heartbeat-facts.ts';
import { asked, type Input } from './input.ts';

export const UNSTARTED = missing(
  'no_data',
  'no heartbeat in the window and no regular one in the seven days before it, and no position, order or event up to its end; nothing shows that the bot should have run',
);
const BLIND = missing('no_data', 'no heartbeat in the window, though other sources show life');

/** When the longest silence began. */
function longestSilence(silences: readonly Silence[]): number | null {
  const [longest] = [...silences].sort((a, b) => b.lengthS - a.lengthS || a.from - b.from);
  return longest === undefined ? null : (longest.last ?? longest.from);
}

export function heartbeatStatistics({ heartbeats }: Facts, input: Input): Lines {
  const { heartbeatGaps, eventMinutes } = input.rows;
  const { services = [], silences = [], bounds = [] } = heartbeats ?? {};
  const every = String(input.bot.heartbeatIntervalS);
  const limitS = input.settings.heartbeatGapS;
  const total = (of: 'beats' | 'unwell') => services.reduce((sum, service) => sum + service[of], 0);
  const silence = (value = 0) => (heartbeats?.unstarted === true ? UNSTARTED : value);
  const up = (percent?: number) => (heartbeats?.blind === true ? BLIND : silence(percent));
  const uptime = counted({ id: 'EX10', unit: 'percent' });
  const beats = counted({ id: 'NA1' });
  const events = counted({ basis: 'events', queries: asked('eventMinutes'), unseen: reasonOf(eventMinutes) });
  const tooLong = silences.filter((one) => isTooLong(one, input)).length;
  const eventful = eventMinutes.ok ? eventMinutes.rows.length : 0;
  return lines({
    columns: WHOLE_BOT,
    basis: 'heartbeats',
    queries: asked('heartbeatGaps'),
    currency: input.bot.quoteCurrency,
    unseen: reasonOf(heartbeatGaps),
    lines: [
      uptime('uptime', 'System uptime', up(heartbeats?.uptimePercent), {
        formula: `100 x (1 - D / window); D = sum of (gap - ${every} s) over gaps longer than ${String(input.shared.thresholds.silentIntervals)} x ${every} s, all services that beat in the window or ought to, joined`,
        row: true,
      }),
      uptime('uptime_min', 'Uptime at worst', up(bounds[0]), {
        formula: 'each gap counted as down from its last heartbeat on',
        row: 'At worst',
        note: 'down from the last heartbeat on',
      }),
      uptime('uptime_max', 'Uptime at best', up(bounds[1]), {
        basis: 'heartbeats, events, positions, snapshots',
        formula: 'minutes of a gap with an event, an opening or a snapshot counted as up',
        row: 'At best',
        note: 'minutes with an event, an opening or a snapshot were not down',
      }),
      beats('heartbeats', 'Heartbeats', total('beats'), {
        formula: 'heartbeats of all services in the window',
        row: true,
        note: 'all services',
      }),
      beats('heartbeats_unwell', 'Heartbeats of a service that is not well', total('unwell'), {
        formula: 'heartbeats of the kind failing, such as stuck, stalled or stopped; they end no silence',
      }),
      beats('heartbeat_longest_gap', 'Longest silence between heartbeats', silence(heartbeats?.longestGapS), {
        unit: 's',
        formula:
          'longest time from a heartbeat of a service to its next one, or to the end of the window where none came',
        row: 'Longest silence',
        note: 'of one service',
        when: () => longestSilence(heartbeats?.silences ?? []),
      }),
      beats('heartbeat_gaps', 'Silences over the limit', silence(tooLong), {
        formula: `gaps longer than ${String(limitS)} s`,
        row: true,
        note: `longer than ${String(limitS)} s`,
      }),
      events('event_minutes', 'Minutes with an event', eventful, {
        formula: 'distinct minutes with at least one event',
      }),
    ],
  });
}
