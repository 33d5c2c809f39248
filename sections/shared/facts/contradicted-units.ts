import { money, type Money } from '../../../audit/decimal.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { baseFeeOf, dealOf } from './ledger.ts';
import { decimalOrNull, groupBy } from './row-values.ts';
import { canonicalSymbol, instrumentKey, venueOf } from './symbols.ts';

/** A position of an instrument whose quantity is only taken for base units. */
export interface Assumed {
  readonly row: PositionRow;
  readonly fills: readonly FillRow[];
  /** As if quantities were base units; null while it is open, or where it is not known. */
  readonly gross: Money | null;
  /** What its row says was traded, as if quantities were base units. */
  readonly worth: Money;
}

/** Factors this near to 1 are wrong results; beyond it, and alike in all closes, they are the size of a contract. */
const FACTOR = { least: 5, spread: 2 } as const;

/** What exchanges take, as a share of what is traded, where they take anything: a decade below and above what is usual. */
const RATES = { least: 1e-5, most: 0.02 } as const;

/** Instruments whose stored results, or fees, cannot be those of base units, with the reason. */
export function contradictedUnits(positions: readonly Assumed[]): ReadonlyMap<string, Missing> {
  const found = new Map<string, Missing>();
  for (const [key, own] of groupBy(positions, ({ row }) => instrumentKey(row.exchange, row.symbol))) {
    const symbol = own[0]?.row.symbol ?? 'an instrument';
    const why = byResults(own) ?? byFees(own);
    if (why === null && !isUntold(own)) continue;
    const unsaid = 'no instrument row says what a contract of it is';
    const detail =
      why === null
        ? `${unsaid.replace('it', symbol)}, and neither a fee nor a stored result tells`
        : `${why(symbol)} as base units: ${unsaid}`;
    found.set(key, missing('inadequate_basis', detail));
  }
  return found;
}

/** Names of contracts, and exchanges that count their derivatives in contracts: base units are no more likely there. */
const IS_CONTRACT = /SWAP|PERP|FUTURE|[-_:]\d{6}/i;
const COUNTS_CONTRACTS = /^(okx|okex|gate|kucoin|mexc|htx|huobi|bitmex|deribit|coinex)/;

/** Nothing of an instrument that may be counted in contracts tells by its size what they are. */
function isUntold(own: readonly Assumed[]): boolean {
  const isCounted = own.some(
    ({ row: { exchange, symbol } }) =>
      COUNTS_CONTRACTS.test(venueOf(exchange)) || IS_CONTRACT.test(symbol ?? ''),
  );
  return isCounted && own.flatMap(factorOf).length === 0 && ratesIn(own).length === 0;
}

type Why = (symbol: string) => string;

function byResults(own: readonly Assumed[]): Why | null {
  const closes = own.filter(({ gross }) => gross !== null);
  const factors = closes.flatMap(factorOf);
  const [low, high] = [Math.min(...factors), Math.max(...factors)];
  const isFar = factors.every(isContractSize);
  if (factors.length === 0 || factors.length < closes.length || !isFar || high > low * FACTOR.spread)
    return null;
  const times = Number(low.toPrecision(3)).toString();
  return (symbol) => `the stored results of ${symbol} are ${times} times what its quantity gives`;
}

function factorOf({ row, fills, gross }: Assumed): readonly number[] {
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
function byFees(own: readonly Assumed[]): Why | null {
  const rates = ratesIn(own);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  if (rates.length === 0 || (high >= RATES.least && low <= RATES.most)) return null;
  const bps = Number((high * 10_000).toPrecision(3)).toString();
  return (symbol) => `the fees of ${symbol} are ${bps} bps of what its quantity is worth`;
}

const ratesIn = (own: readonly Assumed[]): readonly number[] =>
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
function ratesOfRow({ row, gross, worth }: Assumed): readonly number[] {
  const fees = decimalOrNull(row.fees);
  return gross === null || fees === null ? [] : rated(fees, worth);
}
