-- `price_updated` is most of it; the index on `at` serves every window.
select
  at, type, id, severity, position_id, order_id, symbol, exchange, correlation_id, writer, data,
  error_message, stack_trace, duration_ms
from bot.events
