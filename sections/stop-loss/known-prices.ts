import type { Money } from '../../audit/decimal.ts';
import type { Rows } from '../../audit/section.ts';
import type { Point } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectedPosition } from '../shared/facts/protection.ts';
import { groupBy, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { instrumentKey } from '../shared/facts/symbols.ts';
import type { FillRow, PriceRow } from '../shared/queries/trading-rows.ts';

/** What the market was at while a position was held. */
export interface KnownPrices {
  /** In order of time, from the entry on: price rows, fills of the instrument, the bot's last price, the exit. */
  of(position: ProtectedPosition): readonly Point[];
}

/** Price rows stand an hour apart, so every fill of the instrument counts as a price of its time as well. */
export function knownPrices(
  prices: Rows<PriceRow>,
  fills: Rows<FillRow>,
  positions: readonly ProtectedPosition[],
): KnownPrices {
  const triggers = new Map(positions.flatMap(({ stops }) => stops.map(({ id, trigger }) => [id, trigger])));
  // A stop fires at its trigger, and its fill may be far from it: the trigger is what the market passed.
  const dealt = (fills.ok ? fills.rows : []).map((fill) => ({
    exchange: fill.exchange,
    symbol: fill.symbol,
    at: timeOrNull(fill.at),
    value: triggers.get(fill.order_id ?? '') ?? positiveOrNull(fill.price),
  }));
  const quoted = (prices.ok ? prices.rows : []).map((row) => ({
    exchange: row.exchange,
    symbol: row.symbol,
    at: timeOrNull(row.at),
    value: positiveOrNull(row.price),
  }));
  const byInstrument = new Map(
    [...groupBy([...quoted, ...dealt], ({ exchange, symbol }) => instrumentKey(exchange, symbol))].map(
      ([key, rows]) => [key, inOrder(rows)],
    ),
  );
  const cache = new Map<ProtectedPosition, readonly Point[]>();
  const pointsOf = ({ fact, stops }: ProtectedPosition): readonly Point[] => {
    const { row } = fact;
    const byStop = stops.some(({ end }) => end === 'filled');
    return inOrder([
      { at: fact.openedAt, value: fact.entryPrice },
      ...[fact.venue, null].flatMap((venue) =>
        within(byInstrument.get(instrumentKey(venue, fact.symbol)) ?? [], fact.openedAt, fact.closedAt),
      ),
      { at: timeOrNull(row.current_price_at), value: positiveOrNull(row.current_price) },
      { at: fact.closedAt, value: byStop ? null : fact.exitPrice },
    ]);
  };
  return {
    of(position) {
      const points = cache.get(position) ?? pointsOf(position);
      cache.set(position, points);
      return points;
    },
  };
}

function inOrder(
  rows: readonly { readonly at: number | null; readonly value: Money | null }[],
): readonly Point[] {
  return rows
    .flatMap(({ at, value }): Point[] => (at === null || value === null ? [] : [{ at, value }]))
    .sort((a, b) => a.at - b.at);
}

/** Points from `from` to `to`, both included; found by halves, because a busy instrument has many. */
function within(points: readonly Point[], from: number, to: number | null): readonly Point[] {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points[middle]?.at ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < points.length && (points[end]?.at ?? 0) <= (to ?? Infinity)) end += 1;
  return points.slice(low, end);
}

/** Whether a stop at `trigger` would fire at once when the market is at `price`, or better by a share of it. */
export function passed(trigger: Money, price: Money, side: PositionFact['side'], share = 0): boolean {
  if (side === 'unknown') return false;
  return side === 'long'
    ? trigger.greaterThanOrEqualTo(price.times(1 + share))
    : trigger.lessThanOrEqualTo(price.times(1 - share));
}
