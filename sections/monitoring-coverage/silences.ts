import { table, col } from '../shared/vocabulary/table.ts';
import type { Facts } from './facts.ts';
import type { Silence } from './heartbeat-facts.ts';
import { tradingIn } from './life.ts';
import type { Input } from './input.ts';

export const silences = table<Silence>({
  service: col.text('Service', ({ service }) => service),
  last: col.time('Last heartbeat', ({ last }) => last),
  next: col.time('Next heartbeat', ({ next }) => next),
  length: col.s('Silence (s)', ({ lengthS }) => lengthS),
  inside: col.s('Of it in the window (s)', ({ from, to }) => (to - from) / 1000),
  bounds: col.text('Not seen', ({ last, next }) =>
    [
      ...(last === null ? ['a heartbeat in the seven days before'] : []),
      ...(next === null ? ['a heartbeat up to the end of the window'] : []),
    ].join('; '),
  ),
});

/** Whether positions were opened after a heartbeat was due; null where another service beat meanwhile, which may have opened them. */
export function workedIn(
  silence: Silence,
  silences: readonly Silence[],
  gone: readonly string[],
  { heartbeats }: Facts,
  input: Input,
): boolean | null {
  const { opened } = tradingIn([{ from: silence.downFrom, to: silence.to }], input);
  if (opened === null || opened === 0) return opened === null ? null : false;
  const others = (heartbeats?.services ?? []).filter(
    ({ name }) => name !== silence.service && !gone.includes(name),
  );
  const isSilent = (name: string): boolean =>
    silences.some(({ service, from, to }) => service === name && from < silence.to && to > silence.downFrom);
  return others.every(({ name }) => isSilent(name)) ? true : null;
}
