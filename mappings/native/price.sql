-- Mark prices by minute.
select
  symbol, at, price, exchange, kind, high, low
from bot.prices
