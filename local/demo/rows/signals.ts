import { INSTRUMENTS, VENUES } from '../instruments.ts';
import { createPrng } from '../prng.ts';
import { MINUTE_MS } from '../shifts.ts';
import type { Trade } from '../trade.ts';
import type { DemoRow, World } from '../world.ts';
import { timeCell } from './time-cells.ts';

/** A signal before each entry, and now and then one that came while the symbol was held already: nothing follows it. */
export function signalRows({ asOf, trades }: World): DemoRow[] {
  return trades
    .flatMap(signalsOf)
    .filter(({ at }) => at < asOf)
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    .map(({ at, ...row }) => ({ ...row, at: timeCell(at) }));
}

function signalsOf({ id, symbol, strategy, side, entry }: Trade) {
  const prng = createPrng(id, 'signal');
  const at = entry.createdAt - prng.integer(800, 1_500);
  const score = prng.between(0.55, 0.97).toFixed(3);
  const first = { id: `sig-${id}`, at, symbol, strategy, side, score };
  if (!prng.chance(0.2)) return [first];
  return [
    first,
    { ...first, id: `${first.id}-again`, at: at + prng.integer(2, 9) * MINUTE_MS, score: '0.560' },
  ];
}

/** Every symbol that the bot trades on each exchange, told and traded; prices are some seconds old. */
export function watchRows({ asOf, market }: World): DemoRow[] {
  return VENUES.flatMap((exchange) =>
    INSTRUMENTS.map(({ symbol }) => {
      const priceAt = asOf - createPrng(`${exchange}/${symbol}`, 'watch').integer(1_000, 40_000);
      return {
        symbol,
        exchange,
        alerts_enabled: true,
        trade_enabled: true,
        trade_amount: '500',
        last_price: market.quote(symbol, market.markAt(symbol, priceAt)),
        last_price_at: timeCell(priceAt),
        last_alert_at: null,
        cooldown_until: null,
      };
    }),
  );
}
