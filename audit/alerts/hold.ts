import type { AlertLine, AlertsState, Told } from './alert.ts';
import { iso, ms } from '../time.ts';

const HOUR_MS = 3_600_000;
/** More is no message; the state of the alerts has them all. */
const HELD_KEPT = 60;

/** What is told now, and what waits: warnings in quiet hours, all but new critical alerts in an hour that is full. */
export function holdBack(
  state: AlertsState,
  told: readonly Told[],
  now: string,
): { readonly state: AlertsState; readonly told: readonly Told[] } {
  const { held = [], ...rest } = state;
  const toldAt = lately(state, now);
  const all = [...held, ...told];
  const waits = newestOfEach(all.filter(({ line }) => mustWait(line, { ...state, toldAt }, now)));
  const goes = all.filter((one) => !mustWait(one.line, { ...state, toldAt }, now));
  const released = new Set(held.filter((one) => goes.includes(one)).map(({ line }) => line.id));
  return {
    told: goes,
    state: {
      ...rest,
      // Who hears of it only now has from now on to acknowledge it.
      open: state.open.map((alert) =>
        alert.told !== null && released.has(alert.id)
          ? { ...alert, told: { ...alert.told, from: now } }
          : alert,
      ),
      ...(waits.length > 0 && { held: waits }),
      ...((goes.length > 0 || toldAt.length > 0) && { toldAt: goes.length > 0 ? [...toldAt, now] : toldAt }),
    },
  };
}

/** Whether nobody has heard of an alert yet, since it waits. */
export function isHeld({ held = [] }: AlertsState, id: string): boolean {
  return held.some(({ line }) => line.id === id && line.event === 'new');
}

/** When what waits is told, epoch ms; null: nothing waits. */
export function heldUntilMs({ held = [], times, toldAt = [] }: AlertsState): number | null {
  if (held.length === 0) return null;
  const { quietUntil, messagesPerHour } = times;
  const room = messagesPerHour === undefined ? undefined : toldAt.at(-messagesPerHour);
  return Math.max(quietUntil == null ? 0 : ms(quietUntil), room === undefined ? 0 : ms(room) + HOUR_MS);
}

/** One that came and went five times is one line of each. */
function newestOfEach(told: readonly Told[]): readonly Told[] {
  const byKey = new Map(told.map((one) => [`${one.line.id} ${one.line.event} ${levelOf(one)}`, one]));
  return [...byKey.values()].slice(-HELD_KEPT);
}

function levelOf(one: Told): string {
  return 'to' in one ? `to ${String(one.to)}` : `only ${String(one.only)}`;
}

function lately({ toldAt = [] }: AlertsState, now: string): readonly string[] {
  const since = iso(ms(now) - HOUR_MS);
  return toldAt.filter((at) => at > since);
}

function mustWait({ level, event }: AlertLine, { times, toldAt = [] }: AlertsState, now: string): boolean {
  const { quietUntil, messagesPerHour } = times;
  const isQuiet = quietUntil != null && ms(now) < ms(quietUntil);
  if (level === 'critical' && (event === 'new' || event === 'escalated')) return false;
  if (isQuiet && level === 'warning') return true;
  return messagesPerHour !== undefined && toldAt.length >= messagesPerHour;
}
