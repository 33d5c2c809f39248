-- Connections of the bot's streams, one row an event; its words are those of the contract.
select
  at, stream, kind, role, exchange, reason, planned, attempt, downtime_ms
from bot.stream_events
