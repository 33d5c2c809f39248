select
  at, symbol, id, strategy, side, score
from bot.signals
