import { iso } from '../../../audit/time.ts';
import type { FillRow, OrderRow, PositionRow } from '../queries/trading-rows.ts';
import { isOneInstrument } from './fill-owners.ts';
import { rowsById } from './ids.ts';
import { orderFinder } from './order-bounds.ts';
import { endOfRow, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

/** The fills as the order and position that they name place them, in order of time. */
export function placedFills(
  positions: readonly PositionRow[],
  fills: readonly FillRow[],
  orders: readonly OrderRow[],
): readonly FillRow[] {
  return timed(positions, atTheirExchange(positions, fills, orders), orders);
}

/** Ids outrank spellings: a fill is of the exchange of the order and position that it names, where these agree. */
function atTheirExchange(
  positions: readonly PositionRow[],
  fills: readonly FillRow[],
  orders: readonly OrderRow[],
): readonly FillRow[] {
  const orderOf = orderFinder(orders);
  const byId = rowsById(positions, ({ id }) => id);
  return fills.map((fill): FillRow => {
    const [named] = byId(fill.position_id);
    const position = named && isOneInstrument(fill, named) ? named : undefined;
    const venues = [orderOf(fill), position].flatMap((row) => {
      const venue = venueOf(row?.exchange ?? null);
      return venue === 'unknown' ? [] : [venue];
    });
    const [venue, ...others] = new Set(venues);
    const own = venueOf(fill.exchange);
    if (venue === undefined || venue === own || others.length > 0) return fill;
    return { ...fill, exchange: venue, ...(own !== 'unknown' && { saidExchange: own }) };
  });
}

/**
 * One whose own time cannot be takes that of its side in the row of its position, or else of its order: what it traded is
 * known, and the finding about the time says the rest. One of which neither is here is of another time.
 */
function timed(
  positions: readonly PositionRow[],
  fills: readonly FillRow[],
  orders: readonly OrderRow[],
): readonly FillRow[] {
  if (fills.every(({ at }) => at !== null)) return fills;
  const orderOf = orderFinder(orders);
  const byId = rowsById(positions, ({ id }) => id);
  const byEntry = rowsById(positions, ({ entry_order_id: id }) => id);
  const byExit = rowsById(positions, ({ exit_order_id: id }) => id);
  const moved = fills.flatMap((fill): readonly FillRow[] => {
    if (fill.at !== null) return [fill];
    const order = orderOf(fill);
    const rows = [fill.position_id, order?.position_id ?? null].map((id) => byId(id));
    const [row] = [...rows, byEntry(fill.order_id), byExit(fill.order_id)].flat();
    const filled = order?.filled_at ?? order?.updated_at ?? null;
    if (row === undefined)
      return filled === null && fill.position_id === null ? [] : [{ ...fill, at: filled }];
    const closed = endOfRow(row)?.at;
    const end = closed === undefined ? filled : iso(closed);
    return [{ ...fill, at: fill.side === row.side ? row.opened_at : end }];
  });
  return moved.toSorted((a, b) => (timeOrNull(a.at) ?? Infinity) - (timeOrNull(b.at) ?? Infinity));
}
