import type { Rows } from '../../../audit/input.ts';
import type { FillRow, OrderRow, PositionRow } from '../queries/trading-rows.ts';
import { withFeeSigns } from './fee-signs.ts';
import { ownerFinder } from './fill-owners.ts';
import { withinHeld } from './held-bounds.ts';
import { withinOrders } from './order-bounds.ts';
import { give, passOn, shareOut, type Book } from './shared-fills.ts';
import { inTime } from './surplus.ts';

/**
 * Gives each fill to its position: by position id, by the position's entry and exit order, else by venue, symbol and
 * time when exactly one position fits. One execution may serve several, by quantity. A fill that fits none, or several
 * that do not add up to it, belongs to none. Fills beyond what their order filled, or their position held, are given to
 * nobody: they are the surplus. Fees come out with costs positive.
 */
export function assignFills(
  positions: readonly PositionRow[],
  stored: readonly FillRow[],
  orders: Rows<OrderRow>,
) {
  const known = orders.ok ? orders.rows : [];
  const { fills: signed, ...feeSigns } = withFeeSigns(stored, known);
  const { fills, surplus, isBounded } = withinOrders(signed, known);
  const { book, stray } = givenOut(positions, fills);
  const byPosition = new Map<string, readonly FillRow[]>();
  for (const row of positions) {
    const own = book.get(row.id);
    if (own === undefined) continue;
    const held = withinHeld(row, inTime(own), isBounded);
    byPosition.set(row.id, held.fills);
    surplus.push(...held.surplus);
  }
  return { byPosition, stray, surplus, feeSigns };
}

function givenOut(positions: readonly PositionRow[], fills: readonly FillRow[]) {
  const ownersOf = ownerFinder(positions);
  const book: Book = new Map();
  const stray: FillRow[] = [];
  for (const fill of fills) {
    const { by, rows } = ownersOf(fill);
    const [first, ...others] = rows;
    if (first === undefined) stray.push(fill);
    else if (others.length === 0) give(book, first, fill);
    else if (shareOut(book, fill, rows)) continue;
    // By its order it is theirs: the one that it reduces comes first, and passes on what it did not hold.
    else if (by === 'order') give(book, rows.find(({ side }) => side !== fill.side) ?? first, fill);
    else stray.push(fill);
  }
  passOn(book, positions);
  return { book, stray };
}
