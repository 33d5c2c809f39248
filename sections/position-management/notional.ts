import { ZERO, type Money } from '../../audit/decimal.ts';
import type { Window } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy } from '../shared/facts/row-values.ts';

/** What is held of one instrument on one side. */
interface Holding {
  readonly side: 'long' | 'short';
  positions: number;
  quantity: Money;
  /** Values the holding where there is no price. */
  atEntry: Money;
  price: Money | null;
}

/** What happens to a holding. */
interface Event {
  readonly at: number;
  readonly holding: Holding;
  readonly change: () => void;
}

/** More than any exchange quotes; sums of so many are exact, so that what was added is gone when it is taken away. */
const PLACES = 20;

/**
 * Peaks of gross and net notional and of gross / equity (catalogue P6), at each price point and each change of a quantity; `venue` says whose equity carries it, that
 * of all with null. A sweep in n log n: each event changes the holding of its own instrument alone.
 */
export function notionalPeaks(
  positions: readonly PositionFact[],
  market: Market,
  venue: string | null,
  window: Window,
) {
  const [from, to] = [ms(window.from), ms(window.to)];
  const changes = positions.flatMap(({ steps }) => steps.map(({ at }) => at));
  const times = [...new Set([from, ...market.times, ...changes])].filter((at) => at >= from && at < to);
  const totalAt = sweep(positions, market);
  // Net is long minus short without sign; not marked: entry prices stood in somewhere.
  const peaks = { gross: ZERO, net: ZERO, leverage: null as Money | null, marked: true };
  for (const at of times.sort((a, b) => a - b)) {
    const { long, short, unpriced } = totalAt(at);
    const gross = long.plus(short);
    const equity = market.equityAt(venue, at);
    peaks.gross = larger(peaks.gross, gross);
    peaks.net = larger(peaks.net, long.minus(short).abs());
    if (equity?.greaterThan(ZERO) === true) peaks.leverage = larger(peaks.leverage, gross.div(equity));
    if (unpriced > 0) peaks.marked = false;
  }
  return peaks;
}

/** What is held at a time, and how many holdings have no price; times must be asked for in order. */
function sweep(positions: readonly PositionFact[], market: Market) {
  const holdings = groupBy(positions, ({ venue, symbol, side }) => JSON.stringify([venue, symbol, side]));
  const events = [...holdings.values()].flatMap((facts) => eventsOf(facts, market));
  events.sort((a, b) => a.at - b.at);
  const total = { long: ZERO, short: ZERO, unpriced: 0 };
  const count = (holding: Holding, sign: 1 | -1): void => {
    const { side, positions: held, quantity, atEntry, price } = holding;
    total[side] = total[side].plus((price === null ? atEntry : valued(quantity, price)).times(sign));
    if (price === null && held > 0) total.unpriced += sign;
  };
  let next = 0;
  return (time: number) => {
    for (let event = events[next]; event !== undefined && event.at <= time; event = events[(next += 1)]) {
      count(event.holding, -1);
      event.change();
      count(event.holding, 1);
    }
    return total;
  };
}

/** Prices and trades of one holding. */
function eventsOf(facts: readonly PositionFact[], market: Market): readonly Event[] {
  const [first] = facts;
  if (first === undefined) return [];
  const side = first.side === 'short' ? 'short' : 'long';
  const holding: Holding = { side, positions: 0, quantity: ZERO, atEntry: ZERO, price: null };
  const prices = market
    .priceSteps(first.venue, first.symbol)
    .map(({ at, price }) => ({ at, holding, change: () => void (holding.price = price) }));
  return [...prices, ...facts.flatMap((fact) => tradesOf(fact, holding))];
}

/** Opening, each step of the quantity, closing. */
function tradesOf(fact: PositionFact, holding: Holding): readonly Event[] {
  const { steps, openedAt, entryPrice } = fact;
  const closedAt = fact.closedAt ?? Infinity;
  if (closedAt <= openedAt) return [];
  const first = (steps.findLast(({ at }) => at <= openedAt) ?? steps[0])?.quantity ?? fact.quantity;
  const held = [
    { at: openedAt, quantity: first },
    ...steps.filter(({ at }) => at > openedAt && at < closedAt),
    { at: closedAt, quantity: ZERO },
  ];
  return held.map(({ at, quantity }, index) => {
    const before = held[index - 1]?.quantity ?? ZERO;
    return {
      at,
      holding,
      change() {
        holding.positions += Number(index === 0) - Number(at === closedAt);
        holding.quantity = holding.quantity.plus(quantity).minus(before);
        holding.atEntry = holding.atEntry
          .plus(valued(quantity, entryPrice))
          .minus(valued(before, entryPrice));
      },
    };
  });
}

function valued(quantity: Money, price: Money): Money {
  return quantity.times(price).toDecimalPlaces(PLACES);
}

function larger(a: Money | null, b: Money): Money {
  return a === null || b.greaterThan(a) ? b : a;
}
