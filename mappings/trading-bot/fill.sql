-- `trades` holds the entry orders that the bot sent, one row each with the executed quantity and price: market orders
-- that were filled at once. A filled row therefore is read as one fill. There are no rows for exits and none for stops,
-- so these fills alone cannot say what is open; there is no fee, no maker flag and no link to the position.
-- Times are when the bot wrote the row, within a second of the venue's.
select
  id,
  order_id,
  symbol,
  exchange,
  side,
  price,
  executed_qty as quantity,
  created_at as at
from monitoring.trades
where executed_qty > 0
