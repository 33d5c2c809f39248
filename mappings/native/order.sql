-- No window here: a stop that was placed before the window protects a position in it.
select
  id, symbol, side, type, status, quantity, created_at, exchange, exchange_order_id, client_order_id,
  price, trigger_price, filled, remaining, average_price, reduce_only, close_on_trigger, venue_at,
  position_idx, parent_id, role, time_in_force, position_id, strategy, updated_at, filled_at, cancelled_at,
  triggered_at, reject_code, reject_reason,
  case
    when exchange = 'binance' and reject_code = '-1111' then 'filter'
    when exchange = 'binance' and reject_code = '-2019' then 'balance'
    when exchange = 'binance' and reject_code = '-2021' then 'would_trigger'
    when exchange = 'binance' and reject_code = '-4003' then 'filter'
    when exchange = 'bybit' and reject_code = '110007' then 'balance'
  end as reject_class
from bot.orders
