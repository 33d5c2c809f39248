import type { Money } from '../../../audit/decimal.ts';
import { ms } from '../../../audit/time.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import { decimalOrNull, GRACE_MS, groupBy, timeOrNull } from '../../shared/facts/row-values.ts';
import { canonicalSymbol, venueOf } from '../../shared/facts/symbols.ts';
import type { VenueState } from '../../shared/facts/venue-states.ts';
import type { ExchangeFill } from '../../shared/queries/exchange.ts';
import type { FillRow } from '../../shared/queries/trading-rows.ts';
import { rowsOf } from '../../shared/vocabulary/unseen.ts';
import type { Input } from '../input.ts';
import { capitalised } from '../../shared/vocabulary/words.ts';

/** A fill of the window that only one side has (catalogue DI5). */
export interface FillOrphan {
  readonly kind: 'not-stored' | 'not-there';
  readonly venue: string;
  readonly symbol: string;
  readonly id: string;
  readonly quantity: Money | null;
  readonly price: Money | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Fills of one exchange that only one side has. A list of the exchange reaches from its first fill of an instrument to its
 * last: of what lies outside of that it says nothing.
 */
export function fillOrphans(venue: string, state: VenueState, input: Input): readonly FillOrphan[] | Missing {
  const { fills } = input.rows;
  if (state.fills === null) return missing('no_data', `${capitalised(venue)} was not asked for its fills`);
  if (!fills.ok) return fills;
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  const orders = new Map(rowsOf(input.rows.orders).map((row) => [row.id, row.exchange_order_id]));
  const own = groupBy(
    fills.rows.filter((row) => venueOf(row.exchange) === venue && timeOrNull(row.at) !== null),
    ({ symbol }) => canonicalSymbol(symbol ?? ''),
  );
  return [...groupBy(state.fills, ({ symbol }) => canonicalSymbol(symbol))].flatMap(([key, there]) => {
    const times = there.map(({ at }) => ms(at));
    const [first, last] = [Math.max(from, Math.min(...times)), Math.min(to, Math.max(...times) + 1)];
    const isInside = (at: number, margin: number): boolean => at >= first + margin && at < last - margin;
    const here = own.get(key) ?? [];
    const paired = pairsOf(here, there, orders);
    return [
      ...there
        .filter((fill) => !paired.there.has(fill) && ms(fill.at) >= from && ms(fill.at) < to - GRACE_MS)
        .map((fill): FillOrphan => ({
          kind: 'not-stored',
          venue,
          symbol: fill.symbol,
          id: fill.id,
          quantity: decimalOrNull(fill.contracts),
          price: decimalOrNull(fill.price),
          at: ms(fill.at),
        })),
      ...here
        .filter((row) => !paired.here.has(row) && isInside(timeOrNull(row.at) ?? 0, GRACE_MS))
        .map((row): FillOrphan => ({
          kind: 'not-there',
          venue,
          symbol: row.symbol ?? 'unknown',
          id: row.id,
          quantity: decimalOrNull(row.quantity),
          price: decimalOrNull(row.price),
          at: timeOrNull(row.at) ?? 0,
        })),
    ];
  });
}

/** By id; then by side, price and order or time, since a bot may number its fills itself. Quantities may be in contracts. */
function pairsOf(
  here: readonly FillRow[],
  there: readonly ExchangeFill[],
  orders: ReadonlyMap<string, string | null>,
) {
  const pairs = { here: new Set<FillRow>(), there: new Set<ExchangeFill>() };
  const isAlike = (row: FillRow, fill: ExchangeFill): boolean => {
    const isPrice = decimalOrNull(row.price)?.equals(decimalOrNull(fill.price) ?? -1) === true;
    const order = row.order_id === null ? null : (orders.get(row.order_id) ?? row.order_id);
    const isOrder = order !== null && order === fill.order_id;
    const isTime = Math.abs((timeOrNull(row.at) ?? 0) - ms(fill.at)) <= GRACE_MS;
    return isPrice && row.side === fill.side && (isOrder || isTime);
  };
  const byId = new Map(there.map((fill) => [fill.id, fill]));
  for (const row of here) {
    const fill = byId.get(row.id);
    if (fill === undefined || pairs.there.has(fill)) continue;
    pairs.here.add(row);
    pairs.there.add(fill);
  }
  for (const row of here) {
    if (pairs.here.has(row)) continue;
    const fill = there.find((one) => !pairs.there.has(one) && isAlike(row, one));
    if (fill === undefined) continue;
    pairs.here.add(row);
    pairs.there.add(fill);
  }
  return pairs;
}
