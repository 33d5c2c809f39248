import { sum, ZERO, type Money } from '../../audit/decimal.ts';
import type { Window } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import { valueAt, type Contract } from '../shared/facts/instruments.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy } from '../shared/facts/row-values.ts';

/** What is held of one instrument on one side. */
interface Holding {
  readonly contract: Contract;
  readonly side: 'long' | 'short';
  positions: number;
  quantity: Money;
  /** Values the holding where there is no price. */
  atEntry: Money;
  price: Money | null;
  /** What it is counted with in the total. */
  counted: { value: Money; unpriced: number };
}

/** What happens to a holding. */
interface Event {
  readonly at: number;
  readonly holding: Holding;
  /** The total that it counts in. */
  readonly held: Held;
  readonly change: () => void;
}

/** More than any exchange quotes; sums of so many are exact, so that what was added is gone when it is taken away. */
const PLACES = 20;

export type Peaks = ReturnType<typeof noPeaks>;

/**
 * Peaks of gross and net notional and of gross / equity (catalogue P6), at each price point and each change of a quantity: of what each of `venues` holds, carried by
 * its equity, and of all with null. One sweep in n log n: each event changes the holding of its own instrument alone.
 */
export function notionalPeaks<V extends string | null>(
  positions: readonly PositionFact[],
  market: Market,
  venues: readonly V[],
  window: Window,
): ReadonlyMap<V, Peaks> {
  const [from, to] = [ms(window.from), ms(window.to)];
  const changes = positions.flatMap(({ steps }) => steps.map(({ at }) => at));
  const times = [...new Set([from, ...market.times, ...changes])].filter((at) => at >= from && at < to);
  const { moveTo, heldBy } = sweep(positions, market);
  const peaks = new Map(venues.map((venue) => [venue, noPeaks(from)]));
  for (const at of times.sort((a, b) => a - b)) {
    moveTo(at);
    for (const [venue, peak] of peaks) raise(peak, at, heldBy(venue), market.equityAt(venue, at));
  }
  return peaks;
}

/** The same of one exchange, or of all with null. */
export function peaksAt(
  positions: readonly PositionFact[],
  market: Market,
  venue: string | null,
  window: Window,
): Peaks {
  return notionalPeaks(positions, market, [venue], window).get(venue) ?? noPeaks(ms(window.from));
}

/** Net is long minus short without sign; not marked: entry prices stood in somewhere. */
function noPeaks(from: number) {
  return {
    gross: ZERO,
    grossAt: from,
    netAt: from,
    net: ZERO,
    leverage: null as Money | null,
    leverageAt: from,
    marked: true,
  };
}

function raise(peaks: Peaks, at: number, { long, short, unpriced }: Held, equity: Money | null): void {
  const gross = long.plus(short);
  if (gross.greaterThan(peaks.gross)) [peaks.gross, peaks.grossAt] = [gross, at];
  const net = long.minus(short).abs();
  if (net.greaterThan(peaks.net)) [peaks.net, peaks.netAt] = [net, at];
  const leverage = equity?.greaterThan(ZERO) === true ? gross.div(equity) : null;
  if (leverage !== null && (peaks.leverage === null || leverage.greaterThan(peaks.leverage)))
    [peaks.leverage, peaks.leverageAt] = [leverage, at];
  if (unpriced > 0) peaks.marked = false;
}

/** What is held, and how many holdings have no price. */
interface Held {
  long: Money;
  short: Money;
  unpriced: number;
}

/** What each exchange holds, and all together with null; times must be moved to in order. */
function sweep(positions: readonly PositionFact[], market: Market) {
  const holdings = groupBy(positions, ({ venue, symbol, side }) => JSON.stringify([venue, symbol, side]));
  const byVenue = new Map<string, Held>();
  const events = [...holdings.values()].flatMap((facts) => {
    const venue = facts[0]?.venue ?? '';
    const held = byVenue.get(venue) ?? { long: ZERO, short: ZERO, unpriced: 0 };
    byVenue.set(venue, held);
    return eventsOf(facts, market, held);
  });
  events.sort((a, b) => a.at - b.at);
  const recount = ({ holding, held }: Event): void => {
    const { side, counted } = holding;
    const worth = worthOf(holding);
    if (worth === NOTHING && counted === NOTHING) return;
    held[side] = held[side].plus(worth.value).minus(counted.value);
    held.unpriced += worth.unpriced - counted.unpriced;
    holding.counted = worth;
  };
  let next = 0;
  return {
    moveTo(time: number): void {
      for (let event = events[next]; event !== undefined && event.at <= time; event = events[(next += 1)]) {
        event.change();
        recount(event);
      }
    },
    heldBy: (venue: string | null): Held =>
      venue === null ? together([...byVenue.values()]) : (byVenue.get(venue) ?? together([])),
  };
}

function together(all: readonly Held[]): Held {
  return {
    long: sum(all.map(({ long }) => long)),
    short: sum(all.map(({ short }) => short)),
    unpriced: all.reduce((total, { unpriced }) => total + unpriced, 0),
  };
}

const NOTHING = { value: ZERO, unpriced: 0 };

/** Of nothing held no price matters, which are most of the prices there are. */
function worthOf({ positions, quantity, atEntry, price, contract }: Holding): Holding['counted'] {
  if (positions === 0) return NOTHING;
  return price === null
    ? { value: atEntry, unpriced: 1 }
    : { value: valued(contract, quantity, price), unpriced: 0 };
}

/** Prices and trades of one holding. */
function eventsOf(facts: readonly PositionFact[], market: Market, held: Held): readonly Event[] {
  const [first] = facts;
  if (first === undefined) return [];
  const side = first.side === 'short' ? 'short' : 'long';
  const { contract } = first;
  const holding: Holding = {
    contract,
    side,
    positions: 0,
    quantity: ZERO,
    atEntry: ZERO,
    price: null,
    counted: NOTHING,
  };
  const prices = market
    .priceSteps(first.venue, first.symbol)
    .map(({ at, price }) => ({ at, holding, held, change: () => void (holding.price = price) }));
  return [...prices, ...facts.flatMap((fact) => tradesOf(fact, holding, held))];
}

/** Opening, each step of the quantity, closing. */
function tradesOf(fact: PositionFact, holding: Holding, total: Held): readonly Event[] {
  const { steps, openedAt, entryPrice, contract } = fact;
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
      held: total,
      change() {
        holding.positions += Number(index === 0) - Number(at === closedAt);
        holding.quantity = holding.quantity.plus(quantity).minus(before);
        holding.atEntry = holding.atEntry
          .plus(valued(contract, quantity, entryPrice))
          .minus(valued(contract, before, entryPrice));
      },
    };
  });
}

function valued(contract: Contract, quantity: Money, price: Money): Money {
  return valueAt(contract, quantity, price).toDecimalPlaces(PLACES);
}
