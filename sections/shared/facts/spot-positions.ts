import { missing } from '../../../audit/value.ts';
import type { PositionFact } from './position-facts.ts';

/** Of leverage, margin, funding and liquidation. */
export const NONE_IN_SPOT = missing('not_applicable', 'a spot account has none');

/** There are some, and each of them is owned rather than borrowed against. */
export function areSpot(positions: readonly Pick<PositionFact, 'contract'>[]): boolean {
  return positions.length > 0 && positions.every(({ contract }) => contract.kind === 'spot');
}
