import { incident } from '../incidents.ts';
import { timeCell } from '../rows/time-cells.ts';
import { HOUR_MS, MINUTE_MS } from '../shifts.ts';
import { closedAt } from '../trade.ts';
import type { Defect } from './defect.ts';
import { atLeast, livedIn, symbolsOf } from './pick.ts';

export const conflictingWrites: Defect = {
  name: 'conflicting-writes',
  title: 'The reconciler closes a Binance position 0.3 s after the trader has closed it',
  causes: [{ rule: 'RC-01', venue: 'binance', severity: 'HIGH' }],
  inject(world, shift) {
    const closes = livedIn(world, shift, 'binance').filter(
      (trade) => trade.exit?.order.role === 'exit' && trade.exit.reason === 'signal',
    );
    const taken = atLeast(closes, 1, 'closes by signal on Binance');
    for (const trade of taken) {
      const { venue, symbol, id } = trade;
      // The trader's own event comes 12 ms after the last fill.
      const at = (closedAt(trade) ?? shift.from) + 12 + 304;
      world.incidents.push(
        incident({
          at,
          type: 'position_closed',
          severity: 'INFO',
          writer: 'reconciler',
          venue,
          symbol,
          positionId: id,
        }),
      );
    }
    return symbolsOf(taken);
  },
};

export const doubleExecution: Defect = {
  name: 'double-execution',
  title: 'An entry on Bybit is sent again after a timeout, and the first order was there',
  causes: [{ rule: 'RC-02', venue: 'bybit', severity: 'CRITICAL' }],
  inject(world, shift) {
    const [trade] = atLeast(livedIn(world, shift, 'bybit'), 1, 'positions on Bybit');
    if (!trade) return [];
    const { entry } = trade;
    const [sentAt, cancelledAt] = [entry.createdAt + 5_020, entry.createdAt + 7_410];
    const order = `${trade.id}-e1-again`;
    world.rowEdits.push((rows) => {
      const first = rows.execution.find((row) => row['order_id'] === entry.id);
      const sent = rows.order.find((row) => row['id'] === entry.id);
      if (!first || !sent) throw new Error(`order ${entry.id} has no execution`);
      rows.execution.push({
        ...first,
        id: `D-${trade.id}-open-x2`,
        status: 'submitted',
        at: timeCell(sentAt),
        order_id: order,
        filled_quantity: '0',
        filled_price: null,
        commission: '0',
      });
      // A person saw it in time: the second order was cancelled before it was filled.
      rows.order.push({
        ...sent,
        id: order,
        type: 'limit',
        status: 'cancelled',
        created_at: timeCell(sentAt),
        venue_at: timeCell(sentAt + 61),
        exchange_order_id: `${trade.venue}-${order}`,
        client_order_id: `demo-${order}`,
        filled: '0',
        remaining: sent['quantity'] ?? null,
        average_price: null,
        time_in_force: 'GTC',
        position_id: null,
        updated_at: timeCell(cancelledAt),
        filled_at: null,
        cancelled_at: timeCell(cancelledAt),
      });
    });
    return [`D-${trade.id}-open`];
  },
};

export const stuckQueue: Defect = {
  name: 'stuck-decisions',
  title: 'Seven decisions of the sixth hour wait in a queue that nobody empties',
  causes: [{ rule: 'OP-03', severity: 'HIGH' }],
  inject(world, shift) {
    const waiting = Array.from({ length: 7 }, (_, index) => ({
      id: `D-${shift.name}-waiting-${String(index + 1)}`,
      at: timeCell(shift.from + 5 * HOUR_MS + (4 + 7 * index) * MINUTE_MS + 12_480),
      symbol: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'][index % 3] ?? 'BTCUSDT',
      decision: 'open',
      status: 'pending',
      exchange: 'binance',
      strategy: 'trend',
      side: 'long',
      quantity: '1',
      reason_code: 'entry_signal',
      rationale: { score: '0.812', rule: 'entry_signal' },
      correlation_id: null,
      signal_id: null,
      executed_at: null,
      failed_at: null,
    }));
    world.rowEdits.push(({ decision }) => decision.push(...waiting));
    return waiting.map(({ id }) => id);
  },
};

export const lostDecisions: Defect = {
  name: 'decisions-lost',
  title: 'Two decisions were never stored, and their executions were',
  causes: [{ rule: 'OP-07', severity: 'HIGH' }],
  inject(world, shift) {
    const lost = atLeast(livedIn(world, shift, 'binance'), 2, 'positions on Binance').map(
      ({ id }) => `D-${id}-open`,
    );
    world.rowEdits.push((rows) => {
      rows.decision = rows.decision.filter(({ id }) => !lost.includes(String(id)));
    });
    return lost;
  },
};
