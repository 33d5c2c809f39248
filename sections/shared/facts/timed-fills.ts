import { iso } from '../../../audit/time.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { endOfRow, groupBy, timeOrNull } from './row-values.ts';

/**
 * The fills in order of time. One whose own time cannot be takes that of its side in the row of its position: what it
 * traded is known, and the finding about the time says the rest.
 */
export function timedFills(positions: readonly PositionRow[], fills: readonly FillRow[]): readonly FillRow[] {
  if (fills.every(({ at }) => at !== null)) return fills;
  const byId = groupBy(positions, ({ id }) => id);
  const byEntry = groupBy(positions, ({ entry_order_id: entry }) => entry ?? '');
  const timed = fills.map((fill) => {
    if (fill.at !== null) return fill;
    const [row] = byId.get(fill.position_id ?? '') ?? byEntry.get(fill.order_id ?? '-') ?? [];
    if (row === undefined) return fill;
    const closed = endOfRow(row)?.at;
    const end = closed === undefined ? null : iso(closed);
    return { ...fill, at: fill.side === row.side ? row.opened_at : end };
  });
  return timed.toSorted((a, b) => (timeOrNull(a.at) ?? Infinity) - (timeOrNull(b.at) ?? Infinity));
}
