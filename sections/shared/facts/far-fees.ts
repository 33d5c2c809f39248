import type { Money } from '../../../audit/decimal.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { rowsById } from './ids.ts';
import { decimalOrNull, groupBy, positiveOrNull } from './row-values.ts';
import { instrumentKey } from './symbols.ts';

/** A fee that is not believed, and what is usual for its instrument, both as a share of price and quantity. */
export interface FarFee {
  readonly fill: FillRow;
  readonly share: number;
  readonly usual: number;
}

interface Charged {
  readonly fill: FillRow;
  readonly fee: Money;
  readonly share: number;
}

/**
 * Fills whose fee is `times` the usual share of what they traded, and more than ten times the usual fee, by id: a digit too
 * many, or of another asset. A position's row that confirms the fee is a second word for it.
 */
export function farFees(
  fills: readonly FillRow[],
  positions: readonly PositionRow[],
  times: number,
): ReadonlyMap<string, FarFee> {
  const rowOf = rowsById(positions, ({ id }) => id);
  const isConfirmed = ({ fill, fee }: Charged): boolean => {
    const said = decimalOrNull(rowOf(fill.position_id)[0]?.fees ?? null);
    return said !== null && said.abs().times(2).greaterThanOrEqualTo(fee.abs());
  };
  const alike = groupBy(
    fills.flatMap(chargedOf),
    ({ fill }) => `${instrumentKey(fill.exchange, fill.symbol)} ${fill.fee_currency?.toUpperCase() ?? ''}`,
  );
  const far = [...alike.values()].flatMap((own) => {
    const [usual, usualFee] = [
      median(own.map(({ share }) => share)),
      median(own.map(({ fee }) => fee.abs().toNumber())),
    ];
    return own
      .filter((one) => one.share >= usual * times && one.fee.abs().greaterThan(usualFee * MORE_FEE))
      .filter((one) => !isConfirmed(one))
      .map(({ fill, share }): FarFee => ({ fill, share, usual }));
  });
  return new Map(far.map((one) => [one.fill.id, one]));
}

/** The least fee that an exchange charges is a large share of a small fill, and no large fee. */
const MORE_FEE = 10;

function chargedOf(fill: FillRow): readonly Charged[] {
  const [price, quantity] = [positiveOrNull(fill.price), positiveOrNull(fill.quantity)];
  const fee = decimalOrNull(fill.fee);
  if (price === null || quantity === null || fee === null || fee.isZero()) return [];
  return [{ fill, fee, share: fee.abs().div(price.times(quantity)).toNumber() }];
}

/** The lower one of two: with one other fill to compare with, that one is the usual. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
