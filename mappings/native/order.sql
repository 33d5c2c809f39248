-- No window here: a stop that was placed before the window protects a position in it.
select
  id, symbol, side, type, status, quantity, created_at, exchange, exchange_order_id, client_order_id,
  price, trigger_price, filled, remaining, average_price, reduce_only, close_on_trigger, venue_at,
  position_idx, parent_id, role, time_in_force, position_id, strategy, updated_at, filled_at, cancelled_at,
  triggered_at, reject_code, reject_reason
from bot.orders
