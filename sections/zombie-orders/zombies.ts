import { money, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { contractsOf, isContract, valueAt } from '../shared/facts/instruments.ts';
import { decimalOrNull, groupBy } from '../shared/facts/row-values.ts';
import { canonicalSymbol, instrumentKey } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import type { OpenOrder } from '../shared/facts/open-orders.ts';
import { ownersOf, type Owner } from './owners.ts';

/** Why an order is one, the first that holds (catalogue ZO1). */
export const REASONS = [
  { id: 'orphaned', title: 'Orphaned', says: 'of no open position' },
  { id: 'wrong-side', title: 'Wrong side', says: 'that would enlarge the position which they are to reduce' },
  { id: 'oversized', title: 'Oversized reduce-only', says: 'that are larger than what they reduce' },
  { id: 'duplicate', title: 'Duplicate', says: 'beside one like them' },
  { id: 'stale', title: 'Stale', says: 'older than their time to live' },
  { id: 'far', title: 'Far from the market', says: 'whose limit the price is far from' },
] as const;
export type Reason = (typeof REASONS)[number]['id'];

/** An order that stood in the window without a purpose; times in milliseconds since the epoch. */
export interface Zombie extends Span {
  readonly order: OpenOrder;
  readonly owner: Owner;
  readonly reason: Reason;
  readonly atEnd: boolean;
  /** At its trigger or limit, else the last price; null where neither, or what a contract is, is known. */
  readonly notional: Money | null;
}

interface Span {
  readonly since: number;
  readonly until: number;
}

/** Every order of the window that had lost its purpose for longer than the grace. */
export function zombiesOf(input: Input, orders: readonly OpenOrder[]): readonly Zombie[] {
  const to = ms(input.window.to);
  const ownerOf = ownersOf(input, orders);
  const owned = orders.map((order) => ({ order, owner: ownerOf(order), until: order.until ?? to }));
  const copies = duplicates(owned, input);
  const notionalOf = notionals(input);
  return owned.flatMap((one): Zombie[] => {
    const { order, owner, until } = one;
    const reason = REASONS.map(({ id }) => ({ id, since: sinceOf(id, one, copies, input) })).find(
      ({ since }) => since !== null && until - since > input.settings.graceS * 1_000,
    );
    if (reason === undefined || reason.since === null || until <= ms(input.window.from)) return [];
    const zombie = { order, owner, reason: reason.id, since: reason.since, until };
    return [{ ...zombie, atEnd: order.until === null, notional: notionalOf(order) }];
  });
}

interface Owned {
  readonly order: OpenOrder;
  readonly owner: Owner;
  readonly until: number;
}

/** From when on the reason holds to the order's end; null: it does not. */
function sinceOf(
  reason: Reason,
  one: Owned,
  copies: ReadonlyMap<OpenOrder, number>,
  input: Input,
): number | null {
  const { settings } = input;
  const { order, owner } = one;
  const { from, purpose, side } = order;
  switch (reason) {
    case 'orphaned':
      return owner.goneAt === null ? null : Math.max(owner.goneAt, from);
    case 'wrong-side': {
      // The side of a stop is judged in section 2.
      const isClosing = purpose === 'target' || purpose === 'exit' || purpose === 'reduce';
      return isClosing && owner.isActive && side !== 'unknown' && owner.fact?.side === side ? from : null;
    }
    case 'oversized':
      return oversizedSince(one, settings.oversizedPct);
    case 'duplicate':
      return copies.get(order) ?? null;
    case 'stale':
      return isTimed(one) ? from + settings.ttlMin * 60_000 : null;
    case 'far':
      return isTimed(one) && isFar(order, input) ? from : null;
  }
}

/** At the end of the window; when it became so is not told. Without a price near it nobody knows. */
function isFar(
  { venue, symbol, level, row, until }: OpenOrder,
  { settings, shared, window }: Input,
): boolean {
  const price = shared.market.priceAt(venue, symbol, ms(window.to));
  if (until !== null || row.type !== 'limit' || level === null || price === null || price.isZero())
    return false;
  return level.minus(price).abs().div(price).times(100).greaterThan(settings.farPct);
}

/** Orders that ought to fill or go: entries, exits, and what closes nothing. Stops and targets wait as long as their position. */
function isTimed({ order: { purpose }, owner }: Owned): boolean {
  return purpose === 'open' || purpose === 'exit' || (purpose === 'unknown' && !owner.isActive);
}

/** When what is held became less than the order reduces. */
function oversizedSince({ order, owner: { fact, isActive } }: Owned, tolerancePct: number): number | null {
  const { quantity, reduces, from, purpose } = order;
  if (fact === null || !isActive || quantity === null || reduces !== true || purpose === 'open') return null;
  const held = fact.steps.at(-1);
  return held !== undefined && isAbove(quantity, held.quantity, tolerancePct)
    ? Math.max(held.at, from)
    : null;
}

function isAbove(quantity: Money, held: Money, tolerancePct: number): boolean {
  return quantity.greaterThan(held.times(tolerancePct).div(100).plus(held));
}

/**
 * Orders beside an earlier one of the same position, side, type and purpose, within a tick of its price, from when both
 * stood. Those that reduce a position are copies only where together they are more than it holds.
 */
function duplicates(owned: readonly Owned[], input: Input): ReadonlyMap<OpenOrder, number> {
  const ticks = new Map(
    rowsOf(input.rows.instruments).map((row) => [
      instrumentKey(row.exchange, row.symbol),
      decimalOrNull(row.price_tick),
    ]),
  );
  const keyOf = ({ order, owner }: Owned): string =>
    JSON.stringify([
      order.venue,
      canonicalSymbol(order.symbol),
      order.side,
      order.row.type,
      order.purpose,
      owner.id,
    ]);
  const found = new Map<OpenOrder, number>();
  for (const group of groupBy(owned, keyOf).values()) {
    const inTime = group.toSorted(
      (a, b) => a.order.from - b.order.from || (a.order.id < b.order.id ? -1 : 1),
    );
    for (const [index, one] of inTime.entries()) {
      const { order } = one;
      const tick = ticks.get(instrumentKey(order.venue, order.symbol)) ?? ZERO;
      const like = inTime
        .slice(0, index)
        .filter((other) => stoodWith(other, one) && isNear(other.order, order, tick));
      if (like.length > 0 && isTooMuch([...like, one], input.settings.oversizedPct))
        found.set(order, order.from);
    }
  }
  return found;
}

/** An order that ended before the later one ended was replaced by it. */
function stoodWith(earlier: Owned, later: Owned): boolean {
  return earlier.until >= later.until;
}

function isNear({ level }: OpenOrder, other: OpenOrder, tick: Money): boolean {
  return level !== null && other.level !== null && level.minus(other.level).abs().lessThanOrEqualTo(tick);
}

function isTooMuch(copies: readonly Owned[], tolerancePct: number): boolean {
  const [first] = copies;
  if (first === undefined || first.order.purpose === 'open' || first.order.purpose === 'unknown') return true;
  const held = first.owner.fact?.steps.at(-1)?.quantity;
  if (held === undefined || copies.some(({ order }) => order.quantity === null)) return false;
  return isAbove(
    copies.reduce((sum, { order }) => sum.plus(order.quantity ?? ZERO), money(0)),
    held,
    tolerancePct,
  );
}

function notionals(input: Input): (order: OpenOrder) => Money | null {
  const contractOf = contractsOf(input.rows.instruments, input.bot, input.window.to);
  const to = ms(input.window.to);
  return ({ venue, symbol, level, quantity, until }) => {
    const contract = contractOf(venue, symbol);
    const price = level ?? input.shared.market.priceAt(venue, symbol, until ?? to);
    return quantity === null || price === null || !isContract(contract)
      ? null
      : valueAt(contract, quantity, price);
  };
}
