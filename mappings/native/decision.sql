select
  id, at, symbol, decision, status, exchange, strategy, side, quantity, reason_code, rationale, correlation_id,
  signal_id, executed_at, failed_at
from bot.decisions
