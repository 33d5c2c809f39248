import { amount, money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, known, missing, type Value } from '../../audit/value.ts';
import { allocateFunding } from '../shared/facts/allocate-funding.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import { feesOf } from '../shared/facts/ledger.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { netOf } from '../shared/facts/position-money.ts';
import { decimalOrNull, moveOf, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import type { Input } from './input.ts';

export interface Mark {
  readonly price: Money;
  readonly at: number | null;
  readonly basis: 'price' | 'position row';
}

/** A position that was open when the window ended. */
export interface OpenPosition {
  readonly fact: PositionFact;
  readonly ageH: number;
  readonly quantity: Money;
  readonly notional: Money;
  readonly mark: Mark | null;
  /** Result of the price alone. */
  readonly gross: Value<string>;
  readonly fees: Value<string>;
  /** Received positive. */
  readonly funding: Value<string>;
  /** gross - fees + funding, so far (catalogue AG2). */
  readonly net: Value<string>;
  readonly liquidationPercent: number | null;
}

/** The open positions with their unrealised net result at the window's end. */
export function openPositions(positions: readonly PositionFact[], input: Input): readonly OpenPosition[] {
  const { rows, bot, shared } = input;
  const to = ms(input.window.to);
  const open = positions.filter(({ closedAt }) => closedAt === null);
  const fills = assignFills(
    open.map(({ row }) => row),
    rows.fills.ok ? rows.fills.rows : [],
  ).byPosition;
  const funding = rows.funding.ok ? allocateFunding(open, rows.funding.rows) : null;
  return open.map((fact): OpenPosition => {
    const quantity = fact.steps.findLast(({ at }) => at < to)?.quantity ?? fact.quantity;
    const mark = markOf(fact, shared.market, to);
    const gross = grossOf(fact, quantity, mark);
    const fees = feesSoFar(fact, fills.get(fact.id) ?? [], bot.quoteCurrency);
    const paid = funding?.get(fact.id) ?? fundingOfRow(fact);
    const liquidation = positiveOrNull(fact.row.liquidation_price);
    return {
      fact,
      ageH: (to - fact.openedAt) / 3_600_000,
      quantity,
      notional: fact.entryPrice.times(quantity),
      mark,
      gross,
      fees,
      funding: paid,
      net: netOf(gross, fees, paid),
      liquidationPercent:
        mark && liquidation
          ? liquidation.minus(mark.price).abs().div(mark.price).times(100).toNumber()
          : null,
    };
  });
}

/** The last price before the window's end, else the one that the bot keeps in its row when that is from the window. */
function markOf({ venue, symbol, row }: PositionFact, market: Market, to: number): Mark | null {
  const price = market.priceAt(venue, symbol, to);
  if (price !== null) {
    const point = market.pricesIn(venue, symbol, 0, to + 1).findLast(({ at }) => at <= to);
    return { price, at: point?.at ?? null, basis: 'price' };
  }
  const stored = positiveOrNull(row.current_price);
  const at = timeOrNull(row.current_price_at);
  const changed = at ?? timeOrNull(row.updated_at);
  return stored === null || (changed !== null && changed >= to)
    ? null
    : { price: stored, at, basis: 'position row' };
}

function grossOf({ side, entryPrice }: PositionFact, quantity: Money, mark: Mark | null): Value<string> {
  if (mark === null) return missing('no_data', 'no price of the symbol at the end of the window');
  if (side === 'unknown') return missing('inadequate_basis', 'the side of the position is not known');
  return known(amount(moveOf(side, entryPrice, mark.price).times(quantity)));
}

function feesSoFar(
  { openedBy, row }: PositionFact,
  fills: Parameters<typeof feesOf>[0],
  quote: string,
): Value<string> {
  if (openedBy === 'fills') return feesOf(fills, quote);
  const stored = decimalOrNull(row.fees);
  return stored === null ? missing('missing_column', 'position.fees') : known(amount(stored));
}

function fundingOfRow({ row }: PositionFact): Value<string> {
  const stored = decimalOrNull(row.funding);
  return stored === null ? missing('missing_entity', 'funding') : known(amount(stored));
}

/** Sum of known values; what is missing is left out, so the caller prints how many there were. */
export function sumKnown(values: readonly Value<string>[]): Money {
  return values.length === 0
    ? ZERO
    : sum(values.flatMap((value) => (isKnown(value) ? [money(value.value)] : [])));
}
