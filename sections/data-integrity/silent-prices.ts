import { NEEDED_FOR_OPEN, silenceOf } from '../../audit/rests-on.ts';
import { ms } from '../../audit/time.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { Input } from './input.ts';

/** What fell silent as it never did, though a position was held since that needs it. */
export function silentPrices(
  { entities }: Pick<Input, 'entities'>,
  positions: readonly Pick<PositionFact, 'closedAt'>[],
): readonly string[] {
  return entities.flatMap(({ entity, pause }) => {
    if (pause === undefined || !NEEDED_FOR_OPEN.includes(entity)) return [];
    const silentFrom = ms(pause.newest);
    const isHeld = positions.some(({ closedAt }) => closedAt === null || closedAt > silentFrom);
    return isHeld ? [`${entity} has no row since ${silenceOf(pause)}`] : [];
  });
}
