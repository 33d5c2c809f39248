import { money, rounded, sum, ZERO, type Money } from '../../audit/decimal.ts';
import type { Venue } from './instruments.ts';
import type { Market } from './market.ts';
import { SHIFT_MS } from './shifts.ts';

export type Side = 'long' | 'short';
export type OrderRole = 'entry' | 'exit' | 'stop' | 'take_profit';

/** An order's life; times in milliseconds since the epoch. What was filled follows from the fills. */
export interface OrderFact {
  readonly id: string;
  readonly role: OrderRole;
  type: string;
  side: 'buy' | 'sell';
  status: string;
  quantity: Money;
  price: string | null;
  triggerPrice: string | null;
  readonly reduceOnly: boolean;
  /** When the bot asked for it. */
  createdAt: number;
  /** When the venue acknowledged it; null when it was refused. */
  venueAt: number | null;
  triggeredAt: number | null;
  filledAt: number | null;
  cancelledAt: number | null;
  /** The stop that this one replaced. */
  parentId: string | null;
  rejectCode: string | null;
  rejectReason: string | null;
}

export interface FillFact {
  readonly id: string;
  orderId: string;
  readonly part: 'entry' | 'exit';
  side: 'buy' | 'sell';
  price: string;
  quantity: Money;
  at: number;
  isMaker: boolean;
  /** Commission as a fraction of the fill's value. */
  feeRate: string;
}

export interface StopChangeFact {
  readonly kind: 'placed' | 'updated' | 'triggered' | 'failed' | 'removed';
  at: number;
  readonly oldPrice: string | null;
  readonly newPrice: string | null;
  readonly orderId: string;
  durationMs: number | null;
  unprotectedMs: number | null;
  readonly error: string | null;
}

/** One position from its entry to its exit: everything that the bot's tables say of it is projected from here. */
export interface Trade {
  readonly id: string;
  readonly venue: Venue;
  readonly symbol: string;
  readonly strategy: string;
  readonly side: Side;
  readonly leverage: number;
  marginMode: 'isolated' | 'cross';
  readonly trailing: boolean;
  readonly entry: OrderFact;
  readonly stops: OrderFact[];
  readonly takeProfit: OrderFact | null;
  /** The order that closed it: a stop, the take profit, or one of its own. */
  exit: { order: OrderFact; reason: string } | null;
  fills: FillFact[];
  stopChanges: StopChangeFact[];
  trailingActivatedAt: number | null;
  /** When the strategy last looked at it; null: just now, or at the close. */
  lastEvaluatedAt: number | null;
  /** What the bot wrote as quantity when it is not what was filled. */
  statedQuantity?: string;
}

/** Money is written with eight decimals, as the venues' ledgers are. */
const LEDGER_DECIMALS = 8;

export function directionOf(trade: Pick<Trade, 'side'>): 1 | -1 {
  return trade.side === 'long' ? 1 : -1;
}

/** First entry fill. */
export function openedAt(trade: Trade): number {
  return Math.min(...trade.fills.filter(({ part }) => part === 'entry').map(({ at }) => at));
}

/** Last exit fill, or null while it is open. */
export function closedAt(trade: Trade): number | null {
  return trade.exit === null
    ? null
    : Math.max(...trade.fills.filter(({ part }) => part === 'exit').map(({ at }) => at));
}

/** Open at `at`: the interval is half-open, a position that closes at `at` is not open any more. */
export function isOpenAt(trade: Trade, at: number): boolean {
  const closed = closedAt(trade);
  return openedAt(trade) <= at && (closed === null || closed > at);
}

export function quantityOf(trade: Trade): Money {
  return sum(trade.fills.filter(({ part }) => part === 'entry').map(({ quantity }) => quantity));
}

/** Average price of one part's fills, exact to 40 digits. */
export function averagePrice(trade: Trade, part: 'entry' | 'exit'): Money {
  const fills = trade.fills.filter((fill) => fill.part === part);
  return sum(fills.map(({ price, quantity }) => quantity.times(price))).div(
    sum(fills.map(({ quantity }) => quantity)),
  );
}

export function notionalOf(trade: Trade): Money {
  return averagePrice(trade, 'entry').times(quantityOf(trade));
}

export function feeOf(fill: FillFact): Money {
  return money(rounded(fill.quantity.times(fill.price).times(fill.feeRate), LEDGER_DECIMALS));
}

/**
 * Gross result of each exit fill at average cost. The rounding to the ledger's decimals is kept out of the sum: the
 * last fill takes the remainder, so that the parts add up to quantity times price difference exactly.
 */
export function grossByFill(trade: Trade): ReadonlyMap<string, Money> {
  const exits = trade.fills.filter(({ part }) => part === 'exit');
  const entry = averagePrice(trade, 'entry');
  const direction = directionOf(trade);
  const cost = sum(
    trade.fills.filter(({ part }) => part === 'entry').map((fill) => fill.quantity.times(fill.price)),
  );
  const total = sum(exits.map((fill) => fill.quantity.times(fill.price)))
    .minus(cost)
    .times(direction);
  const out = new Map<string, Money>();
  let rest = total;
  exits.forEach((fill, index) => {
    const share = fill.quantity.times(money(fill.price).minus(entry)).times(direction);
    const gross = index === exits.length - 1 ? rest : money(rounded(share, LEDGER_DECIMALS));
    out.set(fill.id, gross);
    rest = rest.minus(gross);
  });
  return out;
}

export interface FundingFact {
  readonly at: number;
  readonly amount: Money;
}

/** Venues post a settlement a moment after the hour. */
const FUNDING_DELAY_MS = 400;

/** Funding at 00, 08 and 16 UTC while the position was open; received is positive. */
export function fundingOf(trade: Trade, market: Market): readonly FundingFact[] {
  const opened = openedAt(trade);
  const end = closedAt(trade) ?? market.to;
  const out: FundingFact[] = [];
  for (let hour = Math.ceil(opened / SHIFT_MS) * SHIFT_MS; hour + FUNDING_DELAY_MS < end; hour += SHIFT_MS) {
    const mark = market.quote(trade.symbol, market.markAt(trade.symbol, hour));
    const paid = quantityOf(trade).times(mark).times(market.fundingRate(trade.symbol, hour).toFixed(8));
    out.push({
      at: hour + FUNDING_DELAY_MS,
      amount: money(rounded(paid.times(-directionOf(trade)), LEDGER_DECIMALS)),
    });
  }
  return out;
}

/** Gross, fees, funding and net = gross - fees + funding over the position's life. */
export function resultOf(
  trade: Trade,
  market: Market,
): { gross: Money; fees: Money; funding: Money; net: Money } {
  const gross = trade.exit === null ? ZERO : sum(grossByFill(trade).values());
  const fees = sum(trade.fills.map(feeOf));
  const funding = sum(fundingOf(trade, market).map(({ amount }) => amount));
  return { gross, fees, funding, net: gross.minus(fees).plus(funding) };
}
