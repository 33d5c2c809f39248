-- No window here: the stop that protects a position may have been placed before it.
select
  position_id, at, kind, old_price, new_price, order_id, exchange, duration_ms, unprotected_window_ms,
  error
from bot.stop_changes
