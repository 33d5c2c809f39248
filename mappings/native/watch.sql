select
  symbol, exchange, alerts_enabled, trade_enabled, trade_amount, last_price, last_price_at, last_alert_at,
  cooldown_until
from bot.watch_list
