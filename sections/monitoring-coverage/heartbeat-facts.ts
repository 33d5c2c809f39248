import type { Window } from '../../audit/evidence.ts';
import { mergeIntervals, ms } from '../../audit/time.ts';
import { oughtToBeat } from '../shared/facts/heard-services.ts';
import type { HeartbeatGapRow } from '../shared/queries/monitoring.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { minutesOfLife, type Interval } from './life.ts';

export type HeartbeatFacts = NonNullable<ReturnType<typeof heartbeatFacts>>;
export type Service = HeartbeatFacts['services'][number];
export type Silence = Silences['silences'][number];
type Silences = ReturnType<typeof heartbeatsOf>;

/** Services, silences and uptime by heartbeats; null where they cannot be read. */
export function heartbeatFacts(input: Input) {
  const { window, bot, shared, rows } = input;
  if (!rows.heartbeatGaps.ok) return null;
  const heard = rows.heartbeatGaps.rows;
  const expected = heard.filter((row) => oughtToBeat(row, shared.thresholds));
  const alive = [
    ...minutesOfLife(input).filter((at) => at >= ms(window.from) && at < ms(window.to)),
    ...rowsOf(rows.snapshots).map(({ at }) => Math.floor(ms(at) / 60_000) * 60_000),
  ];
  const counted = heartbeatsOf(
    // Where no service ought to beat, the bot as a whole was not heard.
    expected.length > 0 ? expected : [nobody(window)],
    window,
    bot.heartbeatIntervalS,
    shared.thresholds.silentIntervals,
  );
  const beats = counted.services.reduce((total, { beats: well, unwell }) => total + well + unwell, 0);
  const others = servicesOf(heard.filter((row) => !oughtToBeat(row, shared.thresholds)));
  return {
    ...counted,
    /** Heard in the seven days before the window, too seldom to be expected in it: not in uptime, nor in any silence. */
    others,
    bounds: uptimeBounds(counted, alive, window),
    /** Nothing beat at all though other sources show life: the heartbeat is off, and uptime cannot be known from it. */
    blind: beats === 0 && alive.length > 0,
    /** Nothing shows that the bot should have run: it has not traded yet, and no service ought to beat. */
    unstarted: expected.length === 0 && alive.length === 0 && neverTraded(input),
  };
}

const nobody = ({ from, to }: Window): HeartbeatGapRow => ({
  service: 'all services',
  beats: 0,
  unwell: 0,
  gap_from: from,
  gap_to: to,
  from_beat: false,
  to_beat: false,
  hours_before: 0,
  latest_before: 0,
  last_before: null,
});

/** Whether the tables of what a bot does can be read and were empty up to the end of the window. */
function neverTraded({ entities }: Input): boolean {
  const deeds = entities.filter(({ entity }) => ['position', 'order', 'fill', 'event'].includes(entity));
  const positions = deeds.find(({ entity }) => entity === 'position');
  return positions?.status === 'ok' && !deeds.some(({ everHadRows }) => everHadRows);
}

/** Uptime as catalogue EX10: D is the sum of (gap - interval) over gaps over so many intervals; services are joined. */
export function heartbeatsOf(rows: readonly HeartbeatGapRow[], window: Window, everyS: number, most: number) {
  const services = servicesOf(rows);
  const silences = rows
    .map((row) => silenceOf(row, everyS))
    .filter(({ lengthS }) => lengthS > most * everyS)
    .sort((a, b) => a.from - b.from || (a.service < b.service ? -1 : 1));
  const down = mergeIntervals(silences.map(({ downFrom, to }) => ({ from: downFrom, to })));
  return {
    /** Each with its beats, and with those that say that it does not work: they end no silence. */
    services,
    /** Gaps that are too long, by service and time; clipped to the window, with the heartbeats that bound them. */
    silences,
    /** Time that counts as down: from the missed beat to the next one, any service; merged. */
    down,
    uptimePercent: percentUp(down, window),
    longestGapS: Math.max(0, ...services.map(({ longestGapS }) => longestGapS)),
  };
}

function servicesOf(rows: readonly HeartbeatGapRow[]) {
  return [...new Set(rows.map(({ service }) => service))].map((name) => {
    const own = rows.filter(({ service }) => service === name);
    const [first] = own;
    return {
      name,
      beats: first?.beats ?? 0,
      unwell: first?.unwell ?? 0,
      longestGapS: Math.max(0, ...own.map((row) => silenceOf(row, 0).lengthS)),
      hoursBefore: first?.hours_before ?? 0,
      lastBefore: first?.last_before ?? null,
    };
  });
}

/** A silence lasts from a heartbeat to the next: the last may lie before the window, the next is not known after its end. */
function silenceOf(row: HeartbeatGapRow, everyS: number) {
  const [from, to] = [ms(row.gap_from), ms(row.gap_to)];
  const before = row.last_before === null ? null : ms(row.last_before);
  const last = row.from_beat ? from : before;
  return {
    service: row.service,
    from,
    to,
    /** The heartbeats that bound it; null: none in the seven days before the window, none up to its end. */
    last,
    next: row.to_beat ? to : null,
    lengthS: (to - (last ?? from)) / 1000,
    /** When the next heartbeat was due; where none was ever heard, at the start of the window. */
    downFrom: last === null ? from : Math.min(to, Math.max(from, last + everyS * 1000)),
  };
}

/** Whether the silence is longer than tolerated; one that was so before the window and ended with its first beat is the window’s before. */
export function isTooLong({ from, to, last, lengthS }: Silence, { settings, bot }: Input): boolean {
  const earlierS = (from - (last ?? from)) / 1000;
  const isOver = earlierS > settings.heartbeatGapS && to - from <= bot.heartbeatIntervalS * 1000;
  return lengthS > settings.heartbeatGapS && !isOver;
}

function percentUp(down: readonly Interval[], window: Window): number {
  const length = ms(window.to) - ms(window.from);
  const lost = down.reduce((total, { from, to }) => total + (to - from), 0);
  return length === 0 ? 100 : 100 * (1 - lost / length);
}

/**
 * Bounds of uptime: at best, minutes of a silence in which the bot showed itself or a snapshot was taken were not down; at
 * worst the whole silence was, from its last heartbeat on.
 */
export function uptimeBounds({ silences, down }: Silences, minutes: readonly number[], window: Window) {
  const alive = mergeIntervals(minutes.map((at) => ({ from: at, to: at + 60_000 })));
  const worst = mergeIntervals(silences.map(({ from, to }) => ({ from, to })));
  return [percentUp(worst, window), percentUp(subtract(down, alive), window)];
}

/** `left` without `right`; both merged and sorted. */
export function subtract(left: readonly Interval[], right: readonly Interval[]): readonly Interval[] {
  const rest: Interval[] = [];
  for (const { from, to } of left) {
    let start = from;
    for (const cut of right) {
      if (cut.to <= start || cut.from >= to) continue;
      if (cut.from > start) rest.push({ from: start, to: cut.from });
      start = Math.max(start, cut.to);
    }
    if (start < to) rest.push({ from: start, to });
  }
  return rest;
}
