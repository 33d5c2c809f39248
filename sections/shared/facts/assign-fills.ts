import type { Rows } from '../../../audit/input.ts';
import type { FillRow, OrderRow, PositionRow } from '../queries/trading-rows.ts';
import { withinHeld } from './held-bounds.ts';
import { withinOrders } from './order-bounds.ts';
import { endOfRow, GRACE_MS, groupBy, timeOrNull } from './row-values.ts';
import { canonicalSymbol, instrumentKey } from './symbols.ts';

/**
 * Gives each fill to its position: by position id, by the position's entry and exit order, else by venue, symbol and
 * time when exactly one position fits. A fill that fits none or several belongs to none. Fills beyond what their order
 * filled, or their position held, are given to nobody: they are the surplus.
 */
export function assignFills(
  positions: readonly PositionRow[],
  stored: readonly FillRow[],
  orders: Rows<OrderRow>,
) {
  const { fills, surplus, isBounded } = withinOrders(stored, orders.ok ? orders.rows : []);
  const byId = new Map(positions.map((row) => [row.id, row]));
  const byOrder = new Map<string, string>();
  for (const { id, entry_order_id: entry, exit_order_id: exit } of positions) {
    if (entry !== null) byOrder.set(entry, id);
    if (exit !== null) byOrder.set(exit, id);
  }
  const byInstrument = groupBy(positions, (row) => instrumentKey(row.exchange, row.symbol));
  const owned = groupBy(fills, (fill) => ownerOf(fill, byId, byOrder, byInstrument) ?? '');
  const stray = owned.get('') ?? [];
  const byPosition = new Map<string, readonly FillRow[]>();
  for (const [id, own] of owned) {
    const row = byId.get(id);
    if (row === undefined) continue;
    const held = withinHeld(row, own, isBounded);
    byPosition.set(id, held.fills);
    surplus.push(...held.surplus);
  }
  return { byPosition, stray, surplus };
}

function ownerOf(
  fill: FillRow,
  byId: ReadonlyMap<string, PositionRow>,
  byOrder: ReadonlyMap<string, string>,
  byInstrument: ReadonlyMap<string, readonly PositionRow[]>,
): string | null {
  const named = fill.position_id === null ? undefined : byId.get(fill.position_id);
  if (named !== undefined) return isSameSymbol(fill, named) ? named.id : null;
  const ordered = fill.order_id === null ? undefined : byOrder.get(fill.order_id);
  if (ordered !== undefined) return ordered;
  const at = timeOrNull(fill.at);
  if (at === null || fill.position_id !== null) return null;
  const fitting = (byInstrument.get(instrumentKey(fill.exchange, fill.symbol)) ?? []).filter((row) => {
    const opened = timeOrNull(row.opened_at);
    const end = endOfRow(row);
    return opened !== null && at >= opened - GRACE_MS && (end === null || at <= end.at + GRACE_MS);
  });
  return fitting.length === 1 ? (fitting[0]?.id ?? null) : null;
}

/** An id that is used again, or a wrong one, must not bring another instrument's price into a position's result. */
function isSameSymbol(fill: FillRow, row: PositionRow): boolean {
  if (fill.symbol === null || row.symbol === null) return true;
  return canonicalSymbol(fill.symbol) === canonicalSymbol(row.symbol);
}
