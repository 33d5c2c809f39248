import { amount, money, type Money } from '../../audit/decimal.ts';
import type { CcxtOrder, CcxtPosition, CcxtTrade, ExchangeDocument } from './document.ts';

type Given = number | string | null | undefined;
type Info = Readonly<Record<string, unknown>>;

/** A position as the exchange has it, without the flat rows that venues return too; decimals as text. */
export function positionRow(position: CcxtPosition) {
  const info = position.info ?? {};
  const signed = decimalOf(position.contracts) ?? first(info, 'positionAmt', 'size', 'total');
  if (signed?.isZero() === true) return [];
  const side = sideOf(position.side) ?? sideOf(textOf(info['side'])) ?? sideOf(textOf(info['holdSide']));
  const stop = positive(decimalOf(position.stopLossPrice)) ?? positive(first(info, 'stopLoss'));
  return [
    {
      symbol: position.symbol,
      side:
        side ??
        (signed === null || info['positionAmt'] === undefined
          ? null
          : signed.isNegative()
            ? 'short'
            : 'long'),
      contracts: signed === null ? null : amount(signed.abs()),
      contract_size: plain(positive(decimalOf(position.contractSize))),
      entry_price: plain(positive(decimalOf(position.entryPrice))),
      leverage: plain(positive(decimalOf(position.leverage))),
      margin_mode: position.marginMode ?? null,
      hedged: position.hedged ?? null,
      // Of the position itself, as Bybit keeps it; a trailing stop of it has a distance and no price.
      has_stop: stop !== null || positive(first(info, 'trailingStop')) !== null,
      stop_price: plain(stop),
    },
  ];
}

const STOP_WORDS = /stop(?!_?order)|loss|move_order_stop/i;
const TARGET_WORDS = /take.?profit|profit|^tp/i;
const CLOSED = new Set(['closed', 'canceled', 'cancelled', 'expired', 'rejected']);

/** An open order, plain or conditional; an order that is over is none. */
export function orderRow(order: CcxtOrder, list: 'open' | 'algo') {
  if (CLOSED.has(order.status?.toLowerCase() ?? '')) return [];
  const info = order.info ?? {};
  const trigger = [order.triggerPrice, order.stopPrice, order.stopLossPrice, order.takeProfitPrice]
    .map((price) => positive(decimalOf(price)))
    .concat(positive(first(info, 'triggerPrice', 'stopPrice', 'slTriggerPx', 'tpTriggerPx')))
    .find((price) => price !== null);
  const closesPosition = isTrue(info['closePosition']);
  const quantity = positive(decimalOf(order.amount));
  return [
    {
      id: order.id,
      client_order_id: order.clientOrderId ?? null,
      symbol: order.symbol,
      side: sideOf(order.side),
      type: order.type ?? null,
      kind: kindOf(order, info, trigger !== undefined),
      contracts:
        closesPosition || quantity === null ? null : amount(quantity.minus(decimalOf(order.filled) ?? 0)),
      price: plain(positive(decimalOf(order.price))),
      trigger_price: plain(trigger ?? null),
      closes_position: closesPosition,
      reduce_only: reducesOnly(order, info) ?? (closesPosition ? true : null),
      created_at: order.timestamp == null ? null : new Date(order.timestamp).toISOString(),
      list: info['algoId'] === undefined ? list : ('algo' as const),
    },
  ];
}

/** `type` alone is not enough: a stop can be a market order whose raw answer says what it waits for. */
function kindOf(
  order: CcxtOrder,
  info: Info,
  isConditional: boolean,
): 'stop' | 'target' | 'trigger' | 'plain' {
  const said = [
    order.type,
    ...['stopOrderType', 'orderType', 'type', 'origType', 'planType'].map((key) => textOf(info[key])),
  ]
    .filter((word) => word != null && word !== '' && word !== 'UNKNOWN')
    .join(' ');
  if (TARGET_WORDS.test(said) || positive(decimalOf(order.takeProfitPrice)) !== null) return 'target';
  const isBare = textOf(info['stopOrderType']) === 'Stop';
  if ((STOP_WORDS.test(said) && !isBare) || positive(decimalOf(order.stopLossPrice)) !== null) return 'stop';
  return isConditional ? 'trigger' : 'plain';
}

function reducesOnly(order: CcxtOrder, info: Info): boolean | null {
  if (order.reduceOnly === true || isTrue(info['reduceOnly']) || isTrue(info['closeOnTrigger'])) return true;
  if (order.reduceOnly === false || info['reduceOnly'] === false || info['reduceOnly'] === 'false')
    return false;
  return null;
}

/** What Bybit writes among its executions, and is none. */
const NO_FILL = new Set(['funding', 'sessionsettlepnl', 'settle']);

/** A fill; a funding settlement that arrives as an execution is none. */
export function fillRow(trade: CcxtTrade) {
  const info = trade.info ?? {};
  if (NO_FILL.has((textOf(info['execType']) ?? '').toLowerCase())) return [];
  return [
    {
      id: trade.id,
      order_id: trade.order ?? null,
      symbol: trade.symbol,
      side: sideOf(trade.side),
      price: plain(positive(decimalOf(trade.price))),
      contracts: plain(positive(decimalOf(trade.amount))),
      at: new Date(trade.timestamp).toISOString(),
    },
  ];
}

/** Venues whose conditional orders have an endpoint of their own, so that a list of open orders alone has no stop. */
const SEPARATE = new Set(['binance', 'okx', 'bitget', 'gate', 'kucoin', 'htx']);

/** Whether what is not in the lists of orders is not at the exchange either. `isContract`: no spot account. */
export function areStopsKnown(
  venue: string,
  { openOrders, algoOrders }: Pick<ExchangeDocument, 'openOrders' | 'algoOrders'>,
  isContract: boolean,
): boolean {
  if (openOrders === undefined) return false;
  if (algoOrders !== undefined || !isContract || !SEPARATE.has(venue)) return true;
  // Both lists in one.
  return openOrders.some(({ info }) => info?.['algoId'] !== undefined);
}

function sideOf(side: string | null | undefined): 'long' | 'short' | null {
  const word = side?.toLowerCase() ?? '';
  if (word === 'long' || word === 'buy') return 'long';
  return word === 'short' || word === 'sell' ? 'short' : null;
}

function decimalOf(given: Given): Money | null {
  return given === null || given === undefined || given === '' ? null : money(String(given));
}

/** The first of these keys that holds a number. */
function first(info: Info, ...keys: readonly string[]): Money | null {
  for (const key of keys) {
    const value = info[key];
    const isNumber =
      typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value));
    if (isNumber) return money(String(value));
  }
  return null;
}

const positive = (value: Money | null): Money | null => (value?.greaterThan(0) === true ? value : null);
const plain = (value: Money | null): string | null => (value === null ? null : amount(value));
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const isTrue = (value: unknown): boolean => value === true || value === 'true';
