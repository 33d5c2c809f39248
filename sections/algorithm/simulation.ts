import { money, sum, type Money } from '../../audit/decimal.ts';
import type { Course } from './courses.ts';

/** What a change would have done to the same positions: a simulation, and no measurement. */
export interface Simulated {
  /** Of the first stop's distance. */
  readonly factor: number;
  readonly positions: number;
  /** Positions that would have ended elsewhere. */
  readonly changed: number;
  readonly stoppedOut: number;
  /** Result of all of them less the result that they had, before costs, quote currency. */
  readonly difference: Money;
}

/** A stop exit nearer to the entry than this share of the first distance was by a stop that had been moved. */
const NEAR_FIRST = 0.9;
const FACTORS = [0.75, 1.25, 1.5] as const;

/** The same entries with their first stop nearer or further away, held against the prices that are known. */
export function simulated(courses: readonly Course[]): readonly Simulated[] {
  const judged = courses.filter(({ stopBps }) => stopBps !== null);
  return FACTORS.map((factor) => {
    const ends = judged.map((course) => ({ course, endBps: endOf(course, factor) }));
    const changed = ends.filter(({ course, endBps }) => endBps !== course.exitBps);
    return {
      factor,
      positions: judged.length,
      changed: changed.length,
      stoppedOut: ends.filter(({ course, endBps }) => endBps === levelOf(course, factor)).length,
      difference: sum(
        changed.map(({ course, endBps }) =>
          course.fact.notional.times((endBps - course.exitBps).toFixed(6)).div(money(10_000)),
        ),
      ),
    };
  });
}

const levelOf = ({ stopBps }: Course, factor: number): number => -factor * (stopBps ?? Infinity);

/**
 * At the new stop where a price reached it while the position was held; else where it did end. One that its stop closed,
 * and a wider one would not have, goes on until the wider one or the last price that is known.
 */
function endOf(course: Course, factor: number): number {
  const { path, after, exit, exitBps, stopBps } = course;
  const level = levelOf(course, factor);
  const isHit = (move: number): boolean => move <= level;
  if (path.some(isHit)) return level;
  if (isHit(exitBps)) return factor < 1 ? level : exitBps;
  const endedByFirst = exit === 'stop' && exitBps <= -NEAR_FIRST * (stopBps ?? Infinity);
  if (factor < 1 || !endedByFirst) return exitBps;
  return after.some(isHit) ? level : (after.at(-1) ?? exitBps);
}
