import { ms } from '../../audit/time.ts';
import type { Window } from '../../audit/evidence.ts';
import type { CriticalEventRow, StateRow } from '../queries-monitoring.ts';

/** Something that stops all trading at the window's end (catalogue NA2, gate e). */
export interface Blocker {
  readonly name: string;
  readonly since: string;
  readonly reason: string | null;
}

const ON = /^(on|true|1|yes|active|activated|engaged|enabled|triggered|blocked|open)$/;
const OFF = /^(off|false|0|no|inactive|disabled|stopped|paused|halted)$/;

/** Switches by name, and the value in which they block. A circuit breaker stops new entries only and is no global blocker. */
const SWITCHES: readonly { readonly name: RegExp; readonly blocks: RegExp }[] = [
  { name: /^(.*_)?kill_?switch(_active|_on|_enabled)?$/, blocks: ON },
  { name: /^(.*_)?global_blocker$/, blocks: ON },
  { name: /^(.*_)?trading_(enabled|active|allowed)$/, blocks: OFF },
  { name: /^(.*_)?scheduler_running$/, blocks: OFF },
];

function normal(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');
}

/** Null when neither states nor events can be read: then nobody can say that nothing blocks. */
export function activeBlockers(
  states: readonly StateRow[] | null,
  events: readonly CriticalEventRow[] | null,
  window: Window,
  recentS: number,
): readonly Blocker[] | null {
  if (states === null && events === null) return null;
  const known = states ?? [];
  const switched = known.flatMap((state): Blocker[] => {
    const rule = SWITCHES.find(({ name }) => name.test(normal(state.name)));
    if (rule?.blocks.test(normal(state.value)) !== true) return [];
    return [{ name: `${state.name} = ${state.value}`, since: state.since ?? state.at, reason: state.reason }];
  });
  const covered = (name: string): boolean => known.some((state) => normal(state.name).includes(name));
  return [
    ...switched,
    ...(covered('kill') ? [] : unanswered(events ?? [], 'kill_switch_on', 'kill_switch_off')),
    ...(covered('global_blocker')
      ? []
      : unanswered(events ?? [], 'global_blocker', 'global_blocker_cleared').filter(
          ({ last }) => ms(window.to) - last <= recentS * 1000,
        )),
  ].map(({ name, since, reason }) => ({ name, since, reason }));
}

/** The last `on` event without a later `off` event. */
function unanswered(
  events: readonly CriticalEventRow[],
  on: string,
  off: string,
): readonly (Blocker & { readonly last: number })[] {
  const lastOf = (type: string): CriticalEventRow | undefined =>
    events
      .filter((event) => event.type === type)
      .reduce<CriticalEventRow | undefined>(
        (newest, event) => (newest === undefined || ms(event.last_at) > ms(newest.last_at) ? event : newest),
        undefined,
      );
  const [raised, cleared] = [lastOf(on), lastOf(off)];
  if (!raised || (cleared && ms(cleared.last_at) >= ms(raised.last_at))) return [];
  return [{ name: on, since: raised.first_at, reason: raised.message, last: ms(raised.last_at) }];
}
