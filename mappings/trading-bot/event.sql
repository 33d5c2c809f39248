-- Protection events: stop-loss and trailing actions of the protection monitor. A failed one is an error. The live path
-- has been seen never to write this table: then no number can be had from it, which is not the same as no event.
select
  id,
  created_at as at,
  event_type as type,
  case when success is false or error_message is not null then 'error' else 'info' end as severity,
  position_id,
  symbol,
  exchange,
  'protection_monitor' as writer,
  jsonb_build_object(
    'protection_type', protection_type,
    'price_level', price_level,
    'activation_price', activation_price,
    'callback_rate', callback_rate
  ) as data,
  error_message
from monitoring.protection_events
