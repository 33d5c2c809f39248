import { Decimal } from 'decimal.js';

/** Our own context: 40 digits, half-even, never exponent notation; global settings of other users do not reach it. */
const Money = Decimal.clone({
  precision: 40,
  rounding: Decimal.ROUND_HALF_EVEN,
  toExpNeg: -30,
  toExpPos: 40,
});
export type Money = Decimal;

/** Parses a decimal string as PostgreSQL writes numerics. NaN and infinities are refused: they never are money. */
export function money(value: string | number | Decimal): Decimal {
  const parsed = new Money(value);
  if (!parsed.isFinite()) throw new Error(`${String(value)} is not a finite number`);
  return parsed;
}

export const ZERO = money(0);

export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
}

/** The decimal as a figure's value: plain digits without exponent. */
export function amount(value: Decimal): string {
  return value.toFixed();
}

/** Half-even to `places`, for display and percentages. */
export function rounded(value: Decimal | string, places: number): string {
  return money(value).toFixed(places, Decimal.ROUND_HALF_EVEN);
}
