import { money, sum, ZERO, type Money } from '../../../audit/decimal.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { BASE_UNITS, isDust, markOf, priceOf, type Contract } from './instruments.ts';
import { moveOf, positiveOrNull, sideOf, timeOrNull } from './row-values.ts';
import { canonicalSymbol } from './symbols.ts';

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
  /** Fees in the asset itself reduced what was held. */
  readonly inKind: boolean;
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
  /** Of the asset itself, beside what was dealt. */
  readonly fee: Money;
}

/** Of a position that ends so close to zero nothing is left: lots do not divide what a fee in the asset leaves. */
const LOT_REST = money('0.002');

type RowOfLedger = Partial<Pick<PositionRow, 'side' | 'status' | 'quantity'>>;

/** Whether a fill says when, which way, how much and at what price. */
export function isReadable(fill: FillRow): boolean {
  return timeOrNull(fill.at) !== null && sideOf(fill.side) !== 'unknown' && dealOf(fill) !== null;
}

/**
 * Ledger of one position from its fills in time order; null without an entry, or with a fill that cannot be read, since
 * nobody knows then what was held. Fees in the asset itself reduce what is
 * held where that, and not the quantities alone, brings the position to zero or to the quantity of its open row.
 */
export function ledgerOf(
  row: RowOfLedger,
  fills: readonly FillRow[],
  contract: Contract = BASE_UNITS,
): Ledger | null {
  const first = fills.find((fill) => sideOf(fill.side) !== 'unknown');
  const declared = sideOf(row.side ?? null);
  const side = declared === 'unknown' ? sideOf(first?.side ?? null) : declared;
  if (side === 'unknown') return null;
  const trades = fills.flatMap((fill): Trade[] => {
    const [at, deal] = [timeOrNull(fill.at), dealOf(fill)];
    if (at === null || deal === null || !isReadable(fill)) return [];
    return [{ fill, at, ...deal, adds: fill.side === side, fee: ZERO }];
  });
  if (trades.length < fills.length) return null;
  const opening = trades[0];
  if (opening?.adds !== true) return null;
  const about = { fills, openedAt: opening.at };
  const isOver = row.status === 'closed';
  const plain = { ...about, ...run(side, trades, contract), inKind: false };
  const withFees = trades.map((trade) => ({ ...trade, fee: baseFeeOf(trade.fill) ?? ZERO }));
  // A contract that is no unit of the asset is not what its fee is paid in.
  const isInKind = contract.kind !== 'inverse' && contract.size.equals(1);
  if (!isInKind || side === 'short' || plain.flatAt !== null || withFees.every(({ fee }) => fee.isZero()))
    return isOver && leavesDust(plain, contract) ? flat(plain) : plain;
  const net = { ...about, ...run(side, withFees, contract), inKind: true };
  const left = net.steps.at(-1)?.quantity ?? ZERO;
  const rest = net.peakQuantity.times(LOT_REST);
  if (isOver && net.reduced && (left.lessThanOrEqualTo(rest) || leavesDust(net, contract))) return flat(net);
  const said = positiveOrNull(row.quantity ?? null);
  const plainLeft = plain.steps.at(-1)?.quantity ?? ZERO;
  return said !== null && left.minus(said).abs().lessThan(plainLeft.minus(said).abs()) ? net : plain;
}

/** What its exits leave no order can close. */
function leavesDust({ steps, reduced, averageCost, inKind }: Ledger, contract: Contract): boolean {
  const left = steps.at(-1)?.quantity ?? ZERO;
  return reduced && isDust(contract, left, averageCost, contract.kind === 'spot' || inKind);
}

/** Over with its last fill, whatever it leaves. */
const flat = (ledger: Ledger): Ledger => ({
  ...ledger,
  flatAt: ledger.flatAt ?? ledger.steps.at(-1)?.at ?? null,
});

/** What a fill paid in the very asset that it traded, base units; null where its fee is in anything else. */
export function baseFeeOf({ symbol, fee, fee_currency: currency }: FillRow): Money | null {
  const paid = positiveOrNull(fee);
  if (paid === null || symbol === null || currency === null) return null;
  const name = canonicalSymbol(symbol);
  const asset = currency.toUpperCase();
  return name.length > asset.length && name.startsWith(asset) && !name.endsWith(asset) ? paid : null;
}

function run(side: 'long' | 'short', trades: readonly Trade[], contract: Contract) {
  let held = ZERO;
  let average = ZERO;
  let peak = ZERO;
  let excess = ZERO;
  let flatAt: number | null = null;
  const steps: LedgerStep[] = [];
  for (const { fill, at, price, quantity: dealt, adds, fee } of trades) {
    let gross = ZERO;
    // Averages are of marks, in which results are linear also where they are not in prices.
    const mark = markOf(contract, price);
    if (adds) {
      average = held.times(average).plus(dealt.times(mark)).div(held.plus(dealt));
      held = held.plus(dealt).minus(fee);
      if (held.greaterThan(peak)) peak = held;
      flatAt = null;
    } else {
      const quantity = dealt.plus(fee);
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
