import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** Numbers that no position of the window has, in a bot that left none out before. */
export interface IdHoles {
  readonly missing: number;
  readonly inside: number;
  readonly before: number;
  readonly first: string;
}

/**
 * Numbers that were given and have no row: only where ids are one dense sequence. A transaction that was rolled back
 * leaves a hole too, so a few prove nothing, and a bot whose earlier ids have holes says nothing by them.
 */
export function idHoles(input: Input): IdHoles | null {
  const { idHolesMin, idHolesPercent, idHolesRows } = input.settings;
  const groups = rowsOf(input.rows.positionIds);
  const all = groups.reduce((sum, { inside }) => sum + inside, 0);
  const [most] = groups;
  if (most === undefined || most.inside < 0.9 * all || most.first_missing === null) return null;
  const { inside, before, missing_inside: missing, missing_before: earlier } = most;
  const isDense = before >= idHolesRows && earlier === 0;
  const isMuch = missing >= idHolesMin && 100 * missing >= idHolesPercent * (inside + missing);
  // More holes than rows is another way of numbering, not a loss.
  return isDense && isMuch && missing <= inside
    ? { missing, inside, before, first: `${most.prefix}${most.first_missing}` }
    : null;
}
