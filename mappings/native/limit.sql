-- Current limits; they have no time.
select
  name, value, scope, unit
from bot.limits
