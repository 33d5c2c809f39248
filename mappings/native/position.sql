-- No window here: a position that was opened before it may still be open in it.
select
  id, symbol, side, quantity, entry_price, status, opened_at, exchange, strategy, closed_at, exit_price,
  exit_reason, realized_pnl, unrealized_pnl, fees, funding, leverage, current_price, current_price_at,
  stop_loss_price, take_profit_price, has_stop_loss, has_trailing_stop, trailing_activated, entry_order_id,
  exit_order_id, signal_id, liquidation_price, margin_mode, last_evaluated_at, updated_at
from bot.positions
