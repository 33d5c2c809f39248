-- No window here: the balance at the window's start is the last row at or before it.
select
  at, currency, total, exchange, account, free, used, unrealized_pnl, equity
from bot.balances
