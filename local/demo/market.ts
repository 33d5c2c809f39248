import { INSTRUMENTS, instrumentOf } from './instruments.ts';
import { createPrng } from './prng.ts';
import { MINUTE_MS, SHIFT_MS } from './shifts.ts';

/** Mark prices by minute, the same on both venues, and the funding rates. Prices are simulated, money is not: see trade.ts. */
export interface Market {
  /** First minute of the path, milliseconds. */
  readonly from: number;
  /** Last minute of the path, milliseconds. */
  readonly to: number;
  /** Price at a time, linear between two minutes. */
  markAt(symbol: string, at: number): number;
  /** The price as the venue prints it, with the tick's decimals. */
  quote(symbol: string, price: number): string;
  /** Funding rate of the settlement at `at` (a shift boundary): what longs pay, as a fraction of notional. */
  fundingRate(symbol: string, at: number): number;
  /** Replaces the rate of one settlement. */
  setFundingRate(symbol: string, at: number, rate: number): void;
}

/** Random walks, one stream a symbol. Only the distance from `from` matters, so that every `asOf` gives the same world, moved. */
export function createMarket(seed: string, from: number, to: number): Market {
  const minutes = Math.round((to - from) / MINUTE_MS);
  const paths = new Map(
    INSTRUMENTS.map(({ symbol, price, volatilityBps }) => {
      const prng = createPrng(seed, `path/${symbol}`);
      const path = [price];
      let last = price;
      for (let minute = 0; minute < minutes; minute += 1) {
        last *= Math.exp((prng.normal() * volatilityBps) / 10_000);
        path.push(last);
      }
      return [symbol, path] as const;
    }),
  );
  const rates = new Map<string, number>();
  return {
    from,
    to,
    markAt(symbol, at) {
      const path = paths.get(symbol);
      const position = (at - from) / MINUTE_MS;
      const index = Math.min(Math.floor(position), minutes - 1);
      const [left, right] = [path?.[index], path?.[index + 1]];
      if (left === undefined || right === undefined) {
        throw new Error(`no price of ${symbol} at ${new Date(at).toISOString()}`);
      }
      return left + (right - left) * (position - index);
    },
    quote: (symbol, price) => price.toFixed(instrumentOf(symbol).priceDecimals),
    fundingRate(symbol, at) {
      const key = `${symbol}/${String(at)}`;
      const known = rates.get(key);
      if (known !== undefined) return known;
      const settlement = Math.round((at - from) / SHIFT_MS);
      return Number(
        createPrng(seed, `funding/${symbol}/${String(settlement)}`)
          .between(-0.00004, 0.0001)
          .toFixed(8),
      );
    },
    setFundingRate(symbol, at, rate) {
      rates.set(`${symbol}/${String(at)}`, rate);
    },
  };
}
