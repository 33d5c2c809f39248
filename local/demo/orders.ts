import { amount, money, rounded, sum, type Money } from '../../audit/decimal.ts';
import { FEE_RATES, type Venue } from './instruments.ts';
import type { Prng } from './prng.ts';
import type { FillFact, OrderFact, OrderRole } from './trade.ts';

/** An order as the bot asks for it; what happened to it afterwards is set by the caller. */
export function newOrder(
  order: Pick<OrderFact, 'id' | 'role' | 'type' | 'side' | 'quantity' | 'createdAt'> & Partial<OrderFact>,
): OrderFact {
  return {
    status: 'new',
    price: null,
    triggerPrice: null,
    reduceOnly: order.role !== 'entry',
    venueAt: null,
    triggeredAt: null,
    filledAt: null,
    cancelledAt: null,
    parentId: null,
    rejectCode: null,
    rejectReason: null,
    ...order,
  };
}

/** Splits a quantity into parts on the venue's step; the last part takes the remainder. */
export function splitQuantity(total: Money, parts: number, decimals: number, prng: Prng): readonly Money[] {
  const out: Money[] = [];
  let rest = total;
  for (let part = parts; part > 1; part -= 1) {
    const share = rest.times(prng.between(0.7 / part, 1.3 / part).toFixed(4));
    const piece = money(rounded(share, decimals));
    if (piece.lte(0) || piece.gte(rest)) break;
    out.push(piece);
    rest = rest.minus(piece);
  }
  return [...out, rest];
}

/** Fills an order completely: at `at`, then each part a moment later. */
export function fillOrder(
  order: OrderFact,
  request: {
    venue: Venue;
    part: FillFact['part'];
    price: string;
    at: number;
    parts: readonly Money[];
    isMaker: boolean;
    gapMs: () => number;
  },
): FillFact[] {
  const { venue, part, price, parts, isMaker } = request;
  let at = request.at;
  const fills = parts.map((quantity, index): FillFact => {
    if (index > 0) at += request.gapMs();
    return {
      id: `${order.id}-f${String(index + 1)}`,
      orderId: order.id,
      part,
      side: order.side,
      price,
      quantity,
      at,
      isMaker,
      feeRate: FEE_RATES[venue][isMaker ? 'maker' : 'taker'],
    };
  });
  order.status = 'filled';
  order.filledAt = at;
  order.venueAt ??= request.at - 20;
  return fills;
}

/** Cancels an order that is still at the venue. */
export function cancelOrder(order: OrderFact, at: number): void {
  order.status = 'cancelled';
  order.cancelledAt = at;
}

/** Filled quantity and average price of an order, from its fills and nothing else. */
export function filledOf(
  order: OrderFact,
  fills: readonly FillFact[],
): { filled: string; average: string | null } {
  const own = fills.filter(({ orderId }) => orderId === order.id);
  const filled = sum(own.map(({ quantity }) => quantity));
  if (filled.isZero()) return { filled: '0', average: null };
  const value = sum(own.map(({ quantity, price }) => quantity.times(price)));
  return { filled: amount(filled), average: rounded(value.div(filled), 12) };
}

export function oppositeOf(side: 'buy' | 'sell'): 'buy' | 'sell' {
  return side === 'buy' ? 'sell' : 'buy';
}

export function orderId(tradeId: string, role: OrderRole, index = 1): string {
  const letter = { entry: 'e', exit: 'x', stop: 's', take_profit: 't' }[role];
  return `${tradeId}-${letter}${String(index)}`;
}
