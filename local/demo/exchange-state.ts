import type { Venue } from './instruments.ts';

export type ExchangeRow = Record<string, unknown>;

/** What one exchange says at the end of a shift, in ccxt's unified structures. */
export interface DemoExchangeState {
  readonly exchange: Venue;
  readonly at: string;
  positions: ExchangeRow[];
  openOrders: ExchangeRow[];
  algoOrders?: ExchangeRow[];
  trades: ExchangeRow[];
  /** Currency and total of the wallet, by currency. */
  balances: { total: Record<string, string>; info: ExchangeRow };
  funding: ExchangeRow[];
  ledger: ExchangeRow[];
}
