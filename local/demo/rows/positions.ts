import { amount, rounded } from '../../../audit/decimal.ts';
import { averagePrice, closedAt, directionOf, openedAt, quantityOf, resultOf, type Trade } from '../trade.ts';
import { instrumentOf } from '../instruments.ts';
import { activationBps } from '../strategies.ts';
import type { DemoRow, World } from '../world.ts';
import { timeCell } from './time-cells.ts';

/** Maintenance margin as a fraction, for the liquidation price of an isolated position. */
const MAINTENANCE = 0.005;
/** How long before `asOf` the strategy has looked at an open position. */
const EVALUATED_BEFORE_MS = 21_400;

/** The bot's row of each position, as it stands at `asOf`. `realized_pnl` is the net result: gross - fees + funding. */
export function positionRows(world: World): DemoRow[] {
  return world.trades.map((trade) => positionRow(world, trade));
}

function positionRow(world: World, trade: Trade): DemoRow {
  const { market, asOf } = world;
  const closed = closedAt(trade);
  const entry = averagePrice(trade, 'entry');
  const quantity = quantityOf(trade);
  const { fees, funding, net } = resultOf(trade, market);
  const evaluated = trade.lastEvaluatedAt ?? closed ?? asOf - EVALUATED_BEFORE_MS;
  const mark = market.quote(trade.symbol, market.markAt(trade.symbol, evaluated));
  const unrealized = quantity.times(entry.minus(mark)).times(-directionOf(trade));
  const stop = protectingStop(trade);
  const isolated = trade.marginMode === 'isolated';
  const room = directionOf(trade) * (1 / trade.leverage - MAINTENANCE);
  return {
    id: trade.id,
    symbol: trade.symbol,
    side: trade.side,
    quantity: trade.statedQuantity ?? amount(quantity),
    entry_price: rounded(entry, 12),
    status: closed === null ? 'open' : 'closed',
    opened_at: timeCell(openedAt(trade)),
    exchange: trade.venue,
    strategy: trade.strategy,
    closed_at: timeCell(closed),
    exit_price: closed === null ? null : rounded(averagePrice(trade, 'exit'), 12),
    exit_reason: trade.exit?.reason ?? null,
    realized_pnl: closed === null ? null : amount(net),
    unrealized_pnl: closed === null ? rounded(unrealized, 8) : '0',
    fees: amount(fees),
    funding: amount(funding),
    leverage: trade.leverage,
    current_price: mark,
    current_price_at: timeCell(evaluated),
    stop_loss_price: stop?.triggerPrice ?? null,
    take_profit_price: trade.takeProfit?.triggerPrice ?? null,
    has_stop_loss: stop !== undefined,
    has_trailing_stop: trade.trailing,
    trailing_activated: trade.trailingActivatedAt !== null,
    trailing_activation_price: activationPrice(world, trade),
    entry_order_id: trade.entry.id,
    exit_order_id: trade.exit?.order.id ?? null,
    signal_id: `sig-${trade.id}`,
    liquidation_price: isolated ? market.quote(trade.symbol, Number(entry) * (1 - room)) : null,
    margin_mode: trade.marginMode,
    last_evaluated_at: timeCell(evaluated),
    updated_at: timeCell(closed ?? evaluated),
  };
}

/** Price from which its stop trails; null where it does not. */
function activationPrice({ market }: World, trade: Trade): string | null {
  const bps = trade.trailing ? activationBps(trade.strategy) : null;
  if (bps === null) return null;
  const { symbol, entry } = trade;
  const direction = directionOf(trade);
  // A price step further, so that no price is rounded to it before the bot's own sum has reached it.
  const step = 10 ** -instrumentOf(symbol).priceDecimals;
  return market.quote(
    symbol,
    market.markAt(symbol, entry.createdAt) * (1 + (direction * bps) / 10_000) + direction * step,
  );
}

/** The stop that works at the venue, or the last one that did while the position was open. */
function protectingStop(trade: Trade): Trade['stops'][number] | undefined {
  if (trade.exit !== null) return trade.stops.findLast(({ venueAt }) => venueAt !== null);
  return trade.stops.findLast(({ status }) => status === 'new');
}
