import { ZERO, type Money } from '../../../audit/decimal.ts';
import type { OrderRow, StopChangeRow } from '../queries/trading-rows.ts';
import { rowsById } from './ids.ts';
import { orderHistory, type OrderHistory } from './order-history.ts';
import { isStop } from './order-roles.ts';
import type { PositionFact } from './position-facts.ts';
import {
  decimalOrNull,
  GRACE_MS,
  groupBy,
  positiveOrNull,
  requestedAt as requestedAtOf,
  sideOf,
  timeOrNull,
} from './row-values.ts';
import { acknowledgements, type Acknowledgement } from './stop-acknowledgements.ts';
import { isOtherName, instrumentKey, venueOf } from './symbols.ts';

/** One protective order of a position; times in milliseconds since the epoch. */
export type StopOrder = NonNullable<ReturnType<typeof stopOf>>;

const ENDS = ['cancelled', 'filled', 'expired', 'rejected'] as const;

/** What the mapping can say of stop orders. */
interface Known {
  readonly hasVenueAt: boolean;
  readonly hasTrigger: boolean;
  /** Recorded changes of a position, in order of time. */
  readonly changes: (positionId: string) => readonly StopChangeRow[];
  /** End of the window in milliseconds since the epoch. */
  readonly to: number;
}

/** The protective orders of each position, in the order of their requests. */
export function stopOrdersOf(
  orders: readonly OrderRow[],
  positions: readonly PositionFact[],
  known: Known,
): ReadonlyMap<string, readonly StopOrder[]> {
  const byId = rowsById(positions, ({ id }) => id);
  const byEntry = rowsById(positions, ({ row }) => row.entry_order_id);
  const byInstrument = groupBy(positions, ({ venue, symbol }) => instrumentKey(venue, symbol));
  const ownerOf = (order: OrderRow): PositionFact | undefined => {
    if (order.position_id !== null) return byId(order.position_id).at(-1);
    const child = byEntry(order.parent_id).at(-1);
    const at = requestedAtOf(order);
    if (child !== undefined || at === null) return child;
    const fitting = byInstrument
      .get(instrumentKey(order.exchange, order.symbol))
      ?.filter(
        ({ side, openedAt, closedAt }) =>
          side !== sideOf(order.side) && at >= openedAt - GRACE_MS && at <= (closedAt ?? Infinity),
      );
    return fitting?.length === 1 ? fitting[0] : undefined;
  };
  const protective = orders.filter(isStop);
  const owned = groupBy(
    protective.flatMap((order) => {
      const owner = ownerOf(order);
      return owner === undefined ? [] : [{ order, owner }];
    }),
    ({ owner }) => owner.id,
  );
  const storesStopsAs = storedAs(protective);
  const acknowledgementOf = acknowledgements(protective);
  const stops = [...owned].flatMap(([positionId, own]) => {
    const changesOf = changesByOrder(
      own.map(({ order }) => order),
      known.changes(positionId),
    );
    return own.flatMap(({ order, owner }) => {
      const about = { ...known, changes: changesOf(order), storesStopsAs };
      return stopOf(order, owner, acknowledgementOf(order), about) ?? [];
    });
  });
  return groupBy(
    stops.sort((a, b) => a.requestedAt - b.requestedAt),
    ({ positionId }) => positionId,
  );
}

/** Recorded changes of the orders of one position; one that names no order is of the only one there is. */
function changesByOrder(
  own: readonly OrderRow[],
  changes: readonly StopChangeRow[],
): (order: OrderRow) => readonly StopChangeRow[] {
  const names = [rowsById(own, ({ id }) => id), rowsById(own, ({ exchange_order_id: id }) => id)];
  const isOf = ({ order_id: id }: StopChangeRow, order: OrderRow): boolean =>
    (id ?? '') === '' ? own.length === 1 : names.some((named) => named(id).includes(order));
  return (order) => changes.filter((change) => isOf(change, order));
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
): 'status' | 'symbol' | 'exchange' | 'trigger' | 'quantity' | 'acknowledgement' | null {
  if (order.status === null || order.status === 'unknown') return 'status';
  // A name that the position's own fills have is no other instrument.
  if ([fact.symbol, ...fact.otherNames].every((name) => isOtherName(order.symbol, name))) return 'symbol';
  if (isElsewhere(order, fact)) return 'exchange';
  if (acknowledgement === 'unclear') return 'acknowledgement';
  // The venue moves the trigger of a trailing stop itself; the bot need not know where it is.
  const trails = order.type === 'trailing_stop';
  if (hasTrigger && !trails && positiveOrNull(order.trigger_price) === null) return 'trigger';
  if (order.close_on_trigger === true || quantityOf(order) !== null) return null;
  return 'quantity';
}

/** A quantity that became 0 may have been one that covered. */
function doubtOfZero(quantity: Money | null, { quantities }: OrderHistory): 'quantity' | null {
  return quantity?.isZero() === true && quantities[0]?.basis !== 'recorded' ? 'quantity' : null;
}

/** No exchange answers before it is asked: one of the two times is wrong, and nobody knows from when on the stop stood. */
function isAnsweredTooEarly({ created_at: created, venue_at: answered }: OrderRow): boolean {
  const [asked, at] = [timeOrNull(created), timeOrNull(answered)];
  return asked !== null && at !== null && at < asked - GRACE_MS;
}

/** It ended before it was asked for or answered: one of the times is another one's, and nobody knows when it stood. */
function isEndedTooEarly({ created_at, venue_at, filled_at, cancelled_at, triggered_at }: OrderRow): boolean {
  const ended = timesOf(filled_at, cancelled_at, triggered_at);
  return Math.min(...ended) < Math.max(...timesOf(created_at, venue_at)) - GRACE_MS;
}

const latestOf = (order: OrderRow): number =>
  Math.max(
    ...timesOf(order.created_at, order.venue_at, order.filled_at, order.cancelled_at, order.triggered_at),
  );

const timesOf = (...times: readonly (string | null)[]): readonly number[] =>
  times.flatMap((time) => timeOrNull(time) ?? []);

/** Exchanges at which every stop of the bot is stored as a market order with a trigger. */
type StoredAs = ReadonlySet<string>;

function storedAs(stops: readonly OrderRow[]): StoredAs {
  const byVenue = groupBy(stops, ({ exchange }) => venueOf(exchange));
  const isConditional = (order: OrderRow): boolean =>
    order.type === 'market' && positiveOrNull(order.trigger_price) !== null;
  return new Set([...byVenue].flatMap(([venue, own]) => (own.every(isConditional) ? [venue] : [])));
}

/** Where a conditional order has the type of what it becomes, and only a trigger tells it. */
const CONDITIONAL_BY_TRIGGER = new Set(['bybit']);

/**
 * An order of the role stop that is of a type which waits for a trigger against the position. One that fired has the type
 * of the order that it became.
 */
function canStop(order: OrderRow, storesStopsAs: StoredAs): boolean {
  const { type, status, triggered_at: fired, exchange } = order;
  if (fired !== null || status === 'filled' || status === 'partially_filled') return true;
  if (type === 'limit' || type?.startsWith('take_profit') === true) return false;
  const venue = venueOf(exchange);
  return type !== 'market' || (CONDITIONAL_BY_TRIGGER.has(venue) && storesStopsAs.has(venue));
}

/** It names its position by an id, which outranks the exchange's name; which of the two is wrong nobody knows. */
function isElsewhere(order: OrderRow, fact: PositionFact): boolean {
  const venue = venueOf(order.exchange);
  return venue !== 'unknown' && fact.venue !== 'unknown' && venue !== fact.venue;
}

function voidOf(
  order: OrderRow,
  acknowledgement: Acknowledgement,
  storesStopsAs: StoredAs,
): 'never-acknowledged' | 'other-type' | null {
  if (!canStop(order, storesStopsAs)) return 'other-type';
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
  {
    hasVenueAt,
    hasTrigger,
    storesStopsAs,
    changes,
    to,
  }: Omit<Known, 'changes'> & {
    readonly storesStopsAs: StoredAs;
    readonly changes: readonly StopChangeRow[];
  },
) {
  // Nobody knows from when on it stood: it may have been since the position was opened.
  const isUndated =
    (timeOrNull(order.created_at) === null && timeOrNull(order.venue_at) === null) ||
    isAnsweredTooEarly(order) ||
    isEndedTooEarly(order);
  const requestedAt = isUndated ? owner.openedAt : requestedAtOf(order);
  if (requestedAt === null) return null;
  const end = ENDS.find((status) => status === order.status) ?? null;
  const filledAt = timeOrNull(order.filled_at) ?? (end === 'filled' ? timeOrNull(order.updated_at) : null);
  // A stop that ended as a stop was at the venue, unless this bot writes acknowledgements down and this one has none.
  const wasThere = !hasVenueAt || (end !== null && end !== 'rejected');
  const nothing = voidOf(order, acknowledgement, storesStopsAs);
  const ackAt =
    end === 'rejected' || nothing
      ? null
      : (timeOrNull(order.venue_at) ?? (wasThere || isUndated ? requestedAt : null));
  const endedAt = isEndedTooEarly(order)
    ? latestOf(order)
    : endTime(order, end, filledAt, isUndated ? null : requestedAt);
  // Null: closes the whole position, or the quantity is in doubt.
  const quantity = order.close_on_trigger === true ? null : quantityOf(order);
  const history = orderHistory(order, changes, { ackAt, endedAt, quantity, to });
  return {
    id: order.id,
    positionId: owner.id,
    type: order.type ?? 'unknown',
    isUndated,
    side: sideOf(order.side),
    requestedAt,
    /** Why it cannot be told whether this order protected the position; null when it can. */
    doubt: nothing
      ? null
      : isUndated
        ? ('acknowledgement' as const)
        : (doubtOf(order, owner, acknowledgement, hasTrigger) ?? doubtOfZero(quantity, history)),
    /** Why it certainly protected nothing; null when it may have. */
    void: nothing,
    /** When it became effective at the venue; null when it never did. */
    ackAt,
    /** When it stopped protecting: ended, or fired without being filled; null while it stands. */
    endedAt,
    end,
    triggeredAt: timeOrNull(order.triggered_at),
    filledAt,
    /** The last one; `triggers` and `quantities` say what they were at a time. */
    trigger: positiveOrNull(order.trigger_price),
    quantity,
    ...history,
    filled: positiveOrNull(order.filled),
    averagePrice: positiveOrNull(order.average_price),
    /** What closes the position when it fires opens none, whatever the other flag says. */
    reduceOnly: order.close_on_trigger === true ? true : order.reduce_only,
    rejectCode: order.reject_code,
    rejectReason: order.reject_reason,
  };
}

/**
 * An end without any time is taken at the request: it protects nothing that nobody can show. A stop that fired and was
 * not filled is an order in the book, or none any more: what it left open has no stop from the trigger on.
 */
function endTime(
  order: OrderRow,
  end: (typeof ENDS)[number] | null,
  filledAt: number | null,
  requestedAt: number | null,
): number | null {
  const fired = end === 'filled' ? null : timeOrNull(order.triggered_at);
  if (end === null) return fired;
  const own = end === 'filled' ? filledAt : timeOrNull(order.cancelled_at);
  const ended = own ?? timeOrNull(order.updated_at) ?? requestedAt;
  return fired === null ? ended : Math.min(fired, ended ?? Infinity);
}
