import { canonicalJson, sha256 } from '../../audit/hash.ts';
import { amount, money, sum, type Money } from '../../audit/decimal.ts';
import type { ExchangeStateRow } from '../../store/exchange-states.ts';
import { OPENING_WALLETS, VENUES, type Venue } from './instruments.ts';
import { ordersOf } from './rows/orders.ts';
import { walletFlows } from './rows/wallets.ts';
import type { DemoExchangeState, ExchangeRow as Row } from './exchange-state.ts';
import type { Shift } from './shifts.ts';
import { averagePrice, fundingOf, type OrderFact, type Trade } from './trade.ts';
import type { World } from './world.ts';

/** The states of both exchanges at the end of each shift, with what differs from the bot's own rows. */
export function exchangeStatesOf(world: World): readonly DemoExchangeState[] {
  const states = world.shifts.flatMap((shift) => VENUES.map((venue) => stateOf(world, shift, venue)));
  for (const edit of world.exchangeEdits) edit(states);
  return states;
}

/** As an import of the file stores them. */
export function storedStates(states: readonly DemoExchangeState[]): readonly ExchangeStateRow[] {
  return states.map((document) => ({
    exchange: document.exchange,
    account: '',
    at: document.at,
    hash: sha256(canonicalJson(document)),
    document,
  }));
}

function stateOf(world: World, shift: Shift, venue: Venue): DemoExchangeState {
  const at = shift.to;
  const trades = world.trades.filter((trade) => trade.venue === venue);
  const orders = trades.flatMap((trade) =>
    ordersOf(trade)
      .filter((order) => isOpenAt(order, at))
      .map((order) => orderRow(order, trade)),
  );
  const isAlgo = ({ info }: Row): boolean => info !== undefined && venue === 'binance';
  return {
    exchange: venue,
    at: new Date(at).toISOString(),
    positions: trades.flatMap((trade) => positionRow(trade, at)),
    openOrders: orders.filter((order) => !isAlgo(order)),
    ...(venue === 'binance' && { algoOrders: orders.filter(isAlgo) }),
    trades: trades.flatMap((trade) => tradeRows(trade, shift)),
    balances: balancesAt(world, venue, at),
    funding: trades.flatMap((trade) => fundingRows(world, trade, shift)),
    ledger: ledgerRows(world, venue, shift),
  };
}

/** `BTC/USDT:USDT`, as ccxt calls a perpetual. */
export function unifiedSymbol(symbol: string): string {
  return `${symbol.replace(/USDT$/, '')}/USDT:USDT`;
}

function heldAt(trade: Trade, at: number): Money {
  const until = trade.fills.filter((fill) => fill.at <= at);
  const of = (part: 'entry' | 'exit'): Money =>
    sum(until.filter((fill) => fill.part === part).map(({ quantity }) => quantity));
  return of('entry').minus(of('exit'));
}

function positionRow(trade: Trade, at: number): readonly Row[] {
  const held = heldAt(trade, at);
  return held.isZero()
    ? []
    : [
        {
          symbol: unifiedSymbol(trade.symbol),
          side: trade.side,
          contracts: amount(held),
          contractSize: 1,
          entryPrice: averagePrice(trade, 'entry').toFixed(12),
          leverage: trade.leverage,
          marginMode: trade.marginMode,
        },
      ];
}

function isOpenAt({ status, venueAt, filledAt, cancelledAt }: OrderFact, at: number): boolean {
  const ended = filledAt ?? cancelledAt;
  return venueAt !== null && venueAt <= at && (ended === null ? status === 'new' : ended > at);
}

function orderRow(order: OrderFact, { venue, symbol }: Trade): Row {
  const { id, side, type, quantity, price, triggerPrice, reduceOnly, createdAt } = order;
  const isBybit = venue === 'bybit';
  const waitsFor = order.role === 'stop' ? 'StopLoss' : 'TakeProfit';
  return {
    id: `${venue}-${id}`,
    clientOrderId: `demo-${id}`,
    symbol: unifiedSymbol(symbol),
    side,
    // A stop is a market order at Bybit, and only its own answer says what it waits for.
    type: isBybit && triggerPrice !== null ? 'market' : type,
    status: 'open',
    amount: amount(quantity),
    filled: 0,
    price,
    triggerPrice,
    reduceOnly,
    timestamp: createdAt,
    ...(triggerPrice !== null && {
      info: isBybit ? { stopOrderType: waitsFor } : { orderType: type.toUpperCase() },
    }),
  };
}

function tradeRows(trade: Trade, { from, to }: Shift): readonly Row[] {
  return trade.fills
    .filter(({ at }) => at >= from && at < to)
    .map(({ id, orderId, side, price, quantity, at }) => ({
      id: `${trade.venue}-${id}`,
      order: `${trade.venue}-${orderId}`,
      symbol: unifiedSymbol(trade.symbol),
      side,
      price,
      amount: amount(quantity),
      timestamp: at,
    }));
}

/** The wallet, as a row of the bot at that moment has it: what happened before. */
function balancesAt(world: World, venue: Venue, at: number): DemoExchangeState['balances'] {
  const moved = walletFlows(world, venue).filter((flow) => flow.at < at);
  const wallet = amount(sum([money(OPENING_WALLETS[venue]), ...moved.map((flow) => flow.amount)]));
  const own = venue === 'bybit' ? { coin: 'USDT' } : { asset: 'USDT' };
  return { total: { USDT: wallet }, info: { assets: [{ ...own, walletBalance: wallet }] } };
}

/** Paid is positive at Bybit, received elsewhere, as ccxt leaves it. */
function fundingRows(world: World, trade: Trade, { from, to }: Shift): readonly Row[] {
  return fundingOf(trade, world.market)
    .filter(({ at }) => at >= from && at < to)
    .map((paid) => ({
      id: `${trade.venue}-${trade.id}-${String(paid.at)}`,
      symbol: unifiedSymbol(trade.symbol),
      code: 'USDT',
      timestamp: paid.at,
      amount: amount(trade.venue === 'bybit' ? paid.amount.neg() : paid.amount),
    }));
}

function ledgerRows(world: World, venue: Venue, { from, to }: Shift): Row[] {
  return world.transfers
    .filter((transfer) => transfer.venue === venue && transfer.at >= from && transfer.at < to)
    .map((transfer) => ({
      id: `${venue}-t${String(transfer.at)}`,
      type: 'transfer',
      direction: transfer.amount.isNegative() ? 'out' : 'in',
      currency: 'USDT',
      amount: amount(transfer.amount.abs()),
      timestamp: transfer.at,
      status: 'ok',
    }));
}
