-- No window here: a stop that trails may have been moved first before it.
select
  position_id, at, old_stop, new_stop, skipped, skip_reason, duration_ms, symbol, exchange
from bot.trailing_updates
