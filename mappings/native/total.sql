-- The bot's own totals, compared with its rows.
select
  at, name, value, scope
from bot.totals
