import { at } from './support.ts';

type Row = Readonly<Record<string, unknown>>;

/** A long position of 1 BTCUSDT at 100 on Binance, open for the whole window unless said otherwise. */
export function position(id: string, changes: Row = {}): Row {
  return {
    id,
    symbol: 'BTCUSDT',
    exchange: 'binance',
    side: 'long',
    status: changes['closed_at'] === undefined ? 'open' : 'closed',
    quantity: '1',
    entry_price: '100',
    opened_at: at('01:00'),
    entry_order_id: `${id}-entry`,
    exit_reason: changes['closed_at'] === undefined ? null : 'stop',
    ...changes,
  };
}

export function fill(positionId: string, side: 'long' | 'short', time: string, changes: Row = {}): Row {
  return {
    id: `${positionId}-${side}-${time}`,
    order_id: `${positionId}-${side === 'long' ? 'entry' : 'exit'}`,
    position_id: positionId,
    symbol: 'BTCUSDT',
    exchange: 'binance',
    side,
    price: '100',
    quantity: '1',
    at: time,
    fee: '0.04',
    fee_currency: 'USDT',
    ...changes,
  };
}

/** A stop order of a long position, requested at `time` and acknowledged 500 ms later; its row is written at each of its times. */
export function stop(positionId: string, id: string, time: string, changes: Row = {}): Row {
  const { cancelled_at: cancelled, filled_at: filled, triggered_at: triggered } = changes;
  const times = [later(time, 500), cancelled, filled, triggered].filter((one) => typeof one === 'string');
  return {
    updated_at: times.toSorted().at(-1),
    id,
    position_id: positionId,
    symbol: 'BTCUSDT',
    exchange: 'binance',
    side: 'short',
    type: 'stop_market',
    role: 'stop',
    status: 'new',
    quantity: '1',
    trigger_price: '95',
    reduce_only: true,
    created_at: time,
    venue_at: later(time, 500),
    ...changes,
  };
}

export function entryOrder(id: string, changes: Row = {}): Row {
  return {
    id,
    symbol: 'BTCUSDT',
    exchange: 'binance',
    side: 'long',
    type: 'market',
    role: 'entry',
    status: 'filled',
    quantity: '1',
    filled: '1',
    created_at: at('01:00'),
    ...changes,
  };
}

export function later(time: string, milliseconds: number): string {
  return new Date(Date.parse(time) + milliseconds).toISOString();
}

/** `n` copies made by index. */
export function many<T>(n: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: n }, (_, index) => make(index));
}
