import type { StateRow } from '../queries-monitoring.ts';

const ON = /^(on|true|1|yes|active|activated|engaged|enabled|triggered|blocked|open)$/;
const OFF = /^(off|false|0|no|inactive|disabled|stopped|paused|halted)$/;

/** Switches by name, and what a word of the first list means for them. A circuit breaker stops new entries only and is no global blocker. */
const SWITCHES: readonly { readonly name: RegExp; readonly on: 'blocks' | 'free' }[] = [
  { name: /^(.*_)?kill_?switch(_active|_on|_enabled)?$/, on: 'blocks' },
  { name: /^(.*_)?global_blocker$/, on: 'blocks' },
  { name: /^(.*_)?trading_(enabled|active|allowed)$/, on: 'free' },
  { name: /^(.*_)?scheduler_running$/, on: 'free' },
];

export function normal(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');
}

/**
 * What a state says of all trading: null when it is no switch, `unknown` for a word of neither list. An `ARMED` may be
 * ready to fire or have fired; nobody may read it as "nothing blocks".
 */
export function switchOf(state: Pick<StateRow, 'name' | 'value'>): 'blocks' | 'free' | 'unknown' | null {
  const known = SWITCHES.find(({ name }) => name.test(normal(state.name)));
  if (!known) return null;
  const word = normal(state.value);
  if (ON.test(word)) return known.on;
  if (OFF.test(word)) return known.on === 'blocks' ? 'free' : 'blocks';
  return 'unknown';
}

/** Whether this state stops all trading. */
export function stopsTrading(state: Pick<StateRow, 'name' | 'value'>): boolean {
  return switchOf(state) === 'blocks';
}
