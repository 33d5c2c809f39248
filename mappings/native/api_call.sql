-- Some 40,000 rows a day and exchange; the index on `at` serves every window.
select
  at, operation, outcome,
  case operation
    when 'open_position' then 'open_position'
    when 'close_position' then 'close_position'
    when 'set_stop' then 'update_stop'
    when 'set_target' then 'submit_order'
    when 'cancel_order' then 'cancel_order'
    when 'fetch_tickers' then 'fetch_price'
    when 'fetch_candles' then 'other'
    when 'fetch_order_book' then 'other'
    when 'fetch_positions' then 'fetch_account'
    when 'fetch_open_orders' then 'fetch_account'
    when 'fetch_balance' then 'fetch_account'
  end as operation_kind,
  exchange, endpoint, http_status, error_class,
  case error_class
    when 'timeout' then 'timeout'
    when 'rate_limit' then 'rate_limit'
    when 'auth' then 'auth'
    when 'timestamp' then 'timestamp'
    when 'insufficient_margin' then 'insufficient_margin'
    when 'filter' then 'filter'
    when 'would_trigger' then 'would_trigger'
    when 'not_found' then 'not_found'
    when 'duplicate_id' then 'duplicate_id'
    when 'unknown_outcome' then 'unknown_outcome'
    when 'venue_down' then 'venue_down'
    when 'network' then 'network'
    when 'parse' then 'parse'
    when 'risk_reject' then 'risk_reject'
    when 'other' then 'other'
  end as error_kind,
  error_code, duration_ms, attempt, rate_limit_used, rate_limit_remaining, correlation_id, client_order_id
from bot.api_calls
