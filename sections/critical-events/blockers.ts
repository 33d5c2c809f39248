import { ms } from '../../audit/time.ts';
import type { Window } from '../../audit/evidence.ts';
import { normal, stopsTrading } from '../common/switches.ts';
import type { CriticalEventRow, StateRow } from '../queries-monitoring.ts';

/** Something that stops all trading at the window's end (catalogue NA2, gate e). */
export interface Blocker {
  readonly name: string;
  readonly since: string;
  readonly reason: string | null;
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
    if (!stopsTrading(state)) return [];
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
