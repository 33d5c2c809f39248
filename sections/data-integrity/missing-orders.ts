import { amount } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { rowsById } from '../shared/facts/ids.ts';
import type { OrderName } from '../shared/facts/order-bounds.ts';
import { GRACE_MS, groupBy, timeOrNull } from '../shared/facts/row-values.ts';
import { quantityOf } from '../shared/facts/surplus.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow, OrderRow, PositionRow } from '../shared/queries/trading-rows.ts';
import type { Input } from './input.ts';
import type { OrderDifference } from './order-difference.ts';

interface Known {
  readonly fills: readonly FillRow[];
  readonly orderOf: (one: OrderName) => OrderRow | undefined;
  readonly pairs: readonly { readonly order: OrderRow; readonly fills: readonly FillRow[] }[];
  /** Clocks put fills so long before the request of their order, milliseconds. */
  readonly early: number;
}

/** One that says which order it is of. */
interface Named {
  readonly orderId: string;
  readonly exchange: string | null;
  readonly symbol: string | null;
  readonly at: number;
  /** What kind of order: a bot may store its entries, and not what the exchange itself does. */
  readonly kind: string;
  readonly isThere: boolean;
  readonly says: string;
}

/** Closed by somebody else than the bot, whose order is none of its own. */
const NOT_ITS_OWN = new Set(['liquidation', 'adl', 'manual']);

/** Orders that fills or positions of the window name, and of which no row was read though it would have been. */
export function missingOrders(
  { fills, orderOf, pairs, early }: Known,
  input: Input,
): readonly OrderDifference[] {
  const { positions } = input.rows;
  if (!areEndsWritten(pairs.map(({ order }) => order))) return [];
  const rows = positions.ok ? positions.rows : [];
  const byId = rowsById(rows, ({ id }) => id);
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  const isInside = (at: number | null): at is number =>
    at !== null && at >= from + GRACE_MS && at < to - early;
  const named = [
    ...fills.flatMap((fill) => ofFill(fill, byId(fill.position_id).at(-1), orderOf(fill))),
    ...ofPositions(rows, orderOf),
  ].filter(({ at }) => isInside(at));
  const judged = new Set(named.filter(({ isThere }) => isThere).map(({ kind }) => kind));
  // Where all orders of a kind are gone, or have other ids, there are filled ones whose fills nobody finds.
  const unfound = new Set(
    pairs.filter((pair) => pair.order.status === 'filled' && pair.fills.length === 0).map(venueOfPair),
  );
  const lost = named.filter(
    ({ isThere, kind, exchange }) => !isThere && (judged.has(kind) || unfound.has(venueOf(exchange))),
  );
  return [...groupBy(lost, ({ orderId, exchange }) => `${venueOf(exchange)} ${orderId}`).values()].flatMap(
    (group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { orderId, exchange, symbol, at } = first;
      const about = { orderId, venue: venueOf(exchange), symbol: symbol ?? 'unknown', at };
      const fillsSay = [...new Set(group.map(({ says }) => says))].slice(0, 3).join(', ');
      return [{ ...about, what: 'no-order', orderSays: 'no order', fillsSay, isLost: true } as const];
    },
  );
}

const venueOfPair = ({ order }: { readonly order: OrderRow }): string => venueOf(order.exchange);

/** An order of before the window that filled in it is read by the time of its end: every filled one has to have one. */
function areEndsWritten(orders: readonly OrderRow[]): boolean {
  const filled = orders.filter(({ status }) => status === 'filled');
  return filled.length > 0 && filled.every((order) => (order.filled_at ?? order.updated_at) !== null);
}

function ofFill(fill: FillRow, row: PositionRow | undefined, order: OrderRow | undefined): readonly Named[] {
  const { order_id: orderId, exchange, symbol, side, id } = fill;
  const at = timeOrNull(fill.at);
  if (at === null || (orderId ?? '') === '' || orderId === null) return [];
  const isExit = row !== undefined && row.side !== side;
  if (isExit && NOT_ITS_OWN.has(row.exit_kind ?? '')) return [];
  const kind = `${venueOf(exchange)} ${row === undefined ? 'unlinked' : isExit ? 'exit' : 'entry'}`;
  const says = `${amount(quantityOf([fill]))} by fill ${id}`;
  return [{ orderId, exchange, symbol, at, kind, isThere: order !== undefined, says }];
}

/** The orders by which positions of the window were opened and closed, as their rows name them. */
function ofPositions(rows: readonly PositionRow[], orderOf: Known['orderOf']): readonly Named[] {
  return rows.flatMap((row) => {
    const { id, exchange, symbol, status, exit_kind: exitKind } = row;
    if (status === 'failed' || status === 'transient') return [];
    const of = (orderId: string | null, time: string | null, kind: string): readonly Named[] => {
      const at = timeOrNull(time);
      if (at === null || orderId === null || orderId === '') return [];
      const isThere = orderOf({ order_id: orderId, exchange, symbol }) !== undefined;
      const about = { orderId, exchange, symbol, at, kind: `${venueOf(exchange)} row ${kind}`, isThere };
      return [{ ...about, says: `${kind} order of position ${id}` }];
    };
    return [
      ...of(row.entry_order_id, row.opened_at, 'entry'),
      ...(NOT_ITS_OWN.has(exitKind ?? '') ? [] : of(row.exit_order_id, row.closed_at, 'exit')),
    ];
  });
}
