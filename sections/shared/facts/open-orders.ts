import { amount, ZERO, type Money } from '../../../audit/decimal.ts';
import { ms } from '../../../audit/time.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import { ALIVE, ENDED } from './order-bounds.ts';
import { decimalOrNull, groupBy, positiveOrNull, requestedAt, sideOf, timeOrNull } from './row-values.ts';
import { isEntry, isStop, isTarget } from './order-roles.ts';
import { isBeyond, quantityOf } from './surplus.ts';
import { venueOf } from './symbols.ts';
import type { FillRow, OrderRow } from '../queries/trading-rows.ts';
import type { Rows, Surroundings } from '../../../audit/input.ts';
import type { PositionFacts } from './position-facts.ts';

/** What open orders are told by. */
interface Input extends Pick<Surroundings, 'window' | 'has'> {
  readonly rows: { readonly orders: Rows<OrderRow>; readonly fills: Rows<FillRow> };
  readonly shared: { readonly positions: PositionFacts };
}

/** What an order is for, as far as its row says it. */
type Purpose = 'open' | 'stop' | 'target' | 'exit' | 'reduce' | 'unknown';

/** An order while it was open in the window, as the bot's row has it; times in milliseconds since the epoch. */
export interface OpenOrder {
  readonly row: OrderRow;
  readonly id: string;
  readonly venue: string;
  readonly symbol: string;
  readonly side: 'long' | 'short' | 'unknown';
  readonly purpose: Purpose;
  /** Whether it can only reduce; null where nothing says so. */
  readonly reduces: boolean | null;
  /** What it waits for: its trigger, else its limit. */
  readonly level: Money | null;
  /** Not filled yet; null: all of the position, or not recorded. */
  readonly quantity: Money | null;
  readonly from: number;
  /** Null: still open at the end of the window. */
  readonly until: number | null;
  /** As its row says now, after the window too. */
  readonly endedAt: number | null;
}

/** The orders of the window that were open in it, or why nobody can say which were. */
export type OpenOrders =
  | {
      readonly ok: true;
      readonly orders: readonly OpenOrder[];
      /** Without an end, and in a state that no normal form knows or never acknowledged: open or not, nobody knows. */
      readonly doubtful: readonly OrderRow[];
    }
  | ({ readonly ok: false } & Missing);

export function openOrdersOf(input: Input): OpenOrders {
  const { orders, fills } = input.rows;
  if (!orders.ok) return orders;
  const why = inadequacy(orders.rows, input);
  if (why !== null) return { ok: false, ...why };
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  const filledBy = groupBy(fills.ok ? fills.rows : [], ({ order_id: id }) => id ?? '');
  const isAcknowledged = acknowledgements(orders.rows, input);
  const lived = once(orders.rows).flatMap((row) => {
    const order = openOrder(row, to);
    const isInside = order !== null && order.from < to && (order.until ?? to) > Math.max(order.from, from);
    return isInside && !isFilled(row, filledBy) ? [order] : [];
  });
  const isKnown = ({ row, until }: OpenOrder): boolean =>
    until !== null || endTimesOf(row).length > 0 || (ALIVE.has(row.status) && isAcknowledged(row));
  return {
    ok: true,
    orders: lived.filter(isKnown),
    doubtful: lived.filter((order) => !isKnown(order)).map(({ row }) => row),
  };
}

/** A bot that never writes how an order ended leaves all of them open in its rows. */
function inadequacy(rows: readonly OrderRow[], { shared }: Input): Missing | null {
  const { positions } = shared;
  const traded = positions.ok ? positions.positions : [];
  if (rows.length === 0 && traded.length > 0)
    return missing('inadequate_basis', 'positions were traded, and no order of them is stored');
  const closed = traded.filter(({ closedAt }) => closedAt !== null).length;
  const isEnded = rows.some(({ status }) => ENDED.has(status));
  return rows.length === 0 || isEnded || closed === 0
    ? null
    : missing('inadequate_basis', `${String(closed)} positions were closed, and no order row ever ended`);
}

/** One order of the venue may have several rows; the one that ended says what became of it. */
function once(rows: readonly OrderRow[]): readonly OrderRow[] {
  const orders = new Map<string, OrderRow>();
  for (const row of rows) {
    const key = JSON.stringify([venueOf(row.exchange), row.exchange_order_id ?? ['own', row.id]]);
    if (!ENDED.has(orders.get(key)?.status ?? null)) orders.set(key, row);
  }
  return [...orders.values()];
}

/** Its fills say that it is done, whatever its status: that its row does not is told in section 6. */
function isFilled(row: OrderRow, byOrder: ReadonlyMap<string, readonly FillRow[]>): boolean {
  const quantity = positiveOrNull(row.quantity);
  const own = [row.id, row.exchange_order_id].flatMap((id) => (id === null ? [] : (byOrder.get(id) ?? [])));
  return quantity !== null && own.length > 0 && !isBeyond(quantity, quantityOf([...new Set(own)]));
}

/** Where a bot writes down when the venue answered, an order without an answer may never have reached it. */
function acknowledgements(rows: readonly OrderRow[], input: Input): (row: OrderRow) => boolean {
  const isWritten = input.has('order', 'venue_at') && rows.some(({ venue_at: at }) => at !== null);
  return ({ venue_at: at, exchange_order_id: id }) => !isWritten || at !== null || id !== null;
}

function openOrder(row: OrderRow, to: number): OpenOrder | null {
  const from = timeOrNull(row.venue_at) ?? requestedAt(row);
  if (from === null || row.symbol === null || row.status === 'rejected') return null;
  const ended = endOf(row, from);
  const quantity = row.close_on_trigger === true ? null : positiveOrNull(row.quantity);
  return {
    row,
    id: row.id,
    venue: venueOf(row.exchange),
    symbol: row.symbol,
    side: sideOf(row.side),
    purpose: purposeOf(row),
    reduces: row.close_on_trigger === true ? true : row.reduce_only,
    level: positiveOrNull(row.trigger_price) ?? positiveOrNull(row.price),
    // What is filled now says nothing of an earlier window: all of it was open then, at most.
    quantity: quantity && quantity.minus(ended === null ? (decimalOrNull(row.filled) ?? ZERO) : ZERO),
    from,
    until: ended !== null && ended < to ? ended : null,
    endedAt: ended,
  };
}

/** An end without a time is taken at the request: it accuses nobody. */
function endOf(row: OrderRow, from: number): number | null {
  const times = endTimesOf(row);
  if (times.length > 0) return Math.min(...times);
  return ENDED.has(row.status) ? (timeOrNull(row.updated_at) ?? from) : null;
}

/** When it was filled or cancelled, where its row says that: until then it was open, in an earlier window too. */
function endTimesOf({ status, cancelled_at: cancelled, filled_at: filled }: OrderRow): readonly number[] {
  if (status === 'partially_filled') return [];
  return [cancelled, filled].map(timeOrNull).filter((at) => at !== null);
}

function purposeOf(row: OrderRow): Purpose {
  if (isStop(row)) return 'stop';
  if (isTarget(row)) return 'target';
  if (isEntry(row)) return 'open';
  if (row.role === 'exit') return 'exit';
  return row.reduce_only === true || row.close_on_trigger === true ? 'reduce' : 'unknown';
}

/** `0.5`, or `all of it`. */
export function quantityWords({ quantity }: OpenOrder): string | null {
  return quantity === null ? null : amount(quantity);
}
