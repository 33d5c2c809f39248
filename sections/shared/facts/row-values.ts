import { money, type Money } from '../../../audit/decimal.ts';
import { isKnown, type Missing, type Value } from '../../../audit/value.ts';
import type { OrderRow, PositionRow } from '../queries/trading-rows.ts';

/** Clocks of two sources differ by this much without meaning anything (catalogue 1.10, mistake 20). */
export const GRACE_MS = 5_000;

/** A numeric column as a decimal; null stays null. */
export function decimalOrNull(value: string | null): Money | null {
  return value === null ? null : money(value);
}

/** A positive numeric column, or null: zero prices and quantities are placeholders. */
export function positiveOrNull(value: string | null): Money | null {
  const parsed = decimalOrNull(value);
  return parsed !== null && parsed.isPositive() && !parsed.isZero() ? parsed : null;
}

/** A time column in milliseconds since the epoch; null stays null. */
export function timeOrNull(value: string | null): number | null {
  if (value === null) return null;
  const parsed = Date.parse(value);
  return Number.isNaN(parsed) ? null : parsed;
}

/** When an order was requested; where its creation cannot be or lies after all that followed it, the first of these. */
export function requestedAt(
  order: Pick<OrderRow, 'created_at' | 'venue_at' | 'filled_at' | 'cancelled_at' | 'updated_at'>,
): number | null {
  const created = timeOrNull(order.created_at);
  const { venue_at: venue, filled_at: filled, cancelled_at: cancelled, updated_at: updated } = order;
  const followed = [venue, filled, cancelled, updated].flatMap((time) => timeOrNull(time) ?? []);
  if (created !== null && followed.some((at) => at >= created - GRACE_MS)) return created;
  return followed[0] ?? created;
}

/** When the bot's row says that the position ended; a closed row without a time gives its last update. */
export function endOfRow(
  row: Pick<PositionRow, 'status' | 'closed_at' | 'updated_at'>,
): { readonly at: number; readonly by: 'row' | 'last-update' } | null {
  const closed = timeOrNull(row.closed_at);
  if (closed !== null) return { at: closed, by: 'row' };
  const updated = timeOrNull(row.updated_at);
  return row.status === 'closed' && updated !== null ? { at: updated, by: 'last-update' } : null;
}

/** The first reason why one of the values is missing. */
export function firstMissing(values: readonly Value[]): Missing | undefined {
  return values.find((value): value is Missing => !isKnown(value));
}

/** A row that says both that it is open and when it was closed. */
export function isOpenAndClosed(row: Pick<PositionRow, 'status' | 'closed_at'>): boolean {
  return row.status === 'open' && timeOrNull(row.closed_at) !== null;
}

export function sideOf(side: string | null): 'long' | 'short' | 'unknown' {
  return side === 'long' || side === 'short' ? side : 'unknown';
}

/** What one unit of a position earns between two prices. */
export function moveOf(side: 'long' | 'short', from: Money, to: Money): Money {
  return side === 'long' ? to.minus(from) : from.minus(to);
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return groups;
}

/** Groups by size, largest first; those of one size by name. */
export function largestFirst<T>(
  groups: ReadonlyMap<string, readonly T[]>,
): readonly (readonly [string, readonly T[]])[] {
  return [...groups].sort(([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1));
}
