import { amount, sum, type Money } from '../../../audit/decimal.ts';
import type { FillRow, OrderRow } from '../queries/trading-rows.ts';
import { decimalOrNull, positiveOrNull, timeOrNull } from './row-values.ts';

/** A fill, or a part of one, beyond what its order filled or its position held: it is not believed. */
export interface Surplus {
  readonly fill: FillRow;
  /** Of the fill, base units. */
  readonly quantity: Money;
  /** The order that filled less; null where the position's row is what bounds. */
  readonly order: OrderRow | null;
  /** What was filled or held at most, and what all of its fills add up to. */
  readonly bound: Money;
  readonly stored: Money;
}

/** What lots and fees in the base asset leave between an order and its fills, as a share. */
const ROUNDING = '0.002';

/** More than `bound` by more than rounding leaves. */
export function isBeyond(quantity: Money, bound: Money): boolean {
  return quantity.greaterThan(bound.times(ROUNDING).plus(bound));
}

export function quantityOf(fills: readonly FillRow[]): Money {
  return sum(fills.map(({ quantity }) => positiveOrNull(quantity)).filter((value) => value !== null));
}

/** A part of a fill: its fee goes with its quantity. What a part earned is not recorded: one may have opened, another closed. */
export function partOf(fill: FillRow, quantity: Money): FillRow {
  const whole = positiveOrNull(fill.quantity);
  if (whole === null) return fill;
  const fee = decimalOrNull(fill.fee);
  return {
    ...fill,
    quantity: amount(quantity),
    fee: fee === null ? null : amount(fee.times(quantity).div(whole)),
    realized_pnl: null,
  };
}

/**
 * What of these fills exceeds the bound, by fill: copies first, then those whose price is furthest from what the order
 * says that it paid, then the latest. Whole fills go as long as what is left reaches the bound.
 */
export function beyond(
  fills: readonly FillRow[],
  bound: Money,
  averagePrice: Money | null,
): ReadonlyMap<FillRow, Money> {
  const surplus = new Map<FillRow, Money>();
  let excess = quantityOf(fills).minus(bound);
  if (!isBeyond(bound.plus(excess), bound)) return surplus;
  const copies = copiesIn(fills);
  const distance = (fill: FillRow): Money | null =>
    averagePrice === null ? null : (decimalOrNull(fill.price)?.minus(averagePrice).abs() ?? null);
  const keyed = inTime(fills).map((fill, index) => ({
    fill,
    index,
    isCopy: copies.has(fill),
    off: distance(fill),
  }));
  const candidates = keyed.sort(
    (a, b) =>
      Number(b.isCopy) - Number(a.isCopy) ||
      (a.off && b.off ? b.off.comparedTo(a.off) : 0) ||
      b.index - a.index,
  );
  for (const { fill } of candidates) {
    const quantity = positiveOrNull(fill.quantity);
    if (quantity === null || isBeyond(quantity, excess)) continue;
    surplus.set(fill, quantity);
    excess = excess.minus(quantity);
  }
  // What no whole fill makes up is cut from the latest.
  const last = keyed.find(({ fill }) => !surplus.has(fill))?.fill;
  if (last !== undefined && isBeyond(bound.plus(excess), bound)) surplus.set(last, excess);
  return surplus;
}

/** All but the first of fills of one order that say the same quantity and price of the same side; one of another exchange last. */
export function copiesIn(fills: readonly FillRow[]): ReadonlySet<FillRow> {
  const seen = new Set<string>();
  const copies = new Set<FillRow>();
  const isElsewhere = ({ saidExchange }: FillRow): number => Number(saidExchange !== undefined);
  for (const fill of inTime(fills).toSorted((a, b) => isElsewhere(a) - isElsewhere(b))) {
    const numbers = [fill.price, fill.quantity].map((value) => decimalOrNull(value)?.toFixed() ?? '');
    const key = [fill.order_id ?? '', fill.side ?? '', ...numbers].join('\n');
    if (seen.has(key)) copies.add(fill);
    seen.add(key);
  }
  return copies;
}

/** By time, then id. */
export function inTime(fills: readonly FillRow[]): FillRow[] {
  return fills
    .map((fill) => ({ fill, at: timeOrNull(fill.at) ?? 0 }))
    .sort((a, b) => a.at - b.at || (a.fill.id < b.fill.id ? -1 : 1))
    .map(({ fill }) => fill);
}

/** The fills without their surplus; a fill that is cut keeps the rest, and its fee: money is stored beside a quantity, not by it. */
export function without(fills: readonly FillRow[], surplus: ReadonlyMap<FillRow, Money>): readonly FillRow[] {
  if (surplus.size === 0) return fills;
  return fills.flatMap((fill) => {
    const cut = surplus.get(fill);
    if (cut === undefined) return [fill];
    const rest = positiveOrNull(fill.quantity)?.minus(cut);
    return rest?.greaterThan(0) ? [{ ...partOf(fill, rest), fee: fill.fee }] : [];
  });
}
