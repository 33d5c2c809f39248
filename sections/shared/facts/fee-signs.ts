import { amount } from '../../../audit/decimal.ts';
import type { FillRow, OrderRow } from '../queries/trading-rows.ts';
import { decimalOrNull, groupBy, positiveOrNull } from './row-values.ts';
import { orderFinder } from './order-bounds.ts';
import { venueOf } from './symbols.ts';

/** An exchange whose costs are written negative: every fee that a taker paid there would be a gain. */
export interface FeeSign {
  readonly venue: string;
  /** Fills that took liquidity and have a fee, each negative, as stored. */
  readonly takers: readonly FillRow[];
}

/** One alone may be a correction. */
const FEWEST_TAKERS = 2;
/** No exchange pays so much to a maker, as a share of the value; most pay 0.0001 at most. */
const MOST_REBATE = '0.0003';

/**
 * The fills with costs positive, and where they were not. Whoever takes liquidity pays for it, so that the fees of takers
 * tell how an exchange's are written; a maker's fee of the other sign is a rebate, before and after. Who says nothing of his
 * role is a taker by a market order, or by a fee too large for a rebate.
 */
export function withFeeSigns(fills: readonly FillRow[], orders: readonly OrderRow[]) {
  const orderOf = orderFinder(orders);
  const isTaker = (fill: FillRow): boolean => {
    if (fill.is_maker !== null) return !fill.is_maker;
    const type = orderOf(fill)?.type;
    return type === 'market' || type === 'stop_market' || isTooMuch(fill);
  };
  const paid = fills.filter(({ fee }) => decimalOrNull(fee)?.isZero() === false);
  const signs = [...groupBy(paid, ({ exchange }) => venueOf(exchange))].flatMap(([venue, own]): FeeSign[] => {
    const negative = own.filter(({ fee }) => decimalOrNull(fee)?.isNegative() === true);
    if (negative.length < FEWEST_TAKERS) return [];
    const takers = own.filter(isTaker);
    const areGains = takers.every(({ fee }) => decimalOrNull(fee)?.isNegative() === true);
    return takers.length >= FEWEST_TAKERS && areGains ? [{ venue, takers }] : [];
  });
  if (signs.length === 0) return { fills, signs };
  const turned = new Set(signs.map(({ venue }) => venue));
  const signed = fills.map((fill): FillRow => {
    const fee = decimalOrNull(fill.fee);
    return fee === null || !turned.has(venueOf(fill.exchange)) ? fill : { ...fill, fee: amount(fee.neg()) };
  });
  return { fills: signed, signs };
}

function isTooMuch({ symbol, price, quantity, fee, fee_currency: currency }: FillRow): boolean {
  const [at, size, paid] = [positiveOrNull(price), positiveOrNull(quantity), decimalOrNull(fee)];
  if (at === null || size === null || paid === null) return false;
  // Only where fee and price are in one currency.
  const isQuote =
    currency === null || symbol === null || symbol.toUpperCase().endsWith(currency.toUpperCase());
  return isQuote && paid.abs().greaterThan(at.times(size).times(MOST_REBATE));
}
