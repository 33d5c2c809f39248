import { ms } from '../../audit/time.ts';
import type { Missing } from '../../audit/value.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import { cleanupOf, isCancelled, type Cleanup, type Found } from './cleanup.ts';
import type { Input } from './input.ts';
import { openOrdersOf } from '../shared/facts/open-orders.ts';
import { zombiesOf, type Zombie } from './zombies.ts';

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const read = openOrdersOf(input);
  const { positions } = input.shared;
  const why: Missing | null = !read.ok ? read : !positions.ok ? positions : null;
  const orders = read.ok ? read.orders : [];
  const zombies = why === null ? zombiesOf(input, orders) : [];
  const cleanup = cleanupOf(input);
  return {
    /** Why nobody knows what stood without a purpose; null when it is known. */
    why,
    venues: venuesOf(input.bot.exchanges, [
      ...orders.map(({ venue }) => venue),
      ...(cleanup.ok ? cleanup.found.map(({ venue }) => venue) : []),
    ]),
    queries: ['orders', ...(positions.ok ? positions.queries : [])],
    open: orders.filter(({ until }) => until === null),
    doubtful: read.ok ? read.doubtful : [],
    zombies,
    atEnd: zombies.filter(({ atEnd }) => atEnd),
    cleanup,
    failed: failedOf(cleanup),
  };
}

/** What the sweep found and did not cancel. */
function failedOf(cleanup: Cleanup): readonly Found[] {
  return cleanup.ok ? cleanup.found.filter((found) => !isCancelled(found)) : [];
}

/** Orphans that may open a position: not reduce-only, by their own word. */
export function isUnsafe({ reason, order }: Zombie): boolean {
  return reason === 'orphaned' && order.reduces === false;
}

/** Most zombies at once in the window, and when that was first so; 0 without any. */
export function mostAtOnce(
  zombies: readonly Zombie[],
  { window }: Pick<Input, 'window'>,
): { readonly count: number; readonly at: number | null } {
  const from = ms(window.from);
  const steps = zombies
    .flatMap(({ since, until }) => [
      { at: Math.max(since, from), by: 1 },
      { at: until, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || a.by - b.by);
  let [now, most] = [0, { count: 0, at: null as number | null }];
  for (const { at, by } of steps) {
    now += by;
    if (now > most.count) most = { count: now, at };
  }
  return most;
}
