import { apiCallsOf } from '../api-calls.ts';
import type { Venue } from '../instruments.ts';
import { MINUTE_MS } from '../shifts.ts';
import type { DemoRow, World } from '../world.ts';
import { timeCell } from './time-cells.ts';

/** What a minute of requests may weigh. */
const LIMITS: Readonly<Record<Venue, number>> = { binance: 2_400, bybit: 1_200 };
const WEIGHTS: Readonly<Record<string, number>> = {
  fetch_tickers: 40,
  fetch_open_orders: 40,
  fetch_positions: 5,
  fetch_balance: 5,
  fetch_candles: 5,
  fetch_order_book: 10,
};
const PATHS: Readonly<Record<string, readonly [binance: string, bybit: string]>> = {
  open_position: ['POST /fapi/v1/order', 'POST /v5/order/create'],
  close_position: ['POST /fapi/v1/order', 'POST /v5/order/create'],
  set_stop: ['POST /fapi/v1/order', 'POST /v5/order/create'],
  set_target: ['POST /fapi/v1/order', 'POST /v5/order/create'],
  cancel_order: ['DELETE /fapi/v1/order', 'POST /v5/order/cancel'],
  fetch_tickers: ['GET /fapi/v1/ticker/bookTicker', 'GET /v5/market/tickers'],
  fetch_positions: ['GET /fapi/v3/positionRisk', 'GET /v5/position/list'],
  fetch_open_orders: ['GET /fapi/v1/openOrders', 'GET /v5/order/realtime'],
  fetch_balance: ['GET /fapi/v3/balance', 'GET /v5/account/wallet-balance'],
  fetch_candles: ['GET /fapi/v1/klines', 'GET /v5/market/kline'],
  fetch_order_book: ['GET /fapi/v1/depth', 'GET /v5/market/orderbook'],
};

/** Every request to an exchange. The used weight of a minute counts up with each call and starts again with the minute. */
export function apiCallRows(world: World): DemoRow[] {
  const used = new Map<string, number>();
  return apiCallsOf(world).map((call) => {
    const { venue, failure, orderId, tradeId } = call;
    const minute = `${venue}/${String(Math.floor(call.at / MINUTE_MS))}`;
    const weight = (used.get(minute) ?? 0) + (WEIGHTS[call.operation] ?? 1);
    used.set(minute, weight);
    // A call that was given up has no answer, and so no header of it.
    const isAnswered = failure === null || failure.httpStatus !== null;
    return {
      at: timeCell(call.at),
      operation: call.operation,
      outcome: failure?.outcome ?? 'ok',
      exchange: venue,
      endpoint: PATHS[call.operation]?.[venue === 'binance' ? 0 : 1] ?? null,
      http_status: failure === null ? 200 : failure.httpStatus,
      error_class: failure?.errorClass ?? null,
      error_code: failure?.code ?? null,
      duration_ms: String(call.durationMs),
      attempt: call.attempt,
      rate_limit_used: isAnswered ? String(Math.min(LIMITS[venue], weight)) : null,
      rate_limit_remaining: isAnswered ? String(Math.max(0, LIMITS[venue] - weight)) : null,
      correlation_id: tradeId === null ? null : `cor-${tradeId}`,
      client_order_id: orderId === null ? null : `demo-${orderId}`,
    };
  });
}
