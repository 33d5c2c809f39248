import { ZERO, type Money } from '../../../audit/decimal.ts';
import type { OrderRow } from '../queries/trading-rows.ts';
import type { PositionFact } from './position-facts.ts';
import { decimalOrNull, GRACE_MS, groupBy, positiveOrNull, sideOf, timeOrNull } from './row-values.ts';
import { acknowledgements, type Acknowledgement } from './stop-acknowledgements.ts';
import { canonicalSymbol, instrumentKey, venueOf } from './symbols.ts';

/** One protective order of a position; times in milliseconds since the epoch. */
export interface StopOrder {
  readonly id: string;
  readonly positionId: string;
  readonly type: string;
  readonly side: 'long' | 'short' | 'unknown';
  readonly requestedAt: number;
  /** Why it cannot be told whether this order protected the position; null when it can. */
  readonly doubt: 'status' | 'symbol' | 'exchange' | 'trigger' | 'quantity' | 'acknowledgement' | null;
  /** Why it certainly protected nothing; null when it may have. */
  readonly void: 'other-exchange' | 'never-acknowledged' | null;
  /** When it became effective at the venue; null when it never did. */
  readonly ackAt: number | null;
  /** When it stopped protecting: ended, or fired without being filled; null while it stands. */
  readonly endedAt: number | null;
  readonly end: 'cancelled' | 'filled' | 'expired' | 'rejected' | null;
  readonly triggeredAt: number | null;
  readonly filledAt: number | null;
  readonly trigger: Money | null;
  readonly limitPrice: Money | null;
  /** Null: closes the whole position, or the quantity is in doubt. */
  readonly quantity: Money | null;
  readonly filled: Money | null;
  readonly averagePrice: Money | null;
  readonly reduceOnly: boolean | null;
  readonly rejectCode: string | null;
  readonly rejectReason: string | null;
}

const STOP_ROLES = new Set(['stop', 'stop_loss', 'sl', 'trailing', 'trailing_stop']);
const STOP_TYPES = new Set(['stop', 'stop_market', 'stop_limit', 'trailing_stop']);

/** Whether an order protects: by its role, or by its type when it can only reduce. A stop that enters does not. */
export function isStop(order: OrderRow): boolean {
  if (order.role !== null) return STOP_ROLES.has(order.role.toLowerCase());
  return STOP_TYPES.has(order.type ?? '') && order.reduce_only !== false;
}

/** What the mapping can say of stop orders, and the exchanges that the bot is known to trade on, in lower case. */
export interface StopColumns {
  readonly hasVenueAt: boolean;
  readonly hasTrigger: boolean;
  readonly venues: ReadonlySet<string>;
}

/** The protective orders of each position, in the order of their requests. */
export function stopOrdersOf(
  orders: readonly OrderRow[],
  positions: readonly PositionFact[],
  known: StopColumns,
): ReadonlyMap<string, readonly StopOrder[]> {
  const byId = new Map(positions.map((fact) => [fact.id, fact]));
  const byEntry = new Map(
    positions.flatMap(({ id, row }) =>
      row.entry_order_id === null ? [] : [[row.entry_order_id, id] as const],
    ),
  );
  const byInstrument = groupBy(positions, ({ venue, symbol }) => instrumentKey(venue, symbol));
  const protective = orders.filter(isStop);
  const acknowledgementOf = acknowledgements(protective);
  const stops = protective.flatMap((order) => {
    const owner = byId.get(ownerOf(order, byId, byEntry, byInstrument) ?? '');
    const stop = owner === undefined ? null : stopOf(order, owner, acknowledgementOf(order), known);
    return stop === null ? [] : [stop];
  });
  return groupBy(stops, ({ positionId }) => positionId);
}

function ownerOf(
  order: OrderRow,
  byId: ReadonlyMap<string, PositionFact>,
  byEntry: ReadonlyMap<string, string>,
  byInstrument: ReadonlyMap<string, readonly PositionFact[]>,
): string | null {
  if (order.position_id !== null) return byId.has(order.position_id) ? order.position_id : null;
  const child = order.parent_id === null ? undefined : byEntry.get(order.parent_id);
  if (child !== undefined) return child;
  const at = timeOrNull(order.created_at);
  if (at === null) return null;
  const fitting = (byInstrument.get(instrumentKey(order.exchange, order.symbol)) ?? []).filter(
    ({ side, openedAt, closedAt }) =>
      side !== sideOf(order.side) && at >= openedAt - GRACE_MS && (closedAt === null || at <= closedAt),
  );
  return fitting.length === 1 ? (fitting[0]?.id ?? null) : null;
}

/**
 * An order in an unknown state may be gone, one for another instrument may protect something else, one without a
 * trigger never fires, and one without a quantity closes nobody knows what. None of them may pass for a stop, and none
 * of them proves that there was none.
 */
function doubtOf(
  order: OrderRow,
  fact: PositionFact,
  acknowledgement: Acknowledgement,
  hasTrigger: boolean,
): StopOrder['doubt'] {
  if (order.status === null || order.status === 'unknown') return 'status';
  if (order.symbol !== null && canonicalSymbol(order.symbol) !== canonicalSymbol(fact.symbol))
    return 'symbol';
  if (isElsewhere(order, fact)) return 'exchange';
  if (acknowledgement === 'unclear') return 'acknowledgement';
  // The venue moves the trigger of a trailing stop itself; the bot need not know where it is.
  const trails = order.type === 'trailing_stop';
  if (hasTrigger && !trails && positiveOrNull(order.trigger_price) === null) return 'trigger';
  if (order.close_on_trigger === true || quantityOf(order) !== null) return null;
  return 'quantity';
}

function isElsewhere(order: OrderRow, fact: PositionFact): boolean {
  const venue = venueOf(order.exchange);
  return venue !== 'unknown' && fact.venue !== 'unknown' && venue !== fact.venue;
}

/** A name that no position and no configuration knows may be another spelling; a known one is another exchange. */
function voidOf(
  order: OrderRow,
  fact: PositionFact,
  acknowledgement: Acknowledgement,
  venues: ReadonlySet<string>,
): StopOrder['void'] {
  if (isElsewhere(order, fact) && venues.has(venueOf(order.exchange))) return 'other-exchange';
  return acknowledgement === 'missing' ? 'never-acknowledged' : null;
}

/**
 * What the order closes, whatever its sign; null when it does not say. A zero is one way in which venues write "all of
 * the position", so it is nothing only where the order says that it does not close on its trigger.
 */
function quantityOf(order: OrderRow): Money | null {
  const quantity = decimalOrNull(order.quantity)?.abs() ?? null;
  if (quantity === null || !quantity.isZero()) return quantity;
  return order.close_on_trigger === false ? ZERO : null;
}

function stopOf(
  order: OrderRow,
  owner: PositionFact,
  acknowledgement: Acknowledgement,
  { hasVenueAt, hasTrigger, venues }: StopColumns,
): StopOrder | null {
  const requestedAt = timeOrNull(order.created_at);
  if (requestedAt === null) return null;
  const end = endOf(order);
  const filledAt =
    end === 'filled'
      ? (timeOrNull(order.filled_at) ?? timeOrNull(order.updated_at))
      : timeOrNull(order.filled_at);
  const acknowledged = timeOrNull(order.venue_at);
  // A stop that ended as a stop was at the venue, unless this bot writes acknowledgements down and this one has none.
  const wasThere = !hasVenueAt || end === 'filled' || end === 'cancelled' || end === 'expired';
  const nothing = voidOf(order, owner, acknowledgement, venues);
  const certain = nothing !== null;
  return {
    id: order.id,
    positionId: owner.id,
    type: order.type ?? 'unknown',
    side: sideOf(order.side),
    requestedAt,
    doubt: certain ? null : doubtOf(order, owner, acknowledgement, hasTrigger),
    void: nothing,
    ackAt: end === 'rejected' || certain ? null : (acknowledged ?? (wasThere ? requestedAt : null)),
    endedAt: endTime(order, end, filledAt, requestedAt),
    end,
    triggeredAt: timeOrNull(order.triggered_at),
    filledAt,
    trigger: positiveOrNull(order.trigger_price),
    limitPrice: order.type === 'stop_limit' ? positiveOrNull(order.price) : null,
    quantity: order.close_on_trigger === true ? null : quantityOf(order),
    filled: positiveOrNull(order.filled),
    averagePrice: positiveOrNull(order.average_price),
    reduceOnly: order.reduce_only,
    rejectCode: order.reject_code,
    rejectReason: order.reject_reason,
  };
}

function endOf({ status }: OrderRow): StopOrder['end'] {
  return status === 'cancelled' || status === 'filled' || status === 'expired' || status === 'rejected'
    ? status
    : null;
}

/**
 * An end without any time is taken at the request: it protects nothing that nobody can show. A stop that fired and was
 * not filled is an order in the book, or none any more: what it left open has no stop from the trigger on.
 */
function endTime(
  order: OrderRow,
  end: StopOrder['end'],
  filledAt: number | null,
  requestedAt: number,
): number | null {
  const fired = end === 'filled' ? null : timeOrNull(order.triggered_at);
  if (end === null) return fired;
  const own = end === 'filled' ? filledAt : timeOrNull(order.cancelled_at);
  const ended = own ?? timeOrNull(order.updated_at) ?? requestedAt;
  return fired === null ? ended : Math.min(fired, ended);
}
