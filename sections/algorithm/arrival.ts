import { known, missing, type Missing } from '../../audit/value.ts';
import { entryRows } from '../shared/facts/entry-orders.ts';
import { moveOf, positiveOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { Cell } from '../shared/vocabulary/lines.ts';
import type { Input } from './input.ts';

/** A price of that long before an order is what it met. */
const ARRIVAL_MS = 60_000;

/**
 * What market orders that opened positions paid over the last price before they were sent, basis points, cost positive
 * (catalogue AP10). A price by the minute is no book: the noise of single orders evens out over many, so few say nothing.
 */
export function entrySlippage(input: Input): Cell | Missing {
  const { rows, shared, settings } = input;
  const asked = entryRows(rows.orders, input);
  if (!asked.ok) return missing(asked.reason, asked.detail);
  const slips = asked.rows.flatMap(([order, at]) => {
    const { type, status, side, symbol, exchange } = order;
    const paid = positiveOrNull(order.average_price);
    const isTold = symbol !== null && paid !== null && (side === 'long' || side === 'short');
    if (type !== 'market' || status !== 'filled' || !isTold) return [];
    const met = shared.market.pricesIn(venueOf(exchange), symbol, at - ARRIVAL_MS, at).at(-1)?.value;
    return met === undefined ? [] : [moveOf(side, met, paid).div(met).times(10_000).toNumber()];
  });
  const n = slips.length;
  if (n === 0) return missing('no_data', 'no market entry whose price before is known');
  if (n < settings.enoughEntries)
    return {
      value: missing('insufficient_n', `${String(n)} of ${String(settings.enoughEntries)} entries`),
      n,
    };
  return { value: known(slips.reduce((all, one) => all + one, 0) / n), n };
}
