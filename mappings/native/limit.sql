-- Current limits; they have no time.
select
  name, value,
  case name
    when 'max_positions' then 'max_positions'
    when 'max_position_size' then 'max_position_size'
    when 'daily_loss' then 'daily_loss'
    when 'per_trade_loss' then 'per_trade_loss'
    when 'exposure' then 'exposure'
    when 'leverage' then 'leverage'
    when 'max_age' then 'max_age'
  end as kind,
  scope, nullif(scope_value, '') as scope_value, unit
from bot.limits
