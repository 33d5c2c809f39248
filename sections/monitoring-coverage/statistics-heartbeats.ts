import { missing } from '../../audit/value.ts';
import { counted, lines, WHOLE_BOT, type Lines } from '../shared/vocabulary/lines.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';

export const UNSTARTED = missing(
  'no_data',
  'no heartbeat in the window or the seven days before it, and no position, order or event up to its end; nothing shows that the bot should have run',
);
const BLIND = missing('no_data', 'no heartbeat in the window, though other sources show life');

/** Uptime and silences (catalogue EX10, NA1). */
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
  const tooLong = silences.filter(({ from, to }) => to - from > limitS * 1000).length;
  return lines({
    columns: WHOLE_BOT,
    basis: 'heartbeats',
    queries: asked('heartbeatGaps'),
    currency: input.bot.quoteCurrency,
    unseen: reasonOf(heartbeatGaps),
    lines: [
      uptime('uptime', 'System uptime', up(heartbeats?.uptimePercent), {
        formula: `100 x (1 - D / window); D = sum of (gap - ${every} s) over gaps longer than 2 x ${every} s, all services joined`,
        row: true,
      }),
      uptime('uptime_min', 'Uptime at worst', up(bounds[0]), {
        formula: 'each gap counted as down from its last heartbeat on',
        row: 'At worst',
        note: 'down from the last heartbeat on',
      }),
      uptime('uptime_max', 'Uptime at best', up(bounds[1]), {
        basis: 'heartbeats, events, snapshots',
        formula: 'minutes of a gap with an event or a snapshot counted as up',
        row: 'At best',
        note: 'minutes with an event or a snapshot were not down',
      }),
      beats('heartbeats', 'Heartbeats', total('beats'), {
        formula: 'heartbeats of all services in the window',
        row: true,
        note: 'all services',
      }),
      beats('heartbeats_unwell', 'Heartbeats of a service that is not well', total('unwell'), {
        formula:
          'heartbeats whose status is a word such as stuck, stalled, failed or stopped; they end no silence',
      }),
      beats('heartbeat_longest_gap', 'Longest silence between heartbeats', silence(heartbeats?.longestGapS), {
        unit: 's',
        formula: 'longest time between two heartbeats of one service, the window’s edges included',
        row: 'Longest silence',
        note: 'of one service',
      }),
      beats('heartbeat_gaps', 'Silences over the limit', silence(tooLong), {
        formula: `gaps longer than ${String(limitS)} s`,
        row: true,
        note: `longer than ${String(limitS)} s`,
      }),
      counted({ basis: 'events', queries: asked('eventMinutes'), unseen: reasonOf(eventMinutes) })(
        'event_minutes',
        'Minutes with an event',
        eventMinutes.ok ? eventMinutes.rows.length : 0,
        { formula: 'distinct minutes with at least one event' },
      ),
    ],
  });
}
