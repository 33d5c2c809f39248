import { amount, ZERO, type Money } from '../../../audit/decimal.ts';
import { known, type Value } from '../../../audit/value.ts';
import { mostRebate, signOf, unclearSign, type Charge, type FeeSign } from './fee-signs.ts';
import { valueAt } from './instruments.ts';
import type { UnpaidFact } from './position-facts.ts';
import { decimalOrNull, groupBy, positiveOrNull } from './row-values.ts';

/** A closed position with what its own row says it was charged. */
export interface RowFee {
  readonly fact: UnpaidFact;
  readonly fee: Money;
  /** Whether no fill says it better. */
  readonly isUsed: boolean;
  /** gross + funding; null where it is not known. */
  readonly before: Money | null;
}

/** A stored result agrees within this share of the fee: with the other sign it were off by two of them. */
const NEAR = '0.1';

/** The fees of position rows with costs positive. */
export interface RowFees {
  /** Exchanges whose rows have costs negative. */
  readonly signs: readonly FeeSign[];
  isUnclear(id: string): boolean;
  of(fact: Pick<UnpaidFact, 'id' | 'venue'>, fee: Money): Value<string>;
}

/**
 * A row's fees are those of all its fills. They are a cost where they are too much for a rebate and the stored result does
 * not say that they were received, or where it says that they were paid.
 */
export function rowFees(rows: readonly RowFee[], ofFills: readonly FeeSign[], currency: string): RowFees {
  const signs: FeeSign[] = [];
  const turned = new Set<string>();
  const unclear = new Set<string>();
  for (const [venue, own] of groupBy(rows, ({ fact }) => fact.venue)) {
    const said = new Map(own.map((row) => [row, storedSays(row)]));
    const charges = own.map((row) => chargeOf(row, said.get(row) ?? null, currency));
    const sign = signOf(charges);
    // The bot's rows have the sign that its fills have.
    const isOfFills = ofFills.some((one) => one.venue === venue);
    for (const row of own.filter(({ fee }) => sign === 'turned' || fee.isNegative())) {
      if (sign === 'turned' || said.get(row) === 'paid' || isOfFills) turned.add(row.fact.id);
      else if (sign !== 'as stored') unclear.add(row.fact.id);
    }
    if (sign === 'turned' && !isOfFills && own.some(({ isUsed }) => isUsed))
      signs.push({ venue, costs: charges.filter(({ isCost }) => isCost) });
  }
  return {
    signs,
    isUnclear: (id) => unclear.has(id),
    of({ id, venue }, fee) {
      if (unclear.has(id)) return unclearSign(`position.fees of ${id}`, amount(fee), venue);
      return known(amount(turned.has(id) ? fee.neg() : fee));
    },
  };
}

function chargeOf({ fact, fee }: RowFee, says: ReturnType<typeof storedSays>, currency: string): Charge {
  const { id, symbol, notional, contract, quantity, unsized, row } = fact;
  const exit = positiveOrNull(row.exit_price);
  const worth = unsized === null && exit !== null ? notional.plus(valueAt(contract, quantity, exit)) : ZERO;
  const isTooMuch = !worth.isZero() && fee.abs().greaterThan(mostRebate(worth));
  return {
    entity: 'position',
    id,
    symbol,
    at: row.closed_at,
    fee,
    currency,
    worth,
    isCost: says === 'paid' || (isTooMuch && says === null),
  };
}

/** Whether the stored result is that of fees that were paid, or received; null where it is neither. */
function storedSays({ fact, fee, before }: RowFee): 'paid' | 'received' | null {
  const stored = decimalOrNull(fact.row.realized_pnl);
  if (stored === null || before === null || fee.isZero()) return null;
  const isNear = (net: Money): boolean => net.minus(stored).abs().lessThanOrEqualTo(fee.abs().times(NEAR));
  if (isNear(before.minus(fee.abs()))) return 'paid';
  return isNear(before.plus(fee.abs())) ? 'received' : null;
}
