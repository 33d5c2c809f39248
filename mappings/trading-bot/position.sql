-- Positions of a trading bot whose schema is `monitoring`: one row per position, updated in place.
--
-- * `status` is `active` or `closed` in live rows; the column's default is OPEN.
-- * `side` mixes buy and sell (Binance rows) with long and short (rows synchronised from Bybit).
-- * `pnl` is called an alias of unrealized_pnl in the schema, and is null while a position is open; closing writes it.
--   So it is the stored realised PnL of closed rows only. It has been seen to be 0 in every one of them.
-- * There is no exit price: `current_price` is the last price that the bot saw, which is not the price of the exit.
-- * `stop_loss` and `take_profit` are older names of stop_loss_price and take_profit_price.
-- * `created_at` is an alias of opened_at without a time zone, so it is not used.
-- * `trade_id` is not filled in, so a position has no entry order. Fees and funding are not stored.
-- * Rows may be closed without `closed_at`; `updated_at` then is the only trace of when.
-- * Exit reasons that were seen are those of the clean-up, which finds a position gone and does not know why.
-- * An open row is written with each price that the bot handles: `updated_at` says when it was last evaluated.
select
  id,
  symbol,
  exchange,
  side,
  quantity,
  entry_price,
  status,
  opened_at,
  closed_at,
  exit_reason,
  case exit_reason
    when 'PHANTOM_CLEANUP' then 'cleanup'
    when 'PHANTOM_AGED' then 'cleanup'
  end as exit_kind,
  case when lower(status) = 'closed' then pnl end as realized_pnl,
  unrealized_pnl,
  leverage,
  current_price,
  coalesce(stop_loss_price, stop_loss) as stop_loss_price,
  coalesce(take_profit_price, take_profit) as take_profit_price,
  has_stop_loss,
  has_trailing_stop,
  trailing_activated,
  trade_id as entry_order_id,
  updated_at,
  updated_at as last_evaluated_at
from monitoring.positions
