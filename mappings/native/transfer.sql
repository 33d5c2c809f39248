-- What moved money in or out without a trade.
select
  at, currency, amount, exchange, account, kind
from bot.transfers
