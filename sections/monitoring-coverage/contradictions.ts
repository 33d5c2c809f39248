import { ms } from '../../audit/time.ts';
import type { HeartbeatHabitRow } from '../shared/queries/heartbeat-habits.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { tradingIn } from './life.ts';

export const CONTRADICTIONS = ['not-well', 'cycle-still', 'two-instances', 'restarts'] as const;
export type ContradictionKind = (typeof CONTRADICTIONS)[number];

/** What a service's heartbeats say against what their coming says; milliseconds. */
export interface Contradiction {
  readonly kind: ContradictionKind;
  readonly service: string;
  readonly from: number;
  readonly to: number;
  /** Heartbeats that say so, of those of the service in the window. */
  readonly beats: number;
  readonly of: number;
  readonly habit: HeartbeatHabitRow;
  /** Positions opened meanwhile; null where none can be read. */
  readonly opened: number | null;
}

/** Heartbeats that are not well: degraded, failing, being started, in words that nothing reads, or silent where others or those of the day before speak. */
export const notWell = (habit: HeartbeatHabitRow): number => {
  const { beats, degraded, failing, transient, unread, blank, spoke } = habit;
  const said = degraded + failing + transient + unread;
  return blank === beats && !spoke ? 0 : said + blank;
};

export const restarts = ({ instances, resets }: HeartbeatHabitRow): number =>
  Math.max(0, instances - 1) + resets;

/** By service and kind; a service that only says that it fails is one of the silences instead. */
export function contradictionsOf(input: Input): readonly Contradiction[] {
  return rowsOf(input.rows.heartbeatHabits).flatMap((habit) =>
    CONTRADICTIONS.flatMap((kind) => {
      const found = FIND[kind](habit, input);
      if (found === null) return [];
      const span = { from: ms(found.from ?? habit.first_at), to: ms(found.to ?? habit.last_at) };
      const { opened } = tradingIn([span], input);
      return [{ kind, service: habit.service, ...span, beats: found.beats, of: habit.beats, habit, opened }];
    }),
  );
}

interface Found {
  readonly beats: number;
  readonly from?: string | null;
  readonly to?: string | null;
}

const FIND: Readonly<Record<ContradictionKind, (habit: HeartbeatHabitRow, input: Input) => Found | null>> = {
  'not-well'(habit, { settings }) {
    const beats = notWell(habit);
    const isMost = 100 * beats > settings.notWellPercent * habit.beats;
    if (!isMost || habit.beats < settings.notWellBeats || habit.failing === habit.beats) return null;
    return { beats, from: habit.not_well_from, to: habit.not_well_to };
  },
  'cycle-still'({ still_from: from, still_to: to, still_beats: beats }, { settings }) {
    if (from === null || to === null || beats < 3) return null;
    return ms(to) - ms(from) > settings.cycleStillS * 1000 ? { beats, from, to } : null;
  },
  'two-instances': ({ returns: beats, returns_from: from, returns_to: to }, { settings }) =>
    beats >= settings.togetherBeats ? { beats, from, to } : null,
  restarts(habit, { settings }) {
    const beats = restarts(habit);
    return beats > settings.restartsMost ? { beats } : null;
  },
};
