-- No window here: funding is summed over a position's whole life.
select
  symbol, amount, at, exchange, position_id
from bot.funding
