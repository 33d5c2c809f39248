import { iso } from '../../../audit/time.ts';
import type { FillRow, OrderRow, PositionRow } from '../queries/trading-rows.ts';
import { isOneInstrument } from './fill-owners.ts';
import { orderFinder } from './order-bounds.ts';
import { endOfRow, groupBy, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

/** The fills as the order and position that they name place them, in order of time. */
export function placedFills(
  positions: readonly PositionRow[],
  fills: readonly FillRow[],
  orders: readonly OrderRow[],
): readonly FillRow[] {
  return timed(positions, atTheirExchange(positions, fills, orders));
}

/** Ids outrank spellings: a fill is of the exchange of the order and position that it names, where these agree. */
function atTheirExchange(
  positions: readonly PositionRow[],
  fills: readonly FillRow[],
  orders: readonly OrderRow[],
): readonly FillRow[] {
  const orderOf = orderFinder(orders);
  const byId = new Map(positions.map((row) => [row.id, row]));
  return fills.map((fill): FillRow => {
    const named = fill.position_id === null ? undefined : byId.get(fill.position_id);
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
 * One whose own time cannot be takes that of its side in the row of its position: what it traded is known, and the
 * finding about the time says the rest.
 */
function timed(positions: readonly PositionRow[], fills: readonly FillRow[]): readonly FillRow[] {
  if (fills.every(({ at }) => at !== null)) return fills;
  const byId = groupBy(positions, ({ id }) => id);
  const byEntry = groupBy(positions, ({ entry_order_id: entry }) => entry ?? '');
  const moved = fills.map((fill) => {
    if (fill.at !== null) return fill;
    const [row] = byId.get(fill.position_id ?? '') ?? byEntry.get(fill.order_id ?? '-') ?? [];
    if (row === undefined) return fill;
    const closed = endOfRow(row)?.at;
    const end = closed === undefined ? null : iso(closed);
    return { ...fill, at: fill.side === row.side ? row.opened_at : end };
  });
  return moved.toSorted((a, b) => (timeOrNull(a.at) ?? Infinity) - (timeOrNull(b.at) ?? Infinity));
}
