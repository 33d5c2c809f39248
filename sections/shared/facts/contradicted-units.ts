import { money, type Money } from '../../../audit/decimal.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { baseFeeOf, dealOf } from './ledger.ts';
import { decimalOrNull, groupBy } from './row-values.ts';
import { canonicalSymbol, instrumentKey, venueOf } from './symbols.ts';

/** A position of a derivative, with what its quantity gives: as if it were base units where no row says a size. */
export interface Measured {
  readonly row: PositionRow;
  readonly fills: readonly FillRow[];
  /** Null while it is open, or where it is not known. */
  readonly gross: Money | null;
  /** What its row says was traded. */
  readonly worth: Money;
  /** The size that an instrument row says; null where quantities are only taken for base units. */
  readonly size: Money | null;
}

/** Factors this near to 1 are wrong results; beyond it, and alike in all closes, they are the size of a contract. */
const FACTOR = { least: 5, spread: 2 } as const;

/** What exchanges take, as a share of what is traded, where they take anything: a decade below and above what is usual. */
const RATES = { least: 1e-5, most: 0.02 } as const;

/** Instruments whose stored results, or fees, cannot be those of the size that is said or assumed, with the reason. */
export function contradictedUnits(positions: readonly Measured[]): ReadonlyMap<string, Missing> {
  const found = new Map<string, Missing>();
  for (const [key, own] of groupBy(positions, ({ row }) => instrumentKey(row.exchange, row.symbol))) {
    const symbol = own[0]?.row.symbol ?? 'an instrument';
    const size = own[0]?.size ?? null;
    const detail = size === null ? againstBaseUnits(symbol, own) : againstSize(symbol, own, size);
    if (detail !== null) found.set(key, missing('inadequate_basis', detail));
  }
  return found;
}

function againstBaseUnits(symbol: string, own: readonly Measured[]): string | null {
  const unsaid = 'no instrument row says what a contract of it is';
  const why = byResults(own) ?? byFees(own);
  if (why !== null) return `${why(symbol)} as base units: ${unsaid}`;
  return isUntold(own)
    ? `${unsaid.replace('it', symbol)}, and neither a fee nor a stored result tells`
    : null;
}

/**
 * A size that is said stands against one wrong result. Where the fills and the bot's rows each store results, and all of
 * them are the same multiple of what the size gives, two words stand against one, and nobody knows which is right.
 */
function againstSize(symbol: string, own: readonly Measured[], size: Money): string | null {
  const ofRows = own.map((one) => ({ ...one, fills: [] }));
  const ofFills = own.map((one) => ({ ...one, row: { ...one.row, realized_pnl: null } }));
  const [byRows, byFills] = [commonFactor(ofRows), commonFactor(ofFills)];
  if (byRows === null || byFills === null) return null;
  const spread = Math.max(byRows, byFills) / Math.min(byRows, byFills);
  if (spread > FACTOR.spread) return null;
  return `the results that fills and rows of ${symbol} store are ${factorText(byFills)} times what its quantity gives with the contract size ${size.toFixed()} of its instrument row`;
}

/** Names of contracts, and exchanges that count their derivatives in contracts: base units are no more likely there. */
const IS_CONTRACT = /SWAP|PERP|FUTURE|[-_:]\d{6}/i;
const COUNTS_CONTRACTS = /^(okx|okex|gate|kucoin|mexc|htx|huobi|bitmex|deribit|coinex)/;

/** Nothing of an instrument that may be counted in contracts tells by its size what they are. */
function isUntold(own: readonly Measured[]): boolean {
  const isCounted = own.some(
    ({ row: { exchange, symbol } }) =>
      COUNTS_CONTRACTS.test(venueOf(exchange)) || IS_CONTRACT.test(symbol ?? ''),
  );
  return isCounted && own.flatMap(factorOf).length === 0 && ratesIn(own).length === 0;
}

type Why = (symbol: string) => string;

function byResults(own: readonly Measured[]): Why | null {
  const factor = commonFactor(own);
  return factor === null
    ? null
    : (symbol) => `the stored results of ${symbol} are ${factorText(factor)} times what its quantity gives`;
}

/** By what all closes differ alike from what their quantities give, when it is the size of a contract. */
function commonFactor(own: readonly Measured[]): number | null {
  const closes = own.filter(({ gross }) => gross !== null);
  const factors = closes.flatMap(factorOf);
  const [low, high] = [Math.min(...factors), Math.max(...factors)];
  const isFar = factors.every(isContractSize);
  return factors.length === 0 || factors.length < closes.length || !isFar || high > low * FACTOR.spread
    ? null
    : low;
}

const factorText = (factor: number): string => Number(factor.toPrecision(3)).toString();

function factorOf({ row, fills, gross }: Measured): readonly number[] {
  const stored = gross === null || gross.isZero() ? null : storedResult(row, fills);
  if (gross === null || stored === null || stored.isPositive() !== gross.isPositive()) return [];
  return [stored.div(gross).toNumber()];
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

/** Fees are a share of what was traded, and are paid whether or not a result is stored. */
function byFees(own: readonly Measured[]): Why | null {
  const rates = ratesIn(own);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  if (rates.length === 0 || (high >= RATES.least && low <= RATES.most)) return null;
  const bps = Number((high * 10_000).toPrecision(3)).toString();
  return (symbol) => `the fees of ${symbol} are ${bps} bps of what its quantity is worth`;
}

const ratesIn = (own: readonly Measured[]): readonly number[] =>
  own.flatMap((one) => (one.fills.length === 0 ? ratesOfRow(one) : one.fills.flatMap(ratesOf)));

const rated = (fee: Money, worth: Money): readonly number[] =>
  fee.isZero() || worth.isZero() ? [] : [fee.abs().div(worth).toNumber()];

/** A fee in the currency of the price, or in the asset itself; another says nothing without a price of it. */
function ratesOf(fill: FillRow): readonly number[] {
  const [deal, fee] = [dealOf(fill), decimalOrNull(fill.fee)];
  if (deal === null || fee === null) return [];
  if (baseFeeOf(fill) !== null) return rated(fee, deal.quantity);
  const currency = fill.fee_currency?.toUpperCase() ?? '';
  const isQuote = currency !== '' && canonicalSymbol(fill.symbol ?? '').indexOf(currency) > 0;
  return isQuote ? rated(fee, deal.price.times(deal.quantity)) : [];
}

/** Without fills, by the row of one that is closed: its fees are those of all that it traded, whoever took it. */
function ratesOfRow({ row, gross, worth }: Measured): readonly number[] {
  const fees = decimalOrNull(row.fees);
  return gross === null || fees === null ? [] : rated(fees, worth);
}
