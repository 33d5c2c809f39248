-- No window here: a switch that was set before the window still counts in it.
select
  at, name, value, since, by, reason, failures, threshold, age_s
from bot.states
