-- The bot's own totals by day, compared with its rows. `at` is the start of the day in the bot's time zone; the row is
-- counted up during the day by a trigger on trades, which knows entries only and compares the exchange's name case
-- sensitively. Positions, volume and PnL of the day have columns that nothing writes: their zeros are the default.
-- A trade that succeeded is what fill.sql reads as one fill, so that total is called `fills`. `trades` also counts those
-- that failed, of which there is no row here, and `pnl` does not say whether fees are taken off: neither is compared.
select
  (d.date)::timestamp as at,
  t.name,
  t.value,
  'day' as scope,
  (d.date)::timestamp as covers_from,
  (d.date + 1)::timestamp as covers_to
from monitoring.daily_stats as d
cross join lateral (values
  ('trades', d.total_trades::numeric),
  ('fills', d.successful_trades::numeric),
  ('trades_failed', d.failed_trades::numeric),
  ('trades_binance', d.binance_trades::numeric),
  ('trades_bybit', d.bybit_trades::numeric),
  ('positions_opened', d.positions_opened::numeric),
  ('positions_closed', d.positions_closed::numeric),
  ('volume', d.total_volume_usd),
  ('pnl', d.total_pnl_usd)
) as t (name, value)
where t.value is not null
