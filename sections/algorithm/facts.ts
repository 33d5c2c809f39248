import { median } from '../../audit/statistics.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { coursesOf, type Course } from './courses.ts';
import type { Input } from './input.ts';
import { simulated } from './simulation.ts';

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { settings, shared } = input;
  const courses = coursesOf(input);
  const trailing = courses.filter(
    ({ exit, bestBps }) => exit === 'trailing' && bestBps >= settings.leastMoveBps,
  );
  const losing = courses.filter(({ exitBps, stopBps }) => exitBps < 0 && stopBps !== null);
  const ahead = losing.filter(({ bestBps, stopBps }) => stopBps !== null && bestBps >= stopBps);
  const stopped = courses.filter(({ stopBps }) => stopBps !== null);
  return {
    courses,
    exits: exitsOf(courses, settings.leastMoveBps),
    trailing,
    /** Share of the best move that trailing exits kept, percent, median. */
    kept: trailing.length < settings.enoughExits ? null : keptOf(trailing),
    losing,
    ahead,
    stopBps: median(stopped.flatMap(({ stopBps }) => stopBps ?? [])),
    simulation: stopped.length < settings.enoughExits ? [] : simulated(courses),
    /** Why nothing can be said; null where positions and prices were read. */
    unread: unreadOf(input, shared.market.hasPrices),
  };
}

function unreadOf({ shared, rows }: Input, hasPrices: boolean): Missing | null {
  return (
    reasonOf(shared.positions) ??
    reasonOf(rows.prices) ??
    (hasPrices ? null : missing('no_data', 'no price of the window is known'))
  );
}

const keptOf = (courses: readonly Course[]): number | null =>
  median(courses.map(({ exitBps, bestBps }) => (100 * exitBps) / bestBps));

export type ExitFacts = ReturnType<typeof exitsOf>[number];

/** By how the positions ended, the most frequent first. */
function exitsOf(courses: readonly Course[], leastMoveBps: number) {
  return [...groupBy(courses, ({ exit }) => exit)]
    .map(([exit, list]) => ({
      exit,
      positions: list.length,
      bestBps: median(list.map(({ bestBps }) => bestBps)),
      exitBps: median(list.map(({ exitBps }) => exitBps)),
      worstBps: median(list.map(({ worstBps }) => worstBps)),
      givenBps: median(list.map(({ bestBps, exitBps }) => bestBps - exitBps)),
      // Of what ended at a loss nothing was kept.
      keptPercent: isGain(list) ? keptOf(list.filter(({ bestBps }) => bestBps >= leastMoveBps)) : null,
    }))
    .sort((a, b) => b.positions - a.positions || (a.exit < b.exit ? -1 : 1));
}

const isGain = (courses: readonly Course[]): boolean =>
  (median(courses.map(({ exitBps }) => exitBps)) ?? 0) > 0;
