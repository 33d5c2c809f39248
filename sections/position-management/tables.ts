import type { EntryOrder } from '../shared/facts/entry-orders.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { col, table, type Table } from '../shared/vocabulary/table.ts';
import type { Abandoned, Facts } from './facts.ts';
import type { ExitGroup } from './exits.ts';

export const ABOVE_LIMIT = 'position-management.above-limit';

/** Positions opened above the limit. */
export const aboveLimitTable = table<PositionFact>({
  position: col.text('Position', ({ id }) => id),
  exchange: col.text('Exchange', ({ venue }) => venue),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  strategy: col.text('Strategy', ({ strategy }) => strategy),
  opened: col.time('Opened', ({ openedAt }) => openedAt),
  notional: col.money('Notional', ({ notional }) => notional),
});

/** Open positions without an evaluation. */
export const abandonedTable = table<Abandoned>({
  position: col.text('Position', ({ fact }) => fact.id),
  symbol: col.text('Symbol', ({ fact }) => fact.symbol),
  strategy: col.text('Strategy', ({ fact }) => fact.strategy),
  notional: col.money('Notional', ({ fact }) => fact.notional),
  opened: col.time('Opened', ({ fact }) => fact.openedAt),
  last: col.time('Last evaluation', ({ fact }) => fact.row.last_evaluated_at),
  stop: col.text('Stop at the end', ({ unprotected: bare }) =>
    bare === null ? 'unknown' : bare ? 'none' : 'in place',
  ),
});

/** Closes without a known reason. */
export function unexplainedTable({ reasonByOrder }: Facts): Table<PositionFact> {
  return table({
    position: col.text('Position', ({ id }) => id),
    symbol: col.text('Symbol', ({ symbol }) => symbol),
    closed: col.time('Closed', ({ openedAt, closedAt }) => closedAt ?? openedAt),
    reason: col.text('Reason in the row', ({ exitReason }) => exitReason),
    order: col.text('The exit order says', reasonByOrder),
  });
}

/** Entry orders that failed, one by one. */
export const failedOrderTable = table<EntryOrder>({
  order: col.text('Order', ({ id }) => id),
  exchange: col.text('Exchange', ({ venue }) => venue),
  symbol: col.text('Symbol', ({ symbol }) => symbol),
  at: col.time('Sent', ({ at }) => at),
  code: col.text('Answer', ({ code }) => code),
  reason: col.text('Reason', ({ reason }) => reason),
});

export const exitTable = table<ExitGroup>({
  reason: col.text('Reason', ({ reason }) => reason),
  words: col.text('In the rows', ({ words }) => words),
  closed: col.count('Closed', ({ count }) => count),
  share: col.percent('Share (%)', ({ share }) => share),
  net: col.money('Net PnL', ({ net }) => net),
});

/** Failed entries with the same answer of the same exchange. */
export const answerTable = table<readonly EntryOrder[]>({
  exchange: col.text('Exchange', ([first]) => capitalised(first?.venue ?? '')),
  answer: col.text('Answer', ([first]) => first?.code ?? null),
  reason: col.text('Reason', ([first]) => first?.reason ?? null),
  orders: col.count('Orders', ({ length }) => length),
});
