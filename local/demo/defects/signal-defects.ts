import { timeCell } from '../rows/time-cells.ts';
import { HOUR_MS, MINUTE_MS } from '../shifts.ts';
import { openedAt } from '../trade.ts';
import type { Defect } from './defect.ts';
import { cellsOf, within } from './row-cells.ts';

const SYMBOLS = ['SOLUSDT', 'ADAUSDT', 'LINKUSDT'] as const;

export const signalsWithoutOrders: Defect = {
  name: 'signals-without-orders',
  title:
    'Signals come in all hours of the shift, trading is disabled on the watch list, and nothing is entered',
  kind: 'daily',
  causes: [{ rule: 'NA-03', severity: 'MEDIUM', subjects: SYMBOLS }],
  inject(world, shift) {
    const isInside = (at: number): boolean => at >= shift.from && at < shift.to;
    world.trades = world.trades.filter(
      (trade) => !isInside(trade.entry.createdAt) && !isInside(openedAt(trade)),
    );
    world.failedEntries = world.failedEntries.filter(({ order }) => !isInside(order.createdAt));
    world.rowEdits.push((rows) => {
      for (const row of rows.watch) row['trade_enabled'] = false;
      rows.signal = rows.signal.filter((row) => !within(row, 'at', ...cellsOf(shift)));
      for (let at = shift.from + 20 * MINUTE_MS; at < shift.to; at += HOUR_MS)
        SYMBOLS.forEach((symbol, index) => {
          const id = `sig-${symbol}-${timeCell(at)}`;
          const seenAt = at + index * 7 * MINUTE_MS;
          rows.signal.push({
            id,
            at: timeCell(seenAt),
            symbol,
            strategy: 'trend',
            side: 'long',
            score: '0.710',
          });
        });
    });
    return SYMBOLS;
  },
};
