import { amount, money, ZERO, type Money } from '../../../audit/decimal.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import type { FillRow, OrderRow } from '../queries/trading-rows.ts';
import { capitalised } from '../vocabulary/words.ts';
import { decimalOrNull, groupBy, positiveOrNull } from './row-values.ts';
import { orderFinder } from './order-bounds.ts';
import { venueOf } from './symbols.ts';

/** What a fill, or a position by its row, was charged, as stored. */
export interface Charge {
  readonly entity: 'fill' | 'position';
  readonly id: string;
  readonly symbol: string | null;
  readonly at: string | null;
  readonly fee: Money;
  readonly currency: string | null;
  /** What was traded for it; 0 where nobody says it. */
  readonly worth: Money;
  /** Certainly paid, and no rebate. */
  readonly isCost: boolean;
}

/** An exchange whose costs are written negative: every fee that was certainly paid there would be a gain. */
export interface FeeSign {
  readonly venue: string;
  readonly costs: readonly Charge[];
}

/** One alone may be a correction. */
const FEWEST_COSTS = 2;
/** No exchange pays so much to a maker, as a share of the value; most pay 0.0001 at most. */
const MOST_REBATE = '0.0003';

/** What is above it is a cost, whoever paid it. */
export const mostRebate = (worth: Money): Money => worth.times(MOST_REBATE);

/**
 * How the charges of one exchange are written. `unclear`: some are negative, and nothing tells whether these are costs or
 * rebates; `mixed`: costs of both signs are written there.
 */
export function signOf(charges: readonly Charge[]): 'as stored' | 'turned' | 'unclear' | 'mixed' {
  if (!charges.some(({ fee }) => fee.isNegative())) return 'as stored';
  const costs = charges.filter(({ isCost }) => isCost);
  const negative = costs.filter(({ fee }) => fee.isNegative()).length;
  if (costs.length === 0) return 'unclear';
  if (negative < FEWEST_COSTS) return negative === costs.length ? 'unclear' : 'as stored';
  return negative === costs.length ? 'turned' : 'mixed';
}

/** Why money with this fee is not known. */
export function unclearSign(what: string, fee: string, venue: string): Missing {
  const why = `nothing says whether a fee below 0 is a cost or a rebate at ${capitalised(venue)}`;
  return missing('inadequate_basis', `${what} is ${fee}, and ${why}`);
}

/**
 * The fills with costs positive, and where they were not. Whoever takes liquidity pays for it, so that the fees of takers
 * tell how an exchange's are written; a maker's fee of the other sign is a rebate, before and after. Who says nothing of his
 * role is a taker by a market order, or by a fee too large for a rebate.
 */
export function withFeeSigns(stored: readonly FillRow[], orders: readonly OrderRow[]) {
  const orderOf = orderFinder(orders);
  const isTaker = (fill: FillRow): boolean => {
    if (fill.is_maker !== null) return !fill.is_maker;
    const type = orderOf(fill)?.type;
    return type === 'market' || type === 'stop_market' || isTooMuch(fill);
  };
  const signs: FeeSign[] = [];
  const unclear = new Map<string, 'unclear' | 'mixed'>();
  for (const [venue, own] of groupBy(stored, ({ exchange }) => venueOf(exchange))) {
    const charges = own.flatMap((fill) => chargeOf(fill, isTaker));
    const sign = signOf(charges);
    if (sign === 'turned') signs.push({ venue, costs: charges.filter(({ isCost }) => isCost) });
    if (sign === 'unclear' || sign === 'mixed') unclear.set(venue, sign);
  }
  const turned = new Set(signs.map(({ venue }) => venue));
  const fills = stored.map((fill): FillRow => {
    const fee = turned.has(venueOf(fill.exchange)) ? decimalOrNull(fill.fee) : null;
    return fee === null ? fill : { ...fill, fee: amount(fee.neg()) };
  });
  return { fills, signs, unclear };
}

function chargeOf(fill: FillRow, isTaker: (fill: FillRow) => boolean): readonly Charge[] {
  const fee = decimalOrNull(fill.fee);
  if (fee === null || fee.isZero()) return [];
  const { id, symbol, at, fee_currency: currency } = fill;
  const about = { entity: 'fill', id, symbol, at, fee, currency, worth: worthOf(fill) } as const;
  return [{ ...about, isCost: isTaker(fill) }];
}

function worthOf({ price, quantity }: FillRow): Money {
  const [at, size] = [positiveOrNull(price), positiveOrNull(quantity)];
  return at === null || size === null ? ZERO : at.times(size);
}

function isTooMuch(fill: FillRow): boolean {
  const { symbol, fee, fee_currency: currency } = fill;
  const worth = worthOf(fill);
  // Only where fee and price are in one currency.
  const isQuote =
    currency === null || symbol === null || symbol.toUpperCase().endsWith(currency.toUpperCase());
  return (
    isQuote &&
    !worth.isZero() &&
    money(fee ?? 0)
      .abs()
      .greaterThan(mostRebate(worth))
  );
}
