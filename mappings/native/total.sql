-- The bot's own totals, compared with its rows.
select
  at, name, value, scope, covers_from, covers_to
from bot.totals
