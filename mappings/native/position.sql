-- No window here: a position that was opened before it may still be open in it. `unknown` is what the bot writes when it
-- finds a position gone.
select
  id, symbol, side, quantity, entry_price, status, opened_at, exchange, strategy, closed_at, exit_price,
  exit_reason,
  case exit_reason
    when 'signal' then 'signal'
    when 'stop' then 'stop'
    when 'trailing' then 'trailing'
    when 'take_profit' then 'target'
    when 'timeout' then 'timeout'
    when 'liquidation' then 'liquidation'
    when 'unknown' then 'cleanup'
  end as exit_kind,
  realized_pnl, unrealized_pnl, fees, funding, leverage, current_price, current_price_at, stop_loss_price,
  take_profit_price, has_stop_loss, has_trailing_stop, trailing_activated, trailing_activation_price, entry_order_id, exit_order_id,
  signal_id, liquidation_price, margin_mode, last_evaluated_at, updated_at
from bot.positions
