import { money, type Money } from '../../../audit/decimal.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { baseFeeOf } from './ledger.ts';
import { decimalOrNull, groupBy, positiveOrNull } from './row-values.ts';
import { canonicalSymbol, instrumentKey } from './symbols.ts';

/** A closed position of an instrument whose quantities are only taken for base units. */
interface Close {
  readonly row: PositionRow;
  readonly fills: readonly FillRow[];
  /** As if quantities were base units. */
  readonly gross: Money;
}

/** Factors this near to 1 are wrong results; beyond it, and alike in all closes, they are the size of a contract. */
const FACTOR = { least: 5, spread: 2 } as const;
/** Fees as a share of what they were paid for: no exchange takes more or, where it takes any, less. */
const FEE_SHARE = { least: 2e-6, most: 0.025 } as const;
const UNSAID = 'no instrument row says what a contract of it is';

/**
 * Instruments whose own rows contradict base units, with the reason: stored results that are off by one factor, fees that
 * no exchange takes of such a value, fees of entries and exits in the asset itself, in which only an inverse contract settles.
 */
export function contradictedUnits(closes: readonly Close[]): ReadonlyMap<string, Missing> {
  const found = new Map<string, Missing>();
  for (const [key, own] of groupBy(closes, ({ row }) => instrumentKey(row.exchange, row.symbol))) {
    const symbol = own[0]?.row.symbol ?? 'an instrument';
    const fills = own.flatMap((close) => close.fills);
    const why = ofResults(symbol, own) ?? ofFees(symbol, fills) ?? ofFeeAsset(symbol, fills);
    if (why !== null) found.set(key, missing('inadequate_basis', `${why}: ${UNSAID}`));
  }
  return found;
}

/** Whether two values of one result differ by so much that it is the size of a contract rather than a wrong result. */
export function isContractSize(factor: number): boolean {
  return factor >= FACTOR.least || (factor > 0 && factor <= 1 / FACTOR.least);
}

/** What the venue's fills, or else the bot's row, say that a position made; null where both say nothing or 0. */
export function storedResult(
  row: Pick<PositionRow, 'realized_pnl'>,
  fills: readonly Pick<FillRow, 'realized_pnl'>[],
): Money | null {
  const ofFills = fills.flatMap(({ realized_pnl: pnl }) => decimalOrNull(pnl) ?? []);
  const total = ofFills.reduce((sum, value) => sum.plus(value), money(0));
  const stored = total.isZero() ? decimalOrNull(row.realized_pnl) : total;
  return stored === null || stored.isZero() ? null : stored;
}

function ofResults(symbol: string, closes: readonly Close[]): string | null {
  const factors = closes.flatMap(factorOf);
  const [low, high] = [Math.min(...factors), Math.max(...factors)];
  if (factors.length === 0 || factors.length < closes.length || high > low * FACTOR.spread) return null;
  if (!factors.every(isContractSize)) return null;
  return `the stored results of ${symbol} are ${short(low)} times what its quantity gives as base units`;
}

function factorOf({ row, fills, gross }: Close): readonly number[] {
  const stored = gross.isZero() ? null : storedResult(row, fills);
  return stored === null || stored.isPositive() !== gross.isPositive() ? [] : [stored.div(gross).toNumber()];
}

function ofFees(symbol: string, fills: readonly FillRow[]): string | null {
  const shares = fills.flatMap(feeShare);
  const [low, high] = [Math.min(...shares), Math.max(...shares)];
  if (shares.length < 2 || (low <= FEE_SHARE.most && high >= FEE_SHARE.least)) return null;
  return `the fees of ${symbol} are ${short(100 * low)} % of what its quantity is worth as base units`;
}

/** Of a fill whose fee is in the currency of its price. */
function feeShare({ symbol, price, quantity, fee, fee_currency: currency }: FillRow): readonly number[] {
  const [at, size, paid] = [positiveOrNull(price), positiveOrNull(quantity), decimalOrNull(fee)];
  if (at === null || size === null || paid === null || paid.isZero() || symbol === null || currency === null)
    return [];
  if (!canonicalSymbol(symbol).endsWith(currency.toUpperCase())) return [];
  return [paid.abs().div(at.times(size)).toNumber()];
}

function ofFeeAsset(symbol: string, fills: readonly FillRow[]): string | null {
  const paid = fills.filter(({ fee }) => decimalOrNull(fee)?.isZero() === false);
  const sides = new Set(paid.map(({ side }) => side));
  if (!sides.has('long') || !sides.has('short') || paid.some((fill) => baseFeeOf(fill) === null)) return null;
  return `the fees of ${symbol} are in ${paid[0]?.fee_currency ?? 'its asset'} for entries and exits, as those of an inverse contract are`;
}

const short = (value: number): string => Number(value.toPrecision(3)).toString();
