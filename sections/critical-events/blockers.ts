import { ms } from '../../audit/time.ts';
import type { JudgedState } from '../shared/facts/states.ts';
import type { CriticalEventRow } from '../shared/queries/monitoring.ts';
import type { Input } from './input.ts';

/** Something that stops all trading at the window's end (catalogue NA2, gate e). */
export interface Blocker {
  readonly name: string;
  readonly since: string;
}

/** Null when neither states nor events can be read: then nobody can say that nothing blocks. */
export function activeBlockers(
  states: readonly JudgedState[],
  { rows, window, settings }: Input,
): readonly Blocker[] | null {
  if (!rows.states.ok && !rows.critical.ok) return null;
  const events = rows.critical.ok ? rows.critical.rows : [];
  const switched = states.filter(({ says }) => says === 'blocks');
  // A state answers the events up to its own time; what was raised later, or beside a word nobody knows, stands.
  const raised = (name: string, on: string, off: string): readonly CriticalEventRow[] => {
    const answers = states.filter(
      ({ slug, says }) => slug.includes(name) && (says === 'blocks' || says === 'free'),
    );
    return unanswered(events, on, off).filter((event) =>
      answers.every(({ at }) => ms(at) < ms(event.last_at)),
    );
  };
  return [
    ...switched.map((state) => ({ name: worded(state), since: state.since ?? state.at })),
    ...[
      ...raised('kill', 'kill_switch_on', 'kill_switch_off'),
      ...raised('global_blocker', 'global_blocker', 'global_blocker_cleared').filter(
        (event) => ms(window.to) - ms(event.last_at) <= settings.blockerRecentS * 1000,
      ),
    ].map(({ type, first_at: since }) => ({ name: type, since })),
  ];
}

/** `kill_switch = ARMED`. */
export function worded({ name, value }: JudgedState): string {
  return `${name} = ${value}`;
}

/** The last `on` event without a later `off` event; none or one. */
function unanswered(
  events: readonly CriticalEventRow[],
  on: string,
  off: string,
): readonly CriticalEventRow[] {
  const newest = [...events].sort((a, b) => ms(b.last_at) - ms(a.last_at));
  const [raised, cleared] = [on, off].map((type) => newest.find((event) => event.type === type));
  return !raised || (cleared && ms(cleared.last_at) >= ms(raised.last_at)) ? [] : [raised];
}
