import type { OrderRow } from '../queries/trading-rows.ts';
import { positiveOrNull, requestedAt } from './row-values.ts';
import { venueOf } from './symbols.ts';

/**
 * `given`: nothing speaks against it. `missing`: this bot writes acknowledgements down, and this order has none.
 * `unclear`: it has none, and the bot is seen to write them down only later.
 */
export type Acknowledgement = 'given' | 'missing' | 'unclear';

/** Whether the exchange ever answered an order; told by the other stops at it, because many bots record no answer at all. */
export function acknowledgements(stops: readonly OrderRow[]): (order: OrderRow) => Acknowledgement {
  const recordsSince = new Map<string, number>();
  for (const order of stops) {
    const at = requestedAt(order);
    if (at === null || !isAnswered(order)) continue;
    const venue = venueOf(order.exchange);
    recordsSince.set(venue, Math.min(recordsSince.get(venue) ?? Infinity, at));
  }
  return (order) => {
    if (isAnswered(order) || acted(order)) return 'given';
    const since = recordsSince.get(venueOf(order.exchange));
    if (since === undefined) return 'given';
    return since <= (requestedAt(order) ?? -Infinity) ? 'missing' : 'unclear';
  };
}

/** A refusal is an answer of its own, and a trigger or a fill can only come from the exchange. */
function acted(order: OrderRow): boolean {
  return (
    order.status === 'filled' ||
    order.status === 'partially_filled' ||
    order.status === 'rejected' ||
    order.triggered_at !== null ||
    positiveOrNull(order.filled) !== null
  );
}

function isAnswered(order: OrderRow): boolean {
  return order.venue_at !== null || (order.exchange_order_id ?? '') !== '';
}
