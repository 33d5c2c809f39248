import { z } from 'zod';
import { eachSpelled, fromDatabase, spelledIds } from '../../shared/queries/span.ts';

const text = z.string().nullable();

/**
 * Of each order the executions that name it, beside what the order and its fills say: those that do not agree to the digit,
 * with how many there are. Executions may be one row an order or one a part, so that the sum or the largest is what filled;
 * of an order that lived beyond an edge of the window the other parts lie there. A commission is compared where its fills are
 * what the order filled, and an order that fills name is there, though its row is lost: both are told of the fills and orders.
 */
export const executedAmounts = fromDatabase('executed-amounts', ['execution', 'order', 'fill'], {
  title: 'What executions say beside the orders and fills that they name',
  limit: 50_000,
  sql: `with mine as materialized (
  select lower(e.order_id) as key, min(e.order_id_alike) as key_alike, min(e.order_id) as order_id, min(e.id) as id, min(e.at) as at,
    max(e.filled_quantity) as most, sum(e.filled_quantity) as total,
    min(e.filled_price) filter (where e.filled_price <> 0) as lowest, max(e.filled_price) as highest,
    sum(e.commission) as commission, max(abs(e.commission)) as largest,
    bool_or(e.status = 'rejected') as is_refused, bool_or(e.status = 'filled') as is_filled
  from @execution e
  where e.at >= :from::timestamptz and e.at < :to::timestamptz and btrim(e.order_id) <> ''
  group by 1
), ${spelledIds('mine', 'key')}, ordered as materialized (
  select lower(o.id) as key, o.symbol, o.exchange, o.status, o.filled, o.average_price, o.created_at, o.filled_at, o.updated_at
  from @order o
  where o.id_raw in ${eachSpelled('key')}
), traded as materialized (
  select lower(f.order_id) as key, sum(f.quantity) as quantity, min(f.fee_currency) as currency,
    case when count(*) = count(f.fee) filter (where f.quantity > 0) and min(upper(f.fee_currency)) = max(upper(f.fee_currency))
      then sum(f.fee) end as fee
  from @fill f
  where f.order_id_raw in ${eachSpelled('key')} and f.at < :to::timestamptz
  group by 1
), beside as (
  select m.*, o.key is not null or t.key is not null as is_there, o.symbol, o.exchange, o.status, o.filled, o.average_price, t.currency,
    case when m.at < o.created_at - interval '1 minute' then o.created_at end as ordered_at,
    case when abs(t.quantity - o.filled) <= o.filled / 500 then t.fee end as fee
  from mine m
  left join ordered o on o.key = m.key
  left join traded t on t.key = m.key
  where o.key is null or (o.created_at >= :from::timestamptz
    and coalesce(o.updated_at, o.filled_at, o.created_at) < :to::timestamptz - interval '1 minute')
)
select b.order_id, b.id, b.at, b.symbol, b.exchange, b.status, b.is_there, b.is_refused, b.is_filled, b.most, b.total, b.lowest,
  b.highest, b.commission, b.largest, b.filled, b.average_price, b.fee, b.currency, b.ordered_at,
  (select count(*)::int from mine) as of_all
from beside b
where not b.is_there or b.filled not in (b.most, b.total) or b.average_price < b.lowest or b.average_price > b.highest
  or abs(b.fee) not in (abs(b.commission), b.largest) or b.is_refused and b.filled > 0 or b.is_filled and b.filled = 0 or b.ordered_at is not null
order by b.at, b.order_id`,
  row: z.object({
    order_id: z.string(),
    id: z.string(),
    at: z.string(),
    symbol: text,
    exchange: text,
    status: text,
    /** When the order was made, where that was long after its execution. */
    ordered_at: text.default(null),
    is_there: z.boolean(),
    is_refused: z.boolean().nullable(),
    is_filled: z.boolean().nullable(),
    most: text,
    total: text,
    lowest: text,
    highest: text,
    commission: text,
    largest: text,
    filled: text,
    average_price: text,
    fee: text,
    currency: text,
    of_all: z.number(),
  }),
});

export type ExecutedRow = ReturnType<(typeof executedAmounts)['row']['parse']>;
