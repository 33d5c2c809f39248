import { ms } from '../../audit/time.ts';
import type { Kind } from '../../audit/word-kinds.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { Input } from './input.ts';

/** A closed position against its prices; moves in basis points of the entry, in its favour. */
export interface Course {
  readonly fact: PositionFact;
  readonly exit: Kind<'exit_kind'> | 'unknown';
  readonly exitBps: number;
  readonly bestBps: number;
  readonly worstBps: number;
  /** Entry to the first trigger; null where no first stop is known. */
  readonly stopBps: number | null;
  /** In order of time, while it was held. */
  readonly path: readonly number[];
  /** Of the time from its close to the end of the window. */
  readonly after: readonly number[];
}

/** Prices of a position that are needed to speak of its course. */
const LEAST_POINTS = 3;

/** Positions opened and closed in the window whose prices are known; an earlier opening has no prices here. */
export function coursesOf({ shared, window }: Input): readonly Course[] {
  const { positions, market, protection } = shared;
  if (!positions.ok) return [];
  const stops = new Map(
    (protection.ok ? protection.positions : []).map(({ fact, stops: own }) => [
      fact.id,
      own.find(({ ackAt }) => ackAt !== null)?.triggers[0]?.value ?? null,
    ]),
  );
  return positions.positions.flatMap((fact): Course[] => {
    const { venue, symbol, openedAt, closedAt, exitPrice, entryPrice, side } = fact;
    if (closedAt === null || exitPrice === null || side === 'unknown' || openedAt < ms(window.from))
      return [];
    if (positiveOrNull(entryPrice.toFixed()) === null) return [];
    const entry = entryPrice.toNumber();
    const moveOf = (price: number): number => ((side === 'long' ? 1 : -1) * (price - entry) * 10_000) / entry;
    const moves = (from: number, to: number) =>
      market.pricesIn(venue, symbol, from, to).map(({ value }) => moveOf(value.toNumber()));
    const path = moves(openedAt, closedAt);
    if (path.length < LEAST_POINTS) return [];
    const exitBps = moveOf(exitPrice.toNumber());
    const trigger = stops.get(fact.id) ?? null;
    const stopBps = trigger === null ? null : -moveOf(trigger.toNumber());
    return [
      {
        fact,
        exit: fact.row.exit_kind ?? 'unknown',
        exitBps,
        bestBps: Math.max(0, exitBps, ...path),
        worstBps: Math.min(0, exitBps, ...path),
        stopBps: stopBps !== null && stopBps > 0 ? stopBps : null,
        path,
        after: moves(closedAt, ms(window.to)),
      },
    ];
  });
}
