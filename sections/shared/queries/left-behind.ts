import { eachSpelled, fromDatabase, spelledIds } from './span.ts';
import { leftBehindRow, leftBehindSurplusRow } from './trading-rows.ts';

/** Rows closed in the week before the window, and the fills that name them. */
const WEEK = `mine as materialized (
  select p.id, p.id_alike, p.exchange, p.symbol, p.side, p.status, p.closed_at
  from @position p
  where p.closed_at >= :from::timestamptz - interval '7 days' and p.closed_at < :from::timestamptz
  union all
  select p.id, p.id_alike, p.exchange, p.symbol, p.side, p.status, p.updated_at
  from @position p
  where p.closed_at is null
    and p.updated_at >= :from::timestamptz - interval '7 days' and p.updated_at < :from::timestamptz
), ${spelledIds('mine', 'id')}, traded as materialized (
  select f.position_id, f.order_id, f.order_id_alike, f.side,
    case when f.side in ('long', 'short') and f.quantity > 0 then f.quantity else 0 end as quantity,
    case when f.fee > 0 and upper(f.symbol) like upper(f.fee_currency) || '%'
      and upper(f.symbol) not like '%' || upper(f.fee_currency) then f.fee else 0 end as base_fee
  from @fill f
  where f.position_id_raw in ${eachSpelled('id')} and f.at < :to::timestamptz
)`;

export const leftBehindQuery = fromDatabase('left-behind', ['fill', 'position'], {
  title: 'Positions closed in the week before whose fills leave something open',
  sql: `with ${WEEK}
select p.id, p.exchange, p.symbol, p.side, p.closed_at,
  sum(case when f.side = p.side then f.quantity else 0 end) as entered,
  sum(case when f.side = p.side then f.quantity else -f.quantity end) as remainder,
  sum(f.base_fee) as base_fee
from mine p
join traded f on lower(f.position_id) = lower(p.id)
where p.status = 'closed'
group by p.id, p.exchange, p.symbol, p.side, p.closed_at
having sum(case when f.side = p.side then f.quantity else -f.quantity end) <> 0
order by p.closed_at, p.id`,
  limit: 100_000,
  row: leftBehindRow,
});

/** As `withinOrders` bounds the fills of the window. */
export const leftBehindSurplusQuery = fromDatabase('left-behind-surplus', ['fill', 'order', 'position'], {
  title: 'What the fills of these positions exceed their own orders by',
  sql: `with ${WEEK}, ${spelledIds('traded', 'order_id')}, ordered as materialized (
  select lower(f.position_id) as position_id, lower(f.order_id) as order_id, f.side, sum(f.quantity) as quantity
  from traded f
  group by 1, 2, 3
), bounds as materialized (
  select lower(o.id) as id, case
      when o.filled > 0 and o.status in ('cancelled', 'rejected', 'expired') then o.filled
      else greatest(o.filled, o.quantity)
    end as bound
  from @order o
  where o.id_raw in ${eachSpelled('order_id', 'traded')}
)
select p.id,
  sum(case when d.side = p.side then d.quantity - b.bound else b.bound - d.quantity end) as surplus
from mine p
join ordered d on d.position_id = lower(p.id)
join bounds b on b.id = d.order_id
where p.status = 'closed' and b.bound > 0 and d.quantity > b.bound
group by p.id
order by p.id`,
  limit: 100_000,
  row: leftBehindSurplusRow,
});
