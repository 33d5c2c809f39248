import { money, type Money } from '../../../audit/decimal.ts';
import type { BotFacts } from '../../../audit/evidence.ts';
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

/** What exchanges take, as a share of what is traded: nobody takes less, nor more, of anyone, of a taker, or in derivatives. */
const RATES = { least: 1e-5, leastOfTakers: 1e-4, most: 0.02, mostOfContracts: 0.0025 } as const;

/** Instruments whose stored results, or fees, cannot be those of base units, with the reason. */
export function contradictedUnits(
  positions: readonly Assumed[],
  bot: Pick<BotFacts, 'accounts'>,
): ReadonlyMap<string, Missing> {
  const found = new Map<string, Missing>();
  for (const [key, own] of groupBy(positions, ({ row }) => instrumentKey(row.exchange, row.symbol))) {
    const symbol = own[0]?.row.symbol ?? 'an instrument';
    const why = byResults(own) ?? byFees(own, bot);
    if (why === null) continue;
    const detail = `${why(symbol)} as base units: no instrument row says what a contract of it is`;
    found.set(key, missing('inadequate_basis', detail));
  }
  return found;
}

type Why = (symbol: string) => string;

function byResults(own: readonly Assumed[]): Why | null {
  const closes = own.filter(({ gross }) => gross !== null);
  const factors = closes.flatMap(factorOf);
  const [low, high] = [Math.min(...factors), Math.max(...factors)];
  const isFar = factors.every((factor) => factor >= FACTOR.least || factor <= 1 / FACTOR.least);
  if (factors.length === 0 || factors.length < closes.length || !isFar || high > low * FACTOR.spread)
    return null;
  const times = Number(low.toPrecision(3)).toString();
  return (symbol) => `the stored results of ${symbol} are ${times} times what its quantity gives`;
}

function factorOf({ row, fills, gross }: Assumed): readonly number[] {
  if (gross === null || gross.isZero()) return [];
  const ofFills = fills.flatMap(({ realized_pnl: pnl }) => decimalOrNull(pnl) ?? []);
  const total = ofFills.reduce((sum, value) => sum.plus(value), money(0));
  const stored = total.isZero() ? decimalOrNull(row.realized_pnl) : total;
  if (stored === null || stored.isZero() || stored.isPositive() !== gross.isPositive()) return [];
  return [stored.div(gross).toNumber()];
}

/** Fees are a share of what was traded, and are paid whether or not a result is stored. */
function byFees(own: readonly Assumed[], { accounts }: Pick<BotFacts, 'accounts'>): Why | null {
  const found = own.flatMap((one) => (one.fills.length === 0 ? ratesOfRow(one) : one.fills.flatMap(ratesOf)));
  if (found.length === 0) return null;
  const rates = found.map(({ rate }) => rate);
  const ofTakers = found.filter(({ isTaker }) => isTaker).map(({ rate }) => rate);
  const type = accounts?.[venueOf(own[0]?.row.exchange ?? null)]?.type;
  const most = type === undefined ? RATES.most : RATES.mostOfContracts;
  const isTooLittle =
    Math.max(...rates) < RATES.least || (ofTakers.length > 0 && Math.max(...ofTakers) < RATES.leastOfTakers);
  if (!isTooLittle && Math.min(...rates) <= most) return null;
  const bps = Number((Math.max(...rates) * 10_000).toPrecision(3)).toString();
  return (symbol) => `the fees of ${symbol} are ${bps} bps of what its quantity is worth`;
}

interface Rate {
  readonly rate: number;
  readonly isTaker: boolean;
}

const rated = (fee: Money, worth: Money, isTaker: boolean): readonly Rate[] =>
  fee.isZero() || worth.isZero() ? [] : [{ rate: fee.abs().div(worth).toNumber(), isTaker }];

/** A fee in the currency of the price, or in the asset itself; another says nothing without a price of it. */
function ratesOf(fill: FillRow): readonly Rate[] {
  const [deal, fee] = [dealOf(fill), decimalOrNull(fill.fee)];
  if (deal === null || fee === null) return [];
  const isTaker = fill.is_maker === false;
  if (baseFeeOf(fill) !== null) return rated(fee, deal.quantity, isTaker);
  const currency = fill.fee_currency?.toUpperCase() ?? '';
  const isQuote = currency !== '' && canonicalSymbol(fill.symbol ?? '').indexOf(currency) > 0;
  return isQuote ? rated(fee, deal.price.times(deal.quantity), isTaker) : [];
}

/** Without fills, by the row of one that is closed: its fees are those of all that it traded, whoever took it. */
function ratesOfRow({ row, gross, worth }: Assumed): readonly Rate[] {
  const fees = decimalOrNull(row.fees);
  return gross === null || fees === null ? [] : rated(fees, worth, false);
}
