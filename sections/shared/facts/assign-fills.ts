import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { endOfRow, GRACE_MS, groupBy, timeOrNull } from './row-values.ts';
import { canonicalSymbol, instrumentKey } from './symbols.ts';

/**
 * Gives each fill to its position: by position id, by the position's entry and exit order, else by venue, symbol and
 * time when exactly one position fits. A fill that fits none or several belongs to none.
 */
export function assignFills(positions: readonly PositionRow[], fills: readonly FillRow[]) {
  const byId = new Map(positions.map((row) => [row.id, row]));
  const byOrder = new Map<string, string>();
  for (const { id, entry_order_id: entry, exit_order_id: exit } of positions) {
    if (entry !== null) byOrder.set(entry, id);
    if (exit !== null) byOrder.set(exit, id);
  }
  const byInstrument = groupBy(positions, (row) => instrumentKey(row.exchange, row.symbol));
  const byPosition = new Map<string, FillRow[]>();
  const stray: FillRow[] = [];
  for (const fill of fills) {
    const id = ownerOf(fill, byId, byOrder, byInstrument);
    if (id === null) stray.push(fill);
    else {
      const own = byPosition.get(id);
      if (own) own.push(fill);
      else byPosition.set(id, [fill]);
    }
  }
  return { byPosition, stray };
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
