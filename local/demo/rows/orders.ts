import { amount, money } from '../../../audit/decimal.ts';
import { filledOf } from '../orders.ts';
import { feeOf, fundingOf, grossByFill, type OrderFact, type Trade } from '../trade.ts';
import type { DemoRow, World } from '../world.ts';
import { timeCell } from './time-cells.ts';

/** All orders of a trade, once each. */
export function ordersOf(trade: Trade): readonly OrderFact[] {
  const { entry, stops, takeProfit, exit } = trade;
  return [...new Set([entry, ...stops, ...(takeProfit ? [takeProfit] : []), ...(exit ? [exit.order] : [])])];
}

export function orderRows(world: World): DemoRow[] {
  const traded = world.trades.flatMap((trade) =>
    ordersOf(trade).map((order) => orderRow(order, trade, trade)),
  );
  return [...traded, ...world.failedEntries.map((failed) => orderRow(failed.order, failed, null))];
}

function orderRow(
  order: OrderFact,
  owner: { venue: string; symbol: string; strategy: string },
  trade: Trade | null,
): DemoRow {
  const { filled, average } = filledOf(order, trade?.fills ?? []);
  const times = [order.createdAt, order.venueAt, order.triggeredAt, order.filledAt, order.cancelledAt];
  return {
    id: order.id,
    symbol: owner.symbol,
    side: order.side,
    type: order.type,
    status: order.status,
    quantity: amount(order.quantity),
    created_at: timeCell(order.createdAt),
    exchange: owner.venue,
    exchange_order_id: order.venueAt === null ? null : `${owner.venue}-${order.id}`,
    client_order_id: `demo-${order.id}`,
    price: order.price,
    trigger_price: order.triggerPrice,
    filled,
    remaining: amount(order.quantity.minus(money(filled))),
    average_price: average,
    reduce_only: order.reduceOnly,
    close_on_trigger: false,
    venue_at: timeCell(order.venueAt),
    position_idx: 0,
    parent_id: order.parentId,
    role: order.role,
    time_in_force: order.type === 'market' ? 'IOC' : 'GTC',
    position_id: trade?.id ?? null,
    strategy: owner.strategy,
    updated_at: timeCell(Math.max(...times.map((time) => time ?? 0))),
    filled_at: timeCell(order.filledAt),
    cancelled_at: timeCell(order.cancelledAt),
    triggered_at: timeCell(order.triggeredAt),
    reject_code: order.rejectCode,
    reject_reason: order.rejectReason,
  };
}

/** `realized_pnl` of an exit fill is gross, at average cost; an entry fill realises nothing. */
export function fillRows(world: World): DemoRow[] {
  return world.trades.flatMap((trade) => {
    const gross = trade.exit === null ? new Map<string, never>() : grossByFill(trade);
    return trade.fills.map((fill) => ({
      id: fill.id,
      order_id: fill.orderId,
      symbol: trade.symbol,
      side: fill.side,
      price: fill.price,
      quantity: amount(fill.quantity),
      at: timeCell(fill.at),
      exchange: trade.venue,
      fee: amount(feeOf(fill)),
      fee_currency: 'USDT',
      is_maker: fill.isMaker,
      realized_pnl: amount(gross.get(fill.id) ?? money(0)),
      position_id: trade.id,
      strategy: trade.strategy,
    }));
  });
}

export function fundingRows(world: World): DemoRow[] {
  return world.trades.flatMap((trade) =>
    fundingOf(trade, world.market).map((settlement) => ({
      symbol: trade.symbol,
      amount: amount(settlement.amount),
      at: timeCell(settlement.at),
      exchange: trade.venue,
      position_id: trade.id,
    })),
  );
}

export function stopChangeRows(world: World): DemoRow[] {
  return world.trades.flatMap((trade) =>
    trade.stopChanges.map((change) => ({
      position_id: trade.id,
      at: timeCell(change.at),
      kind: change.kind,
      old_price: change.oldPrice,
      new_price: change.newPrice,
      order_id: change.orderId,
      exchange: trade.venue,
      duration_ms: change.durationMs,
      unprotected_window_ms: change.unprotectedMs,
      error: change.error,
    })),
  );
}
