import { money } from '../../audit/decimal.ts';
import { at } from './support.ts';
import { fill, later, position } from './trading-rows.ts';

export type Row = Readonly<Record<string, unknown>>;
export interface Trade {
  readonly gross: number;
  readonly fee?: number;
  readonly exchange?: string;
  readonly symbol?: string;
  readonly quantity?: string;
}

/** Closed long positions, one a minute from 01:00 on, entered at 100; each fill pays half of `fee`. */
export function trades(list: readonly Trade[]): { positions: Row[]; fills: Row[] } {
  const rows = list.map(({ gross, fee = 0.08, exchange = 'binance', symbol = 'BTCUSDT' }, index) => {
    const opened = later(at('01:00'), index * 60_000);
    const closed = later(opened, 30_000);
    const id = `P${String(index).padStart(3, '0')}`;
    const shared = { exchange, symbol, fee: String(fee / 2) };
    return {
      position: position(id, {
        exchange,
        symbol,
        opened_at: opened,
        closed_at: closed,
        realized_pnl: String(money(gross).minus(fee)),
      }),
      fills: [
        fill(id, 'long', opened, shared),
        fill(id, 'short', closed, { ...shared, price: String(100 + gross) }),
      ],
    };
  });
  return { positions: rows.map((row) => row.position), fills: rows.flatMap((row) => row.fills) };
}

/** The balance of one account at an edge of the window. */
export const balance = (edge: 'from' | 'to', total: string, over: Row = {}): Row => ({
  edge,
  exchange: 'binance',
  account: 'futures',
  currency: 'USDT',
  at: at(edge === 'from' ? '00:00' : '08:00'),
  total,
  equity: total,
  ...over,
});
