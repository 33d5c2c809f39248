-- No window here: a switch that was set before the window still counts in it. A value that is not listed stays unread.
select
  at, name, value,
  case name
    when 'kill_switch' then 'kill_switch'
    when 'circuit_breaker' then 'circuit_breaker'
    when 'global_blocker' then 'global_blocker'
    when 'trading_enabled' then 'trading'
    when 'exchange_filters' then 'filter_cache'
  end as kind,
  case
    when name in ('kill_switch', 'global_blocker') and value = 'on' then true
    when name in ('kill_switch', 'global_blocker') and value = 'off' then false
    when name = 'circuit_breaker' and value = 'open' then true
    when name = 'circuit_breaker' and value = 'closed' then false
    when name = 'trading_enabled' and value = 'true' then true
    when name = 'trading_enabled' and value = 'false' then false
  end as "on",
  since, by, reason, failures, threshold, age_s
from bot.states
