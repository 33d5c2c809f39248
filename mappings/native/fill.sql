-- No window here: the entries of a position that closes in the window are older than it.
select
  id, order_id, symbol, side, price, quantity, at, exchange, fee, fee_currency, is_maker, realized_pnl,
  position_id, strategy
from bot.fills
