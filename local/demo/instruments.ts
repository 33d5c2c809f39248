export const VENUES = ['binance', 'bybit'] as const;
export type Venue = (typeof VENUES)[number];

export interface Instrument {
  readonly symbol: string;
  /** Quote price at the start of the market's path. */
  readonly price: number;
  /** Decimals of the price tick and of the quantity step. */
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** Deviation of one minute's return, basis points. */
  readonly volatilityBps: number;
  /** Not traded by the clean bot: kept free for injected positions. */
  readonly reserved: boolean;
}

const TRADED: readonly (readonly [string, number, number, number, number])[] = [
  ['BTCUSDT', 97_400, 1, 4, 5.5],
  ['ETHUSDT', 3_320, 2, 3, 6.5],
  ['SOLUSDT', 212, 3, 2, 8.5],
  ['BNBUSDT', 655, 2, 3, 6],
  ['XRPUSDT', 1.42, 4, 1, 8.5],
  ['ADAUSDT', 0.912, 4, 0, 9],
  ['AVAXUSDT', 38.6, 3, 2, 9],
  ['DOTUSDT', 6.85, 3, 1, 8.5],
  ['LINKUSDT', 16.9, 3, 2, 8.5],
  ['LTCUSDT', 94.2, 2, 3, 7.5],
  ['UNIUSDT', 10.4, 3, 2, 9],
  ['ATOMUSDT', 7.36, 3, 2, 8.5],
  ['NEARUSDT', 6.12, 3, 1, 9.5],
  ['APTUSDT', 12.1, 3, 2, 9.5],
  ['ARBUSDT', 0.846, 4, 0, 9.5],
  ['OPUSDT', 2.11, 4, 1, 9.5],
  ['FILUSDT', 5.24, 3, 1, 9],
  ['INJUSDT', 27.8, 3, 2, 9.5],
  ['SUIUSDT', 3.63, 4, 1, 10],
  ['TIAUSDT', 5.47, 4, 1, 10],
  ['AAVEUSDT', 171, 2, 3, 8.5],
  ['ETCUSDT', 27.1, 3, 2, 8],
];

const RESERVED: readonly (readonly [string, number, number, number, number])[] = [
  ['BCHUSDT', 489, 2, 3, 8],
  ['XLMUSDT', 0.438, 5, 0, 9],
  ['TRXUSDT', 0.298, 5, 0, 7],
  ['HBARUSDT', 0.184, 5, 0, 9],
  ['ICPUSDT', 9.12, 3, 2, 9],
  ['ALGOUSDT', 0.231, 5, 0, 9],
];

export const INSTRUMENTS: readonly Instrument[] = [
  ...TRADED.map((row) => instrument(row, false)),
  ...RESERVED.map((row) => instrument(row, true)),
];

function instrument(row: readonly [string, number, number, number, number], reserved: boolean): Instrument {
  const [symbol, price, priceDecimals, quantityDecimals, volatilityBps] = row;
  return { symbol, price, priceDecimals, quantityDecimals, volatilityBps, reserved };
}

export function instrumentOf(symbol: string): Instrument {
  const found = INSTRUMENTS.find((candidate) => candidate.symbol === symbol);
  if (!found) throw new Error(`the demo bot has no instrument ${symbol}`);
  return found;
}

/** Commission as a fraction of the fill's value. */
export const FEE_RATES: Readonly<Record<Venue, { readonly taker: string; readonly maker: string }>> = {
  binance: { taker: '0.0005', maker: '0.0002' },
  bybit: { taker: '0.00055', maker: '0.0002' },
};

/** Wallets in USDT when the history begins. */
export const OPENING_WALLETS: Readonly<Record<Venue, string>> = { binance: '71240.18', bybit: '48655.07' };

/** The demo bot's limits, as its `limit` rows say them; local/demo.config.yaml has the same ones. */
export const DEMO_LIMITS = {
  maxPositions: 40,
  dailyLoss: '1500',
  perTradeLoss: '120',
  exposure: '150000',
  leverage: 5,
  maxAgeH: 12,
} as const;

/** Seconds between two heartbeats of one service. */
export const HEARTBEAT_INTERVAL_S = 60;
