import { amount, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { isEntry } from '../shared/facts/order-roles.ts';
import { instrumentFinder, type Contract } from '../shared/facts/instruments.ts';
import { dealOf, meanPrice } from '../shared/facts/ledger.ts';
import { orderCopies, orderFinder } from '../shared/facts/order-bounds.ts';
import { placedFills } from '../shared/facts/placed-fills.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { GRACE_MS, groupBy, positiveOrNull, requestedAt, timeOrNull } from '../shared/facts/row-values.ts';
import { isBeyond, quantityOf } from '../shared/facts/surplus.ts';
import { instrumentKey, venueOf } from '../shared/facts/symbols.ts';
import type { FillRow, OrderRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { missingOrders } from './missing-orders.ts';
import { pairsOf, sayingOf, skewOf, type Pair } from './order-pairs.ts';
import type { OrderDifference } from './order-difference.ts';

export type OrderFills =
  | { readonly ok: true; readonly compared: number; readonly found: readonly OrderDifference[] }
  | ({ readonly ok: false } & Missing);

/**
 * Orders against their fills. Only where both have rows, of orders whose fills were all read: those of the window, and
 * older ones of its positions; and of kinds of order of which the bot stores fills at all.
 */
export function orderFillsOf(source: PositionFacts, input: Input): OrderFills {
  const { orders, fills } = input.rows;
  if (!orders.ok) return orders;
  if (!fills.ok) return fills;
  if (orders.rows.length === 0) return { ok: false, ...missing('no_data', 'no order in the window') };
  if (fills.rows.length === 0) return { ok: false, ...missing('no_data', 'no fill in the window') };
  const orderOf = orderFinder(orders.rows);
  const placed = placedFills(rowsOf(input.rows.positions), fills.rows, orders.rows);
  const unique = [...new Map(orders.rows.map((order) => [order.id, order])).values()];
  const pairs = pairsOf(unique, placed, orderOf);
  const skew = skewOf(pairs);
  const copies = copiesOf(unique);
  const copied = new Set(copies.map(({ orderId }) => orderId));
  // Fills beyond what their order filled have their own finding, where fills carry the positions.
  const isSurplus = (pair: Pair): boolean => source.ok && source.rung === 'fills' && exceeds(pair);
  const about: About = { input, contractOf: contractsOf(source), stepsOf: stepsOf(input) };
  const whole = pairs.filter(({ order }) => isWhole(order, input, skew.late) && !copied.has(order.id));
  const withFills = new Set(pairs.flatMap((pair) => (pair.fills.length > 0 ? [classOf(pair.order)] : [])));
  const compared = whole.filter(
    ({ order, fills: own }) =>
      (own.length > 0 && own.every((fill) => dealOf(fill) !== null)) ||
      (own.length === 0 && withFills.has(classOf(order)) && saysFilled(order)),
  );
  return {
    ok: true,
    compared: compared.length,
    found: [
      ...compared.filter((pair) => !isSurplus(pair)).flatMap((pair) => differenceOf(pair, about)),
      ...unique.filter(({ id }) => !copied.has(id)).flatMap((order) => beyondOf(order, about)),
      ...copies,
      ...missingOrders({ fills: placed, orderOf, pairs, early: skew.early }, input),
    ],
  };
}

/** Orders of one kind: a bot may store the fills of entries, and not those of stops. */
const classOf = (order: OrderRow): string => `${venueOf(order.exchange)} ${String(isEntry(order))}`;

const saysFilled = ({ status, filled }: OrderRow): boolean =>
  status === 'filled' || positiveOrNull(filled) !== null;

function exceeds({ order, fills }: Pair): boolean {
  const stored = quantityOf(fills);
  const bounds = [order.quantity, order.filled].flatMap((value) => positiveOrNull(value) ?? []);
  return bounds.length > 0 && bounds.every((bound) => isBeyond(stored, bound));
}

/** When what an order filled stood for ever; null while more may come, or nothing says when its row was written. */
function settledAt({ status, filled_at: filled, cancelled_at: cancelled, updated_at: updated }: OrderRow) {
  if (status === 'filled') return timeOrNull(filled ?? updated);
  if (status === 'cancelled' || status === 'expired') return timeOrNull(cancelled ?? updated);
  return timeOrNull(updated);
}

/** Every fill of it was read, and none comes later; of times of another clock nobody knows which were read. */
function isWhole(order: OrderRow, { rows, window, shared }: Input, late: number): boolean {
  if (shared.orderClocks.has(venueOf(order.exchange))) return false;
  const [requested, settled] = [requestedAt(order), settledAt(order)];
  if (requested === null || settled === null || settled >= ms(window.to) - late) return false;
  if (shared.ends.isAfter('fill', venueOf(order.exchange), settled)) return false;
  if (requested >= ms(window.from) + GRACE_MS) return true;
  if (!rows.positions.ok || !rows.fills.ok) return false;
  if (rows.positions.rows.some(({ entry_order_id: id }) => id === order.id)) return true;
  // Fills of before the window are read by the position that they name.
  const isNamed = rows.fills.rows.every(({ position_id: id }) => id !== null);
  return isNamed && rows.positions.rows.some(({ id }) => id === order.position_id);
}

/** What is known of an order beside its own row. */
interface About {
  readonly input: Input;
  contractOf(order: OrderRow): Contract | undefined;
  stepsOf(order: OrderRow): Steps;
}

function contractsOf(source: PositionFacts): About['contractOf'] {
  const held = groupBy(source.ok ? source.positions : [], ({ venue, symbol }) =>
    instrumentKey(venue, symbol),
  );
  return ({ exchange, symbol }) => held.get(instrumentKey(exchange, symbol))?.[0]?.contract;
}

function differenceOf(
  { order, fills }: Pair,
  { input, contractOf, stepsOf }: About,
): readonly OrderDifference[] {
  const head = headOf(order);
  const stored = quantityOf(fills);
  const said = sayingOf(order);
  if (fills.length === 0) {
    const orderSays = `${order.status ?? 'no status'}, filled ${said === null ? 'without a quantity' : amount(said)}`;
    return [{ ...head, what: 'no-fills', orderSays, fillsSay: 'no fill', isLost: true }];
  }
  // A row that was written before its last fill says nothing of it.
  const last = Math.max(...fills.map(({ at }) => timeOrNull(at) ?? 0));
  const written = settledAt(order) ?? 0;
  if (written < last - GRACE_MS && order.status !== 'filled' && order.status !== 'cancelled') return [];
  const steps = stepsOf(order);
  if (said !== null && isOff(said, stored, input.settings.rowQuantityTolerancePct, steps.quantity)) {
    const isLost = said.greaterThan(stored);
    return [{ ...head, what: 'filled', orderSays: amount(said), fillsSay: amount(stored), isLost }];
  }
  const says = `${order.status ?? 'no status'}, filled ${said === null ? 'unknown' : amount(said)}`;
  if (isUnfilled(order, stored))
    return [{ ...head, what: 'status', orderSays: says, fillsSay: amount(stored), isLost: false }];
  return priceDifference(order, fills, {
    contract: contractOf(order),
    steps,
    tolerancePct: input.settings.rowPriceTolerancePct,
  });
}

/** A status that knows no fill, or not all of them. */
function isUnfilled({ status, quantity }: OrderRow, stored: Money): boolean {
  if (status === 'new' || status === 'rejected') return !stored.isZero();
  const all = positiveOrNull(quantity);
  return status === 'partially_filled' && all !== null && stored.greaterThanOrEqualTo(all);
}

function priceDifference(
  order: OrderRow,
  fills: readonly FillRow[],
  by: { readonly contract: Contract | undefined; readonly steps: Steps; readonly tolerancePct: number },
): readonly OrderDifference[] {
  const average = positiveOrNull(order.average_price);
  const deals = fills.flatMap((fill) => dealOf(fill) ?? []);
  const mean = meanPrice(deals, by.contract);
  if (average === null || mean === null || deals.length < fills.length) return [];
  const isNear = [mean, meanPrice(deals)].some(
    (one) => one !== null && !isOff(average, one, by.tolerancePct, by.steps.price),
  );
  if (isNear) return [];
  const both = { orderSays: `at ${amount(average)}`, fillsSay: `at ${amount(mean)}` };
  return [{ ...headOf(order), what: 'price', ...both, isLost: false }];
}

/** More than it was for; an order for all of a position has no quantity of its own. */
function beyondOf(order: OrderRow, { input, stepsOf }: About): readonly OrderDifference[] {
  const [filled, quantity] = [positiveOrNull(order.filled), positiveOrNull(order.quantity)];
  if (filled === null || quantity === null || order.close_on_trigger === true) return [];
  const { quantity: step } = stepsOf(order);
  if (filled.lessThan(quantity) || !isOff(filled, quantity, input.settings.rowQuantityTolerancePct, step))
    return [];
  const orderSays = `filled ${amount(filled)} of ${amount(quantity)}`;
  return [{ ...headOf(order), what: 'beyond', orderSays, fillsSay: '', isLost: false }];
}

/** Rows that are one order at the exchange, and of which more than one says that it filled. */
function copiesOf(orders: readonly OrderRow[]): readonly OrderDifference[] {
  return [...orderCopies(orders)].map(([order, first]): OrderDifference => {
    const orderSays = `filled as ${first.id}, both ${order.exchange_order_id ?? ''} at the exchange`;
    return { ...headOf(order), what: 'copy', orderSays, fillsSay: '', isLost: false };
  });
}

function headOf(order: OrderRow) {
  const { id: orderId, exchange, symbol } = order;
  const at = requestedAt(order) ?? 0;
  return { orderId, venue: venueOf(exchange), symbol: symbol ?? 'unknown', at };
}

/** What the exchange rounds to; null where no instrument says it. */
interface Steps {
  readonly quantity: Money | null;
  readonly price: Money | null;
}

function stepsOf({ rows: { instruments }, window }: Input): About['stepsOf'] {
  const rowOf = instrumentFinder(instruments, window.to);
  return ({ exchange, symbol }) => {
    const row = rowOf(exchange, symbol);
    return {
      quantity: positiveOrNull(row?.quantity_step ?? null),
      price: positiveOrNull(row?.price_tick ?? null),
    };
  };
}

/** Beyond the share and not less than a step. */
function isOff(one: Money, other: Money, tolerancePct: number, step: Money | null): boolean {
  const difference = one.minus(other).abs();
  if (difference.lessThanOrEqualTo(other.times(tolerancePct).div(100))) return false;
  return step === null || difference.greaterThanOrEqualTo(step);
}
