import { ZERO, type Money } from '../../audit/decimal.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import { decimalOrNull, positiveOrNull, sideOf, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow, FundingRow, PositionRow, TransferRow } from '../shared/queries/trading-rows.ts';

export type FlowKind = 'gross' | 'fee' | 'funding' | 'transfer';

/** A movement of a wallet: what it did to the account, cost negative. */
export interface Flow {
  readonly at: number;
  readonly venue: string;
  readonly currency: string;
  readonly kind: FlowKind;
  readonly amount: Money;
}

/** Every known movement of the wallets, fill by fill; partly closed and still open positions move them too. */
export function cashFlows(
  rows: {
    readonly positions: readonly PositionRow[];
    readonly fills: readonly FillRow[];
    readonly funding: readonly FundingRow[];
    readonly transfers: readonly TransferRow[];
  },
  quote: string,
): readonly Flow[] {
  const { byPosition, stray } = assignFills(rows.positions, rows.fills);
  const sides = new Map(rows.positions.map(({ id, side }) => [id, side]));
  return [
    ...[...byPosition].flatMap(([id, fills]) => realised(sides.get(id) ?? null, fills, quote)),
    ...stray.flatMap((fill) => ofStray(fill, quote)),
    ...rows.fills.flatMap((fill) => ofFee(fill, quote)),
    ...rows.funding.flatMap((row) => flow(row.at, row.exchange, quote, 'funding', decimalOrNull(row.amount))),
    ...rows.transfers.flatMap((row) =>
      flow(row.at, row.exchange, row.currency, 'transfer', decimalOrNull(row.amount)),
    ),
  ].sort((a, b) => a.at - b.at);
}

function flow(
  at: string | null,
  exchange: string | null,
  currency: string,
  kind: FlowKind,
  amount: Money | null,
): readonly Flow[] {
  const time = timeOrNull(at);
  if (time === null || amount === null || amount.isZero()) return [];
  return [{ at: time, venue: venueOf(exchange), currency: currency.toUpperCase(), kind, amount }];
}

function ofFee({ at, exchange, fee, fee_currency: currency }: FillRow, quote: string): readonly Flow[] {
  return flow(at, exchange, currency ?? quote, 'fee', decimalOrNull(fee)?.neg() ?? null);
}

/** Without a position there is no average cost; what the venue itself says of the fill is all there is. */
function ofStray({ at, exchange, realized_pnl: realized }: FillRow, quote: string): readonly Flow[] {
  return flow(at, exchange, quote, 'gross', decimalOrNull(realized));
}

/** Average cost inside one position; each reducing fill realises its share at its own time (catalogue 3.0). */
function realised(rowSide: string | null, fills: readonly FillRow[], quote: string): readonly Flow[] {
  const declared = sideOf(rowSide);
  const side = declared === 'unknown' ? sideOf(fills[0]?.side ?? null) : declared;
  let [held, average] = [ZERO, ZERO];
  return fills.flatMap((fill): readonly Flow[] => {
    const price = positiveOrNull(fill.price);
    const quantity = positiveOrNull(fill.quantity);
    if (!price || !quantity || sideOf(fill.side) === 'unknown') return [];
    if (fill.side === side) {
      average = held.times(average).plus(quantity.times(price)).div(held.plus(quantity));
      held = held.plus(quantity);
      return [];
    }
    const closed = quantity.greaterThan(held) ? held : quantity;
    held = held.minus(closed);
    const move = side === 'long' ? price.minus(average) : average.minus(price);
    return flow(fill.at, fill.exchange, quote, 'gross', closed.times(move));
  });
}
