import { ms } from '../../audit/time.ts';
import type { Window } from '../../audit/evidence.ts';
import { normal, stopsTrading, switchOf } from '../shared/words/switches.ts';
import type { CriticalEventRow, StateRow } from '../shared/queries/monitoring.ts';

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
  // A state answers the events up to its own time; what was raised later, or beside a word nobody knows, stands.
  const raised = (name: string, on: string, off: string): ReturnType<typeof unanswered> => {
    const answers = known.filter(
      (state) => normal(state.name).includes(name) && ['blocks', 'free'].includes(switchOf(state) ?? ''),
    );
    return unanswered(events ?? [], on, off).filter(({ last }) => answers.every(({ at }) => ms(at) < last));
  };
  return [
    ...switched,
    ...raised('kill', 'kill_switch_on', 'kill_switch_off'),
    ...raised('global_blocker', 'global_blocker', 'global_blocker_cleared').filter(
      ({ last }) => ms(window.to) - last <= recentS * 1000,
    ),
  ].map(({ name, since, reason }) => ({ name, since, reason }));
}

/** Switches whose value is no word that anybody knows: `kill_switch = ARMED`. */
export function unknownSwitches(states: readonly StateRow[] | null): readonly string[] {
  return (states ?? [])
    .filter((state) => switchOf(state) === 'unknown')
    .map(({ name, value }) => `${name} = ${value}`);
}

/** A switch that is on at the window's end and stops less than all trading, or only for a time (catalogue HC4). */
export interface Hold {
  readonly state: StateRow;
  readonly kind: 'holds' | 'cools';
}

export function activeHolds(states: readonly StateRow[] | null): readonly Hold[] {
  return (states ?? []).flatMap((state): Hold[] => {
    const kind = switchOf(state);
    return kind === 'holds' || kind === 'cools' ? [{ state, kind }] : [];
  });
}

/** States that are no switch by their name or value: shown, so that a reader who knows them can judge. */
export function otherStates(states: readonly StateRow[] | null): readonly StateRow[] {
  return (states ?? []).filter((state) => switchOf(state) === null);
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
