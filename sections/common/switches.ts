import type { StateRow } from '../queries-monitoring.ts';

const ON = /^(on|true|1|yes|active|activated|engaged|enabled|triggered|blocked|open)$/;
const OFF = /^(off|false|0|no|inactive|disabled|stopped|paused|halted)$/;

/** Switches by name, and the value in which they block. A circuit breaker stops new entries only and is no global blocker. */
const SWITCHES: readonly { readonly name: RegExp; readonly blocks: RegExp }[] = [
  { name: /^(.*_)?kill_?switch(_active|_on|_enabled)?$/, blocks: ON },
  { name: /^(.*_)?global_blocker$/, blocks: ON },
  { name: /^(.*_)?trading_(enabled|active|allowed)$/, blocks: OFF },
  { name: /^(.*_)?scheduler_running$/, blocks: OFF },
];

export function normal(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');
}

/** Whether this state stops all trading. */
export function stopsTrading(state: Pick<StateRow, 'name' | 'value'>): boolean {
  return (
    SWITCHES.find(({ name }) => name.test(normal(state.name)))?.blocks.test(normal(state.value)) === true
  );
}
