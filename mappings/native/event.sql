-- `price_updated` is most of it; the index on `at` serves every window.
select
  at, type,
  case type
    when 'position_opened' then 'position_opened'
    when 'position_closed' then 'position_closed'
    when 'stop_placed' then 'stop_placed'
    when 'stop_updated' then 'stop_updated'
    when 'stop_removed' then 'stop_removed'
    when 'stop_failed' then 'stop_failed'
    when 'stop_triggered' then 'stop_triggered'
    when 'trailing_activated' then 'trailing_activated'
    when 'order_rejected' then 'order_rejected'
    when 'liquidation' then 'liquidation'
    when 'circuit_breaker_open' then 'blocked'
    when 'circuit_breaker_closed' then 'unblocked'
    when 'api_error' then 'error'
    when 'parse_error' then 'error'
    when 'database_error' then 'error'
    when 'stream_disconnected' then 'stream_down'
    when 'stream_reconnected' then 'stream_up'
    when 'config_changed' then 'config_changed'
    when 'reconciliation_done' then 'sync'
    when 'price_updated' then 'note'
    when 'funding_settled' then 'note'
  end as kind,
  id, severity, position_id, order_id, symbol, exchange, correlation_id, writer, data, error_message,
  stack_trace, duration_ms
from bot.events
