import { amount, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import { allocateFunding } from '../shared/facts/allocate-funding.ts';
import { feesOf } from '../shared/facts/ledger.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { netOf } from '../shared/facts/position-money.ts';
import { decimalOrNull, moveOf, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import type { Input } from './input.ts';

interface Mark {
  readonly price: Money;
  readonly at: number | null;
  readonly basis: 'price' | 'position row';
}

/** A position that was open when the window ended. */
export type OpenPosition = ReturnType<typeof openPositions>[number];

/** The open positions with their unrealised net result at the window's end. */
export function openPositions(positions: readonly PositionFact[], input: Input) {
  const { rows, bot, shared } = input;
  const to = ms(input.window.to);
  const open = positions.filter(({ closedAt }) => closedAt === null);
  const funding = rows.funding.ok ? allocateFunding(open, rows.funding.rows) : null;
  return open.map((fact) => {
    const quantity = fact.steps.findLast(({ at }) => at < to)?.quantity ?? fact.quantity;
    const mark = markOf(fact, shared.market, to);
    const gross = grossOf(fact, quantity, mark);
    const fees =
      fact.ledger !== null
        ? feesOf(fact.ledger.fills, bot.quoteCurrency)
        : storedOr(fact.row.fees, missing('missing_column', 'position.fees'));
    const paid = funding?.get(fact.id) ?? storedOr(fact.row.funding, missing('missing_entity', 'funding'));
    const liquidation = positiveOrNull(fact.row.liquidation_price);
    return {
      fact,
      ageH: (to - fact.openedAt) / 3_600_000,
      quantity,
      notional: fact.entryPrice.times(quantity),
      mark,
      /** Result of the price alone. */
      gross,
      fees,
      /** Received positive. */
      funding: paid,
      /** gross - fees + funding, so far (catalogue AG2). */
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

/** What the bot's own row says. */
function storedOr(value: string | null, none: Missing): Value<string> {
  const stored = decimalOrNull(value);
  return stored === null ? none : known(amount(stored));
}
