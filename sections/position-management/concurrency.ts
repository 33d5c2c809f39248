import { valueAt, type Contract } from '../shared/facts/instruments.ts';
import { sum, ZERO, type Money } from '../../audit/decimal.ts';
import type { Window } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import type { Limit } from '../shared/facts/limits.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { exposureOf, notionalMinutes } from '../shared/vocabulary/exposure-modifier.ts';
import type { Input } from './input.ts';

type Concurrency = ReturnType<typeof concurrencyOf>;

/**
 * How many positions were open over the window: the most and when first, the time-weighted mean, the share of time with
 * any in percent, and the count after each change. A sweep over `[open, close)`: at one instant closes come before opens, so a
 * replaced position is not two (P4, P5).
 */
export function concurrencyOf(
  positions: readonly Pick<PositionFact, 'openedAt' | 'closedAt'>[],
  window: Window,
) {
  const [from, to] = [ms(window.from), ms(window.to)];
  const changes = positions.flatMap(({ openedAt, closedAt }) => {
    const opened = Math.max(openedAt, from);
    if (opened >= to || (closedAt !== null && (closedAt <= from || closedAt <= openedAt))) return [];
    const closing = closedAt !== null && closedAt < to ? [{ at: closedAt, by: -1 }] : [];
    return [{ at: opened, by: 1 }, ...closing];
  });
  let last = { at: from, count: 0 };
  const steps = [last];
  for (const { at, by } of changes.sort((a, b) => a.at - b.at)) {
    if (at > last.at) steps.push((last = { at, count: last.count }));
    last.count += by;
  }
  let [max, maxAt, area, exposed] = [0, from, 0, 0];
  steps.forEach((step, index) => {
    const until = steps[index + 1]?.at ?? to;
    area += step.count * (until - step.at);
    if (step.count > 0) exposed += until - step.at;
    if (step.count > max) [max, maxAt] = [step.count, step.at];
  });
  return { max, maxAt, average: area / (to - from), exposedPct: (100 * exposed) / (to - from), steps };
}

/** The count at the end of each minute (or longer step) of the window, for a chart of at most 480 points. */
export function countsByStep({ steps }: Concurrency, window: Window) {
  const [from, to] = [ms(window.from), ms(window.to)];
  const widthMs = Math.max(60_000, Math.ceil((to - from) / 480));
  const points: { at: number; count: number }[] = [];
  let index = 0;
  for (let at = from; at <= to; at += widthMs) {
    while (index + 1 < steps.length && (steps[index + 1]?.at ?? Infinity) <= at) index += 1;
    points.push({ at, count: steps[index]?.count ?? 0 });
  }
  return points;
}

/** Time with more open positions than the limit, and what was opened in it (PM-01); none above a limit that is not set. */
export function aboveLimit(
  positions: readonly PositionFact[],
  { steps, maxAt }: Concurrency,
  limit: Limit | null,
  { shared, window, settings }: Input,
) {
  const end = ms(window.to);
  const spells = spellsAbove(steps, limit?.value.toNumber() ?? Infinity, end);
  const first = spells[0]?.from ?? maxAt;
  const opened = positions.filter(({ openedAt }) =>
    spells.some(({ from, to }) => openedAt >= from && openedAt < to),
  );
  const minutes = opened.flatMap(({ notional, openedAt, closedAt }) =>
    spells.map(({ from, to }) =>
      notionalMinutes(notional, Math.max(0, Math.min(to, closedAt ?? end) - Math.max(from, openedAt))),
    ),
  );
  const entries = positions.filter(
    ({ openedAt }) => openedAt >= first - settings.entryRaceMs && openedAt <= maxAt,
  );
  /** Two entries on the way to the maximum came together. */
  const raced = entries.some(
    ({ openedAt }, index) => openedAt - (entries[index - 1]?.openedAt ?? -Infinity) <= settings.entryRaceMs,
  );
  // E of what was opened above the limit, for as long as it was exceeded.
  return { spells, opened, raced, exposure: exposureOf(sum(minutes), shared.market.equityAt(null, first)) };
}

function spellsAbove(steps: Concurrency['steps'], limit: number, end: number) {
  const spells: { from: number; to: number }[] = [];
  steps.forEach(({ at, count }, index) => {
    if (count <= limit) return;
    const to = steps[index + 1]?.at ?? end;
    const last = spells.at(-1);
    if (last?.to === at) last.to = to;
    else spells.push({ from: at, to });
  });
  return spells;
}

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
  const peaks = {
    gross: ZERO,
    grossAt: from,
    netAt: from,
    net: ZERO,
    leverage: null as Money | null,
    leverageAt: from,
    marked: true,
  };
  for (const at of times.sort((a, b) => a - b)) {
    const { long, short, unpriced } = totalAt(at);
    const gross = long.plus(short);
    const equity = market.equityAt(venue, at);
    if (gross.greaterThan(peaks.gross)) [peaks.gross, peaks.grossAt] = [gross, at];
    const net = long.minus(short).abs();
    if (net.greaterThan(peaks.net)) [peaks.net, peaks.netAt] = [net, at];
    const leverage = equity?.greaterThan(ZERO) === true ? gross.div(equity) : null;
    if (leverage !== null && (peaks.leverage === null || leverage.greaterThan(peaks.leverage)))
      [peaks.leverage, peaks.leverageAt] = [leverage, at];
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
  const recount = (holding: Holding): void => {
    const { side, counted } = holding;
    const worth = worthOf(holding);
    if (worth === NOTHING && counted === NOTHING) return;
    total[side] = total[side].plus(worth.value).minus(counted.value);
    total.unpriced += worth.unpriced - counted.unpriced;
    holding.counted = worth;
  };
  let next = 0;
  return (time: number) => {
    for (let event = events[next]; event !== undefined && event.at <= time; event = events[(next += 1)]) {
      event.change();
      recount(event.holding);
    }
    return total;
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
function eventsOf(facts: readonly PositionFact[], market: Market): readonly Event[] {
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
    .map(({ at, price }) => ({ at, holding, change: () => void (holding.price = price) }));
  return [...prices, ...facts.flatMap((fact) => tradesOf(fact, holding))];
}

/** Opening, each step of the quantity, closing. */
function tradesOf(fact: PositionFact, holding: Holding): readonly Event[] {
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
