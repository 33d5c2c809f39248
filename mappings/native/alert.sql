-- What the bot told people, and when they acknowledged it.
select
  at, severity, text, symbol, channel, delivered, acknowledged_at, blocked_reason
from bot.alerts
