import { money, type Money } from '../../audit/decimal.ts';
import type { Course } from './exit-search.ts';
import { instrumentOf, type Venue } from './instruments.ts';
import type { Market } from './market.ts';
import { cancelOrder, fillOrder, newOrder, oppositeOf, orderId, splitQuantity } from './orders.ts';
import type { Prng } from './prng.ts';
import type { Style } from './strategies.ts';
import type { Side, Trade } from './trade.ts';

export interface Plan {
  readonly id: string;
  readonly venue: Venue;
  readonly symbol: string;
  readonly side: Side;
  /** When the bot sends the entry order, milliseconds. */
  readonly at: number;
  /** Quote value to hold. */
  readonly notional: number;
  readonly leverage: number;
  readonly style: Style;
}

/** Turns a plan and what the market did to it into orders, fills and stop changes. */
export function buildTrade(market: Market, plan: Plan, course: Course, prng: Prng): Trade {
  const trade = enter(market, plan, course, prng);
  placeStops(market, trade, course, prng);
  if (course.exit) closeTrade(market, trade, course.exit, prng);
  return trade;
}

function enter(market: Market, plan: Plan, course: Course, prng: Prng): Trade {
  const { id, venue, symbol, side, at, leverage, style } = plan;
  const { quantityDecimals } = instrumentOf(symbol);
  const buy = side === 'long' ? 'buy' : 'sell';
  const isMaker = prng.chance(0.4);
  const mark = market.markAt(symbol, at);
  const price = market.quote(
    symbol,
    mark * (1 + ((buy === 'buy' ? 1 : -1) * (isMaker ? -0.6 : 0.9)) / 10_000),
  );
  const quantity = money((plan.notional / mark).toFixed(quantityDecimals));
  const entry = newOrder({
    id: orderId(id, 'entry'),
    role: 'entry',
    type: isMaker ? 'limit' : 'market',
    side: buy,
    quantity,
    price: isMaker ? price : null,
    createdAt: at,
    venueAt: at + prng.integer(28, 95),
  });
  const parts = splitQuantity(quantity, prng.chance(0.25) ? prng.integer(2, 3) : 1, quantityDecimals, prng);
  const firstAt = at + (isMaker ? prng.integer(400, 2_400) : prng.integer(110, 290));
  const gapMs = (): number => prng.integer(60, 420);
  const fills = fillOrder(entry, { venue, part: 'entry', price, at: firstAt, parts, isMaker, gapMs });
  const takeProfit = newOrder({
    id: orderId(id, 'take_profit'),
    role: 'take_profit',
    type: 'take_profit_market',
    side: oppositeOf(buy),
    quantity,
    triggerPrice: market.quote(symbol, course.target),
    createdAt: firstAt + 1_050,
    venueAt: firstAt + 1_050 + prng.integer(120, 480),
  });
  return {
    id,
    venue,
    symbol,
    strategy: style.strategy,
    side,
    leverage,
    marginMode: 'isolated',
    trailing: style.trail !== null,
    entry,
    stops: [],
    takeProfit,
    exit: null,
    fills,
    stopChanges: [],
    trailingActivatedAt: course.trailingActivatedAt,
    lastEvaluatedAt: null,
  };
}

/** The initial stop right after the first entry fill, then each move: the new one is live before the old one goes. */
function placeStops(market: Market, trade: Trade, course: Course, prng: Prng): void {
  const firstFill = trade.fills[0]?.at ?? trade.entry.createdAt;
  const quantity = trade.entry.quantity;
  const triggers = [{ at: firstFill + prng.integer(80, 240), trigger: course.initialStop }, ...course.moves];
  triggers.forEach(({ at, trigger }, index) => {
    const previous = trade.stops.at(-1) ?? null;
    const ackMs = previous ? prng.integer(150, 560) : prng.integer(220, 640);
    const stop = newStop(trade, { at, trigger: market.quote(trade.symbol, trigger), index, quantity });
    stop.venueAt = at + ackMs;
    stop.parentId = previous?.id ?? null;
    if (previous) cancelOrder(previous, stop.venueAt + prng.integer(70, 240));
    trade.stops.push(stop);
    trade.stopChanges.push({
      kind: previous ? 'updated' : 'placed',
      at: stop.venueAt,
      oldPrice: previous?.triggerPrice ?? null,
      newPrice: stop.triggerPrice,
      orderId: stop.id,
      durationMs: ackMs,
      unprotectedMs: previous ? 0 : null,
      error: null,
    });
  });
}

export function newStop(
  trade: Trade,
  request: { at: number; trigger: string; index: number; quantity: Money },
): ReturnType<typeof newOrder> {
  return newOrder({
    id: orderId(trade.id, 'stop', request.index + 1),
    role: 'stop',
    type: 'stop_market',
    side: oppositeOf(trade.entry.side),
    quantity: request.quantity,
    triggerPrice: request.trigger,
    createdAt: request.at,
  });
}

/** Closes a trade: by its stop, its take profit, or a market order of its own; what is left at the venue is cancelled. */
export function closeTrade(
  market: Market,
  trade: Trade,
  exit: { readonly at: number; readonly reason: string; readonly trigger: number | null },
  prng: Prng,
): void {
  const { venue, symbol } = trade;
  const { quantityDecimals } = instrumentOf(symbol);
  const order = exitOrder(trade, exit);
  const parts = splitQuantity(trade.entry.quantity, prng.chance(0.2) ? 2 : 1, quantityDecimals, prng);
  const selling = order.side === 'sell' ? -1 : 1;
  const slippageBps = order.role === 'exit' ? prng.between(0.2, 1.2) : prng.between(0.3, 4.5);
  const level = order.triggerPrice === null ? market.markAt(symbol, exit.at) : Number(order.triggerPrice);
  const price = market.quote(symbol, level * (1 + (selling * slippageBps) / 10_000));
  if (order.role !== 'exit') order.triggeredAt = exit.at;
  const at = exit.at + prng.integer(90, 330);
  const gapMs = (): number => prng.integer(50, 240);
  trade.fills.push(...fillOrder(order, { venue, part: 'exit', price, at, parts, isMaker: false, gapMs }));
  trade.exit = { order, reason: exit.reason };
  const closed = trade.fills.at(-1)?.at ?? at;
  if (order.role === 'stop') {
    const { triggerPrice: oldPrice, id } = order;
    trade.stopChanges.push({
      kind: 'triggered',
      at: exit.at,
      oldPrice,
      newPrice: null,
      orderId: id,
      durationMs: null,
      unprotectedMs: null,
      error: null,
    });
  }
  withdraw(trade, closed, prng);
}

function exitOrder(trade: Trade, exit: { at: number; reason: string }): Trade['entry'] {
  const stop = trade.stops.at(-1);
  if ((exit.reason === 'stop' || exit.reason === 'trailing') && stop) return stop;
  if (exit.reason === 'take_profit' && trade.takeProfit) return trade.takeProfit;
  return newOrder({
    id: orderId(trade.id, 'exit'),
    role: 'exit',
    type: 'market',
    side: oppositeOf(trade.entry.side),
    quantity: trade.entry.quantity,
    createdAt: exit.at,
    venueAt: exit.at + 41,
  });
}

/** Takes the stop and the take profit of a closed position from the venue. */
function withdraw(trade: Trade, closed: number, prng: Prng): void {
  const stop = trade.stops.at(-1);
  if (stop?.status === 'new') {
    cancelOrder(stop, closed + prng.integer(120, 380));
    trade.stopChanges.push({
      kind: 'removed',
      at: stop.cancelledAt ?? closed,
      oldPrice: stop.triggerPrice,
      newPrice: null,
      orderId: stop.id,
      durationMs: (stop.cancelledAt ?? closed) - closed,
      unprotectedMs: null,
      error: null,
    });
  }
  if (trade.takeProfit?.status === 'new') cancelOrder(trade.takeProfit, closed + prng.integer(120, 380));
}
