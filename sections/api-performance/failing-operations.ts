import { ms } from '../../audit/time.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { ORDER_PATH } from '../shared/queries/api-calls.ts';
import type { Burst } from './bursts.ts';
import { callsOf, faults, type Facts } from './facts.ts';
import { type Input } from './input.ts';

/** Operations of an exchange of which too large a share failed, where no burst tells of that exchange already. */
export function failingOperations(facts: Facts, { settings }: Input): readonly Burst[] {
  const told = new Set(facts.bursts.bursts.flatMap(({ venues }) => venues));
  const failed = groupBy(faults(facts.errors), ({ venue, operation }) => JSON.stringify([venue, operation]));
  return [...failed.values()].flatMap((errors): Burst[] => {
    const [first] = errors;
    if (first === undefined || told.has(first.venue)) return [];
    const { venue, operation, kind } = first;
    const n = callsOf(facts.groups.filter((one) => one.venue === venue && one.operation === operation));
    const calls = callsOf(errors);
    if (n < settings.minCalls || 100 * calls <= settings.errorBadPct * n) return [];
    return [
      {
        venue,
        venues: [venue],
        from: Math.min(...errors.map((one) => ms(one.first_at))),
        until: Math.max(...errors.map((one) => ms(one.last_at))),
        calls,
        most: facts.bursts.worstOf(venue)?.most ?? 0,
        classes: [...groupBy(errors, (one) => one.class)]
          .map(([name, list]) => [name, callsOf(list)] as const)
          .sort((a, b) => b[1] - a[1]),
        onOrders: ORDER_PATH.has(kind) ? calls : 0,
        rate: `${String(calls)} of ${String(n)} calls of ${operation ?? 'an operation without a name'} failed`,
      },
    ];
  });
}
