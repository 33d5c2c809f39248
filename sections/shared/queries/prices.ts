import type { PriceRow } from './trading-rows.ts';

/** What a query of prices may return; more is refused whole, so that many symbols have fewer rows each. */
export const MOST_PRICES = 250_000;
/** Rows that are planned for: the rest is for the minutes before the window and for buckets that are cut by its edges. */
const PLANNED = 240_000;

/** Up to this many rows a minute each symbol has its own last price in each bucket. */
const MINUTES = `extract(epoch from :to::timestamptz - :from::timestamptz) / 60`;

/** At most 480 buckets, never shorter than a minute; longer by whole minutes when there are more symbols than rows for them. */
export const PRICES_SQL = `with width as materialized (
  select greatest(interval '1 minute', (:to::timestamptz - :from::timestamptz) / 480,
    interval '1 minute' * ceil(${MINUTES} * count(*)::int / ${String(PLANNED)})) as width
  from (
    select
    from @price y
    where y.at >= :from::timestamptz - interval '5 minutes' and y.at < :to::timestamptz and y.price is not null
    group by y.exchange_raw, y.symbol_raw
  ) pair
), priced as (
  select x.exchange, x.symbol, date_bin((select w.width from width w), x.at, :from::timestamptz) as bucket, x.at, x.price, x.kind
  from @price x
  where x.at >= :from::timestamptz - interval '5 minutes' and x.at < :to::timestamptz and x.price is not null
)
select distinct on (p.exchange, p.symbol, p.bucket) p.exchange, p.symbol, p.bucket, p.at, p.price, p.kind
from priced p
order by p.exchange, p.symbol, p.bucket, case p.kind when 'mark' then 0 when 'last' then 1 else 2 end, p.at desc, p.price`;

/** The minutes of a bucket when the prices of a window were thinned below one a minute or 480 in all; null when not. */
export function thinnedTo(rows: readonly PriceRow[], spanMs: number): number | null {
  const pairs = new Set(rows.map(({ exchange, symbol }) => `${exchange ?? ''} ${symbol}`)).size;
  const minutes = Math.ceil(((spanMs / 60_000) * pairs) / PLANNED);
  return minutes > Math.max(1, spanMs / 60_000 / 480) ? minutes : null;
}
