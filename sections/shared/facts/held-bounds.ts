import type { Money } from '../../../audit/decimal.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { positiveOrNull } from './row-values.ts';
import { beyond, copiesIn, isBeyond, quantityOf, without, type Surplus } from './surplus.ts';

/**
 * The fills of one position up to what its row held, where no order bounds them: copies of a fill, and entries of a
 * closed row that its exits never took. Fills of different orders that agree among themselves outrank the row.
 */
export function withinHeld(
  row: PositionRow,
  fills: readonly FillRow[],
  isBounded: (fill: FillRow) => boolean,
): { readonly fills: readonly FillRow[]; readonly surplus: readonly Surplus[] } {
  const bound = positiveOrNull(row.quantity);
  const free = fills.filter((fill) => !isBounded(fill));
  if (bound === null || free.length === 0) return { fills, surplus: [] };
  const entries = fills.filter(({ side }) => side === row.side);
  const exits = fills.filter(({ side }) => side !== row.side);
  const [entered, left] = [quantityOf(entries), quantityOf(exits)];
  if (!isBeyond(entered, bound) && !isBeyond(left, bound)) return { fills, surplus: [] };
  const copies = copiesIn(free);
  // What a closed row never let go of was never there.
  const isNeverTaken = row.status === 'closed' && left.greaterThan(0) && !isBeyond(left, bound);
  const cuts = new Map([
    ...wholes(entries, bound, (fill) => !isBounded(fill) && (isNeverTaken || copies.has(fill))),
    ...wholes(exits, bound, (fill) => copies.has(fill)),
  ]);
  const rest = without(fills, cuts);
  const isWithin = (some: readonly FillRow[], side: boolean): boolean =>
    !isBeyond(quantityOf(some.filter((fill) => (fill.side === row.side) === side)), bound);
  const doAgree = !isBeyond(entered, left) && !isBeyond(left, entered);
  if (doAgree && !(isWithin(rest, true) && isWithin(rest, false))) return { fills, surplus: [] };
  const surplus = [...cuts].map(([fill, quantity]): Surplus => {
    const stored = fill.side === row.side ? entered : left;
    return { fill, quantity, order: null, bound, stored };
  });
  return { fills: rest, surplus };
}

/** Whole fills only, and none that would leave less than the bound. */
function wholes(
  fills: readonly FillRow[],
  bound: Money,
  mayGo: (fill: FillRow) => boolean,
): readonly (readonly [FillRow, Money])[] {
  return [...beyond(fills, bound, null)].filter(
    ([fill, quantity]) => mayGo(fill) && positiveOrNull(fill.quantity)?.equals(quantity) === true,
  );
}
