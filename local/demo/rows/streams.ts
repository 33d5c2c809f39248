import { VENUES } from '../instruments.ts';
import { STREAM_NAMES, type Outage, type Silent, type StreamRole } from '../streams.ts';
import { firstHour, type DemoRow, type World } from '../world.ts';
import { timeCell, within } from './time-cells.ts';

const ROLES = Object.keys(STREAM_NAMES) as StreamRole[];

/** A row whose time is still a number. */
type EventCells = DemoRow & { readonly at: number };

/** What the bot wrote of its connections, in order of time: they are open from the first hour on. */
export function streamEventRows(world: World): DemoRow[] {
  const start = firstHour(world);
  const opened = VENUES.flatMap((venue, index) =>
    ROLES.flatMap((role, place) => {
      const at = start + 2_140 + 310 * index + 120 * place;
      return [row({ venue, role }, at, 'connect'), row({ venue, role }, at + 85, 'subscribe')];
    }),
  );
  const troubled = [...world.outages, ...world.silentStreams].filter(({ role }) => role === 'prices');
  const subscribed = world.subscriptions
    .filter(
      ({ venue, at }) =>
        !within(
          at,
          troubled.filter((one) => one.venue === venue),
        ),
    )
    .map(({ venue, at }) => row({ venue, role: 'prices' }, at, 'subscribe', { reason: 'symbols changed' }));
  const rows = [
    ...opened,
    ...subscribed,
    ...world.outages.flatMap(outageRows),
    ...world.silentStreams.flatMap(silentRows),
  ];
  return rows.sort((a, b) => a.at - b.at).map(({ at, ...cells }) => ({ at: timeCell(at), ...cells }));
}

/** The loss, the attempts in vain and the way back. */
function outageRows(outage: Outage): EventCells[] {
  const { from, to, reason, failures } = outage;
  const lengthMs = to - from;
  const failed = Array.from({ length: failures }, (_, index) =>
    row(outage, from + Math.round((lengthMs * (index + 1)) / (failures + 1)), 'error', {
      reason: 'connection refused',
      attempt: index + 1,
    }),
  );
  return [
    row(outage, from, 'disconnect', { reason, planned: false }),
    ...failed,
    row(outage, to, 'reconnect', { attempt: failures + 1, downtime_ms: lengthMs }),
  ];
}

function silentRows(silent: Silent): EventCells[] {
  const { from, to } = silent;
  const noticedMs = Math.min(15_000, to - from);
  return [
    row(silent, from + noticedMs, 'stale', { reason: 'no message', downtime_ms: noticedMs }),
    row(silent, to, 'subscribe', { reason: 'subscribed again' }),
  ];
}

function row(
  { venue, role }: Pick<Outage, 'venue' | 'role'>,
  at: number,
  kind: string,
  more: DemoRow = {},
): EventCells {
  return {
    stream: STREAM_NAMES[role],
    kind,
    role,
    exchange: venue,
    reason: null,
    planned: null,
    attempt: null,
    downtime_ms: null,
    ...more,
    at,
  };
}
