-- Instruments as the exchanges describe them; they have no time of their own.
select
  exchange, symbol, contract, base, quote, contract_size, settle_currency, price_tick, quantity_step, min_notional,
  valid_from, same_as
from bot.instruments
