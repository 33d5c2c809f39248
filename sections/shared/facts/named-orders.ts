import { amount } from '../../../audit/decimal.ts';
import type { FillRow, OrderRow, PositionRow } from '../queries/trading-rows.ts';
import type { orderFinder } from './order-bounds.ts';
import { rowsById } from './ids.ts';
import { timeOrNull } from './row-values.ts';
import { quantityOf } from './surplus.ts';
import { venueOf } from './symbols.ts';

/** A fill or a position's row that says which order it is of. */
export interface NamedOrder {
  readonly orderId: string;
  readonly exchange: string | null;
  readonly symbol: string | null;
  readonly at: number;
  /** What kind of order: a bot may store its entries, and not what the exchange itself does. */
  readonly kind: string;
  readonly order: OrderRow | undefined;
  /** Asked of few: it is decimals for each. */
  says(): string;
}

/** Closed by somebody else than the bot, whose order is none of its own. */
const NOT_ITS_OWN = new Set(['liquidation', 'adl', 'manual']);

/** The orders that fills and positions name. */
export function namedOrders(
  fills: readonly FillRow[],
  rows: readonly PositionRow[],
  orderOf: ReturnType<typeof orderFinder>,
): readonly NamedOrder[] {
  const byId = rowsById(rows, ({ id }) => id);
  return [
    ...fills.flatMap((fill) => ofFill(fill, byId(fill.position_id).at(-1), orderOf(fill))),
    ...ofPositions(rows, orderOf),
  ];
}

function ofFill(
  fill: FillRow,
  row: PositionRow | undefined,
  order: OrderRow | undefined,
): readonly NamedOrder[] {
  const { order_id: orderId, exchange, symbol, side, id } = fill;
  const at = timeOrNull(fill.at);
  if (at === null || (orderId ?? '') === '' || orderId === null) return [];
  const isExit = row !== undefined && row.side !== side;
  if (isExit && NOT_ITS_OWN.has(row.exit_kind ?? '')) return [];
  const kind = `${venueOf(exchange)} ${row === undefined ? 'unlinked' : isExit ? 'exit' : 'entry'}`;
  const says = (): string => `${amount(quantityOf([fill]))} by fill ${id}`;
  return [{ orderId, exchange, symbol, at, kind, order, says }];
}

/** The orders by which positions of the window were opened and closed, as their rows name them. */
function ofPositions(
  rows: readonly PositionRow[],
  orderOf: ReturnType<typeof orderFinder>,
): readonly NamedOrder[] {
  return rows.flatMap((row) => {
    const { id, exchange, symbol, status, exit_kind: exitKind } = row;
    if (status === 'failed' || status === 'transient') return [];
    const of = (orderId: string | null, time: string | null, kind: string): readonly NamedOrder[] => {
      const at = timeOrNull(time);
      if (at === null || orderId === null || orderId === '') return [];
      const order = orderOf({ order_id: orderId, exchange, symbol });
      const about = { orderId, exchange, symbol, at, kind: `${venueOf(exchange)} row ${kind}`, order };
      return [{ ...about, says: () => `${kind} order of position ${id}` }];
    };
    return [
      ...of(row.entry_order_id, row.opened_at, 'entry'),
      ...(NOT_ITS_OWN.has(exitKind ?? '') ? [] : of(row.exit_order_id, row.closed_at, 'exit')),
    ];
  });
}
