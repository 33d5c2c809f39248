import { amount } from '../../../audit/decimal.ts';
import { unifiedSymbol } from '../exchange-states.ts';
import { incident } from '../incidents.ts';
import { timeCell } from '../rows/time-cells.ts';
import { HOUR_MS, MINUTE_MS, type Shift } from '../shifts.ts';
import { closedAt, type OrderFact, type Trade } from '../trade.ts';
import type { DemoRow, World } from '../world.ts';
import type { Defect } from './defect.ts';
import { atLeast, livedIn, symbolsOf } from './pick.ts';

/** Orders left behind in a shift that is not the newest are cancelled soon after it: each shift has its own. */
const GONE_AFTER_MS = 40_000;
/** How far from the price an entry order is that never fills, as a share. */
const FAR = 0.06;
const SWEEP_MS = 30 * MINUTE_MS;

export const orphanedOrderLeft: Defect = {
  name: 'orphaned-order-left',
  title: 'The target of a closed position stays at the venue and is not reduce-only',
  causes: [{ rule: 'ZO-01', venue: 'bybit', severity: 'HIGH' }],
  inject(world, shift) {
    const candidates = exitedEarly(world, shift, 'bybit').filter(
      ({ takeProfit }) => takeProfit?.status === 'cancelled',
    );
    const left = atLeast(candidates, 1, 'closes with a target on Bybit');
    for (const { takeProfit } of left) {
      if (takeProfit === null) continue;
      leaveOpen(takeProfit, world, shift);
      editOrder(world, takeProfit.id, () => ({ reduce_only: false }));
    }
    return symbolsOf(left);
  },
};

export const staleEntryOrders: Defect = {
  name: 'stale-entry-orders',
  title: 'Two entry orders far from the price stand for hours, since nothing ends them',
  causes: [{ rule: 'ZO-02', venue: 'binance', severity: 'LOW' }],
  inject(world, shift) {
    const models = atLeast(livedIn(world, shift, 'binance'), 2, 'positions on Binance');
    const orders = models.map(({ entry, symbol }, index): Resting => {
      const at = shift.from + (2 + index) * HOUR_MS + 13_470;
      const price = farPrice(world, { symbol, side: entry.side, from: at, to: shift.to });
      return { id: `O-${shift.name}-l${String(index + 1)}`, model: entry, symbol, at, price, shift };
    });
    world.rowEdits.push((rows) => {
      for (const order of orders) {
        const model = rows.order.find(({ id }) => id === order.model.id);
        if (model) rows.order.push(restingRow(model, order, world));
      }
    });
    world.exchangeEdits.push((states) => {
      const at = new Date(shift.to).toISOString();
      const state = states.find((one) => one.exchange === 'binance' && one.at === at);
      state?.openOrders.push(...orders.map(atExchange));
    });
    return symbolsOf(models);
  },
};

export const zombieCleanupFails: Defect = {
  name: 'zombie-cleanup-fails',
  title: 'The sweep finds three stops of closed positions, and cancels none of them',
  causes: [{ rule: 'ZO-03', venue: 'binance', severity: 'HIGH' }],
  inject(world, shift) {
    const candidates = exitedEarly(world, shift, 'binance').filter(
      ({ stops }) => stops.at(-1)?.status === 'cancelled',
    );
    const left = atLeast(candidates, 3, 'closes with a stop on Binance');
    for (const trade of left) {
      const stop = trade.stops.at(-1);
      if (!stop) continue;
      leaveOpen(stop, world, shift);
      trade.stopChanges = trade.stopChanges.filter(({ kind }) => kind !== 'removed');
      sweep(world, shift, trade, stop);
    }
    return symbolsOf(left);
  },
};

/** Positions that lived in the shift and that an order of their own closed before its last two hours. */
function exitedEarly(world: World, shift: Shift, venue: Trade['venue']): readonly Trade[] {
  return livedIn(world, shift, venue).filter(
    (trade) => trade.exit?.order.role === 'exit' && (closedAt(trade) ?? Infinity) < shift.to - 2 * HOUR_MS,
  );
}

function leaveOpen(order: OrderFact, world: World, shift: Shift): void {
  const isNewest = shift.to >= world.asOf;
  order.status = isNewest ? 'new' : 'cancelled';
  order.cancelledAt = isNewest ? null : shift.to + GONE_AFTER_MS;
}

function editOrder(world: World, id: string, change: (row: DemoRow) => DemoRow): void {
  world.rowEdits.push((rows) => {
    rows.order = rows.order.map((row) => (row['id'] === id ? { ...row, ...change(row) } : row));
  });
}

/** The bot finds it at every sweep, and each time the endpoint for plain orders does not know the conditional one. */
function sweep(world: World, shift: Shift, trade: Trade, stop: OrderFact): void {
  const { venue, symbol } = trade;
  const closed = closedAt(trade) ?? shift.from;
  const first = Math.ceil(closed / SWEEP_MS) * SWEEP_MS;
  for (let at = first + 4_210; at < shift.to - 10 * MINUTE_MS; at += SWEEP_MS) {
    world.incidents.push(
      incident({
        at,
        type: 'zombie_found',
        severity: 'WARNING',
        writer: 'reconciler',
        venue,
        symbol,
        orderId: stop.id,
        message: '-2011 Unknown order sent.',
      }),
    );
  }
}

/** A limit entry that the price does not reach before the shift ends. */
interface Resting {
  readonly id: string;
  readonly model: OrderFact;
  readonly symbol: string;
  readonly at: number;
  readonly price: string;
  readonly shift: Shift;
}

function farPrice(
  world: World,
  { symbol, side, from, to }: { symbol: string; side: OrderFact['side']; from: number; to: number },
): string {
  const marks: number[] = [];
  for (let time = from; time < to; time += 5 * MINUTE_MS) marks.push(world.market.markAt(symbol, time));
  const price = side === 'buy' ? Math.min(...marks) * (1 - FAR) : Math.max(...marks) * (1 + FAR);
  return world.market.quote(symbol, price);
}

function restingRow(model: DemoRow, { id, at, price, shift }: Resting, world: World): DemoRow {
  const isNewest = shift.to >= world.asOf;
  const goneAt = isNewest ? null : shift.to + GONE_AFTER_MS;
  return {
    ...model,
    id,
    exchange_order_id: `binance-${id}`,
    client_order_id: `demo-${id}`,
    type: 'limit',
    time_in_force: 'GTC',
    status: isNewest ? 'new' : 'cancelled',
    price,
    filled: '0',
    remaining: model['quantity'] ?? null,
    average_price: null,
    position_id: null,
    created_at: timeCell(at),
    venue_at: timeCell(at + 62),
    filled_at: null,
    cancelled_at: timeCell(goneAt),
    updated_at: timeCell(goneAt ?? at + 62),
  };
}

function atExchange({ id, model, symbol, at, price }: Resting): Record<string, unknown> {
  return {
    ...{ id: `binance-${id}`, clientOrderId: `demo-${id}`, symbol: unifiedSymbol(symbol), side: model.side },
    ...{
      type: 'limit',
      status: 'open',
      amount: amount(model.quantity),
      price,
      reduceOnly: false,
      timestamp: at,
    },
  };
}
