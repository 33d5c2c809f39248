import type { Provided } from './rule.ts';

/** Positions `p` open at a time of the statement. Rows of history count too, so that a look taken late is the one of its minute. */
export function openAt(time: string): string {
  return `p.opened_at < ${time}
  and (p.closed_at >= ${time} or (p.closed_at is null and p.status = 'open'))`;
}

/** A stop of `p` that the venue held at the time: acknowledged before it and not ended by then. */
function liveStop(time: string): string {
  return `exists (
    select 1 from @order o
    where o.position_id = p.id and coalesce(o.venue_at, o.created_at) < ${time}
      and (o.role = 'stop' or o.type in ('stop', 'stop_market', 'stop_limit', 'trailing_stop'))
      and o.status not in ('rejected', 'expired')
      and coalesce(o.cancelled_at, o.filled_at, o.triggered_at, 'infinity') >= ${time})`;
}

/** Whether stops can be told from orders. */
export function hasStopOrders(given: Provided): boolean {
  return given('order') && given('order', 'position_id');
}

/** Whether anything tells that a position is protected. */
export function tellsProtection(given: Provided): boolean {
  return hasStopOrders(given) || given('position', 'has_stop_loss') || given('position', 'stop_loss_price');
}

/** The best evidence there is: the orders, then the stored stop price, then the bot's own flag. */
export function unprotectedAt(time: string, given: Provided): string {
  if (hasStopOrders(given)) return `not ${liveStop(time)}`;
  const price = given('position', 'stop_loss_price') ? 'p.stop_loss_price is null' : 'false';
  const flag = given('position', 'has_stop_loss') ? 'p.has_stop_loss is not true' : 'false';
  return `${price} or ${flag}`;
}
