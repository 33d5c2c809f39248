import { money } from '../../../audit/decimal.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { rowsById } from './ids.ts';
import { lifetimes } from './lifetimes.ts';
import { groupBy, positiveOrNull, timeOrNull } from './row-values.ts';
import { instrumentKey, isOtherName } from './symbols.ts';

/** Whose a fill is: of the position that it names, of those whose entry or exit order it is, or of those of its time. */
export interface Owners {
  readonly by: 'position' | 'order' | 'time';
  readonly rows: readonly PositionRow[];
}

/** Nobody trades one instrument at prices so far apart while a position is held. */
const MOST_APART = 3;

/** Ids outrank spellings: a fill that names its position or order belongs to it under whatever symbol. */
export function ownerFinder(positions: readonly PositionRow[]): (fill: FillRow) => Owners {
  const byId = rowsById(positions, ({ id }) => id);
  const ordered = positions.flatMap((row) =>
    [...new Set([row.entry_order_id, row.exit_order_id])].flatMap((id) => (id === null ? [] : [{ id, row }])),
  );
  const byOrder = rowsById(ordered, ({ id }) => id);
  const byInstrument = new Map(
    [...groupBy(positions, (row) => instrumentKey(row.exchange, row.symbol))].map(
      ([key, rows]) => [key, lifetimes(rows)] as const,
    ),
  );
  return (fill) => {
    const [named] = byId(fill.position_id);
    if (named !== undefined) return { by: 'position', rows: isOneInstrument(fill, named) ? [named] : [] };
    const rows = byOrder(fill.order_id).map(({ row }) => row);
    if (rows.length > 0) return { by: 'order', rows: rows.filter((row) => isOneInstrument(fill, row)) };
    const at = timeOrNull(fill.at);
    if (at === null || fill.position_id !== null) return { by: 'time', rows: [] };
    return { by: 'time', rows: byInstrument.get(instrumentKey(fill.exchange, fill.symbol))?.(at) ?? [] };
  };
}

/** Under another symbol an id that is used again, or a wrong one, must not bring another instrument's price along. */
export function isOneInstrument(fill: FillRow, row: PositionRow): boolean {
  if (!isOtherName(fill.symbol, row.symbol)) return true;
  const [price, entry] = [positiveOrNull(fill.price), positiveOrNull(row.entry_price)];
  if (price === null || entry === null) return true;
  const ratio = price.div(entry);
  return ratio.lessThan(MOST_APART) && ratio.greaterThan(money(1).div(MOST_APART));
}
