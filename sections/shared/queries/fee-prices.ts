import { eachSpelled, fromDatabase, mineByIds, WINDOW } from './span.ts';
import { priceRow } from './trading-rows.ts';

/**
 * Prices of the assets in which fees were paid before the window, where the prices of the window do not reach: the last of
 * each exchange and spelling in the quarter of an hour before the fill. A fee in the currency that a symbol ends with
 * needs none.
 */
export const feePricesQuery = fromDatabase('fee-prices', ['fill', 'position', 'price'], {
  title: 'Prices of other assets when fees were paid in them before the window',
  sql: `with ${mineByIds(WINDOW)}, paid as materialized (
  select f.at, f.symbol, f.fee, f.fee_currency
  from @fill f
  where f.at >= date_trunc('day', :from::timestamptz, 'UTC') and f.at < :from::timestamptz
  union all
  select f.at, f.symbol, f.fee, f.fee_currency
  from @fill f
  where f.at < :from::timestamptz and f.position_id_raw in ${eachSpelled('id')}
), foreign_fee as materialized (
  select distinct date_trunc('minute', d.at, 'UTC') as at, upper(d.fee_currency) as currency
  from paid d
  where d.fee <> 0 and d.fee_currency is not null and upper(d.symbol) not like '%' || upper(d.fee_currency)
)
select distinct on (d.at, x.exchange, x.symbol) x.exchange, x.symbol, d.at as bucket, x.at, x.price, x.kind
from foreign_fee d
join @price x on x.at > d.at - interval '15 minutes' and x.at < d.at + interval '1 minute'
where x.price > 0 and upper(x.symbol) like d.currency || '%'
order by d.at, x.exchange, x.symbol, x.at desc, case x.kind when 'mark' then 0 when 'last' then 1 else 2 end, x.price`,
  limit: 50_000,
  row: priceRow,
});
