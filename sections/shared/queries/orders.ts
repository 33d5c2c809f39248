import { eachSpelled, mineByIds, notOfMine, WINDOW, type Span } from './span.ts';

const ORDER = `o.id, o.position_id, o.parent_id, o.exchange_order_id, o.symbol, o.exchange, o.side, o.type, o.role, o.strategy,
    o.status, o.quantity, o.filled, o.remaining, o.average_price, o.price, o.trigger_price, o.reduce_only, o.close_on_trigger,
    o.created_at, o.venue_at, o.updated_at, o.filled_at, o.cancelled_at, o.triggered_at, o.reject_code, o.reject_reason,
    o.reject_class`;

const ALIVE = `'new', 'partially_filled'`;

/**
 * Orders of the window; older ones of its positions; those still alive, by the words that stand in the table (a range of
 * one word, since an average word's share of the table would be planned without its index); and those that ended in the
 * window, by their last update where a row has one: beside that, those of a day before. One whose creation cannot be, or
 * lies after all that followed it, is placed by its other times.
 */
export const ORDERS_SQL = `with recursive ${mineByIds(WINDOW)}, word (status_raw, status) as (
  (select o.status_raw, o.status from @order o where o.status_raw is not null order by o.status_raw limit 1)
  union all
  select n.status_raw, n.status
  from word w cross join lateral (
    select o.status_raw, o.status from @order o where o.status_raw > w.status_raw order by o.status_raw limit 1
  ) n
)
select x.*
from (
  select ${ORDER}
  from @order o
  where o.created_at >= :from::timestamptz and o.created_at < :to::timestamptz
  union all
  select ${ORDER}
  from @order o
  where o.created_at < :from::timestamptz and o.position_id_raw in ${eachSpelled('id')}
  union all
  select ${ORDER}
  from word w
  join @order o on o.status_raw between w.status_raw and w.status_raw
  where w.status in (${ALIVE}) and o.created_at < :from::timestamptz and ${notOfMine('o.position_id_raw')}
  union all
  select ${ORDER}
  from @order o
  where o.created_at < :from::timestamptz and ${notOfMine('o.position_id_raw')} and o.status not in (${ALIVE})
    and (o.updated_at >= :from::timestamptz or o.updated_at is null
      or o.created_at >= :from::timestamptz - interval '1 day')
    and coalesce(o.cancelled_at, o.filled_at, o.updated_at) >= :from::timestamptz
  union all
  select ${ORDER}
  from @order o
  where o.created_at >= :to::timestamptz and o.created_at < :to::timestamptz + interval '26 hours'
    and least(o.venue_at, o.filled_at, o.cancelled_at, o.triggered_at) < :to::timestamptz - interval '1 minute'
    and greatest(o.venue_at, o.filled_at, o.cancelled_at, o.triggered_at) < o.created_at - interval '1 minute'
    and (o.position_id_raw in ${eachSpelled('id')}
      or least(o.venue_at, o.filled_at, o.cancelled_at, o.triggered_at) >= :from::timestamptz)
  union all
  select ${ORDER}
  from @order o
  where o.created_at is null
    and (o.position_id_raw in ${eachSpelled('id')}
      or (coalesce(o.venue_at, o.filled_at, o.cancelled_at, o.updated_at) >= :from::timestamptz
        and coalesce(o.venue_at, o.filled_at, o.cancelled_at, o.updated_at) < :to::timestamptz))
) x
order by x.created_at, x.id`;

/** Orders that were asked for in a span, and nothing older. */
export const ordersSqlOf = ({ from, to }: Span): string => `select ${ORDER}
from @order o
where o.created_at >= ${from} and o.created_at < ${to}
order by o.created_at, o.id`;
