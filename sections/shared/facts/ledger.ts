import { amount, money, sum, ZERO, type Money } from '../../../audit/decimal.ts';
import { known, missing, type Value } from '../../../audit/value.ts';
import type { FillRow } from '../queries/trading-rows.ts';
import { BASE_UNITS, markOf, priceOf, type Contract } from './instruments.ts';
import { decimalOrNull, moveOf, positiveOrNull, sideOf, timeOrNull } from './row-values.ts';

/** The quantity held from `at` on, base units. */
export interface QuantityStep {
  readonly at: number;
  readonly quantity: Money;
}

/** What one fill did to the position. */
export interface LedgerStep extends QuantityStep {
  readonly fill: FillRow;
  /** What it realised; 0 of one that adds. */
  readonly gross: Money;
}

/** What the fills of one position say, by average cost. */
export interface Ledger {
  readonly side: 'long' | 'short';
  /** All of them, those without a usable price or quantity too. */
  readonly fills: readonly FillRow[];
  readonly openedAt: number;
  /** Time of the fill that brought the position to zero; null when they do not. */
  readonly flatAt: number | null;
  /** Whether any fill reduced the position. */
  readonly reduced: boolean;
  readonly peakQuantity: Money;
  /** All entries together, more than the peak when some were reduced before others were added. */
  readonly entered: Money;
  readonly entryPrice: Money;
  /** Average cost of what is held, or was held last. */
  readonly averageCost: Money;
  readonly exitPrice: Money | null;
  /** What exits took beyond what was held. */
  readonly excess: Money;
  readonly gross: Money;
  readonly steps: readonly LedgerStep[];
}

/** Relative remainder that still counts as zero: what decimals of a venue leave behind. */
const DUST = money('1e-9');

interface Deal {
  readonly price: Money;
  readonly quantity: Money;
}

interface Trade extends Deal {
  readonly fill: FillRow;
  readonly at: number;
  readonly adds: boolean;
}

/** Ledger of one position from its fills in time order; null without a usable entry. */
export function ledgerOf(
  rowSide: string | null,
  fills: readonly FillRow[],
  contract: Contract = BASE_UNITS,
): Ledger | null {
  const first = fills.find((fill) => sideOf(fill.side) !== 'unknown');
  const declared = sideOf(rowSide);
  const side = declared === 'unknown' ? sideOf(first?.side ?? null) : declared;
  if (side === 'unknown') return null;
  const trades = fills.flatMap((fill): Trade[] => {
    const at = timeOrNull(fill.at);
    const deal = dealOf(fill);
    if (at === null || deal === null || sideOf(fill.side) === 'unknown') return [];
    return [{ fill, at, ...deal, adds: fill.side === side }];
  });
  const opening = trades[0];
  return opening?.adds === true ? { fills, openedAt: opening.at, ...run(side, trades, contract) } : null;
}

function run(side: 'long' | 'short', trades: readonly Trade[], contract: Contract) {
  let held = ZERO;
  let average = ZERO;
  let peak = ZERO;
  let excess = ZERO;
  let flatAt: number | null = null;
  const steps: LedgerStep[] = [];
  for (const { fill, at, price, quantity, adds } of trades) {
    let gross = ZERO;
    // Averages are of marks, in which results are linear also where they are not in prices.
    const mark = markOf(contract, price);
    if (adds) {
      average = held.times(average).plus(quantity.times(mark)).div(held.plus(quantity));
      held = held.plus(quantity);
      if (held.greaterThan(peak)) peak = held;
      flatAt = null;
    } else {
      const closed = quantity.greaterThan(held) ? held : quantity;
      gross = closed.times(moveOf(side, average, mark));
      excess = excess.plus(quantity.minus(closed));
      held = held.minus(closed);
      if (held.lessThanOrEqualTo(peak.times(DUST))) {
        held = ZERO;
        flatAt = at;
      }
    }
    steps.push({ fill, at, quantity: held, gross });
  }
  const exits = trades.filter(({ adds }) => !adds);
  return {
    side,
    flatAt,
    reduced: exits.length > 0,
    peakQuantity: peak,
    entered: sum(trades.filter(({ adds }) => adds).map(({ quantity }) => quantity)),
    entryPrice:
      meanPrice(
        trades.filter(({ adds }) => adds),
        contract,
      ) ?? priceOf(contract, average),
    averageCost: priceOf(contract, average),
    exitPrice: meanPrice(exits, contract),
    excess,
    gross: sum(steps.map((step) => step.gross)),
    steps,
  };
}

/** What was dealt, where the fill says it. */
export function dealOf(fill: FillRow): Deal | null {
  const price = positiveOrNull(fill.price);
  const quantity = positiveOrNull(fill.quantity);
  return price === null || quantity === null ? null : { price, quantity };
}

/** Volume-weighted, always (catalogue 1.10, mistake 13); null without a quantity. */
export function meanPrice(trades: readonly Deal[], contract: Contract = BASE_UNITS): Money | null {
  const volume = sum(trades.map(({ quantity }) => quantity));
  if (volume.isZero()) return null;
  const marks = trades.map(({ price, quantity }) => markOf(contract, price).times(quantity));
  return priceOf(contract, sum(marks).div(volume));
}

/** Commissions of a position, cost positive; a fee in another currency is never taken for quote. */
export function feesOf(fills: readonly FillRow[], quoteCurrency: string): Value<string> {
  let total = ZERO;
  for (const { id, fee, fee_currency: currency } of fills) {
    const value = decimalOrNull(fee);
    if (value === null) return missing('inadequate_basis', `fill ${id} has no fee`);
    const foreign = currency !== null && currency.toUpperCase() !== quoteCurrency.toUpperCase();
    if (foreign && !value.isZero()) {
      return missing('inadequate_basis', `fill ${id} has its fee in ${currency}, which is not converted`);
    }
    total = total.plus(value);
  }
  return known(amount(total));
}
