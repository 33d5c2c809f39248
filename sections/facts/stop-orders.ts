import type { Money } from '../../audit/decimal.ts';
import type { OrderRow } from '../query-rows.ts';
import type { PositionFact } from './position-facts.ts';
import { GRACE_MS, groupBy, positiveOrNull, sideOf, timeOrNull } from './row-values.ts';
import { canonicalSymbol, instrumentKey } from './symbols.ts';

/** One protective order of a position; times in milliseconds since the epoch. */
export interface StopOrder {
  readonly id: string;
  readonly positionId: string;
  readonly type: string;
  readonly side: 'long' | 'short' | 'unknown';
  readonly requestedAt: number;
  /** Why it cannot be told whether this order protected the position; null when it can. */
  readonly doubt: 'status' | 'symbol' | 'trigger' | null;
  /** When it became effective at the venue; null when it never did. */
  readonly ackAt: number | null;
  /** When it stopped protecting; null while it stands. */
  readonly endedAt: number | null;
  readonly end: 'cancelled' | 'filled' | 'expired' | 'rejected' | null;
  readonly triggeredAt: number | null;
  readonly filledAt: number | null;
  readonly trigger: Money | null;
  readonly limitPrice: Money | null;
  /** Null: closes the whole position, or the mapping has no quantity. */
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

/** The protective orders of each position, in the order of their requests. */
export function stopOrdersOf(
  orders: readonly OrderRow[],
  positions: readonly PositionFact[],
  { hasVenueAt, hasTrigger }: { readonly hasVenueAt: boolean; readonly hasTrigger: boolean },
): ReadonlyMap<string, readonly StopOrder[]> {
  const byId = new Map(positions.map((fact) => [fact.id, fact]));
  const byEntry = new Map(
    positions.flatMap(({ id, row }) =>
      row.entry_order_id === null ? [] : [[row.entry_order_id, id] as const],
    ),
  );
  const byInstrument = groupBy(positions, ({ venue, symbol }) => instrumentKey(venue, symbol));
  const stops = orders.filter(isStop).flatMap((order) => {
    const owner = byId.get(ownerOf(order, byId, byEntry, byInstrument) ?? '');
    const stop =
      owner === undefined ? null : stopOf(order, owner.id, doubtOf(order, owner, hasTrigger), hasVenueAt);
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
 * An order in an unknown state may be gone, one for another instrument may protect something else, and one without a
 * trigger never fires. None of them may pass for a stop, and none of them proves that there was none.
 */
function doubtOf(order: OrderRow, fact: PositionFact, hasTrigger: boolean): StopOrder['doubt'] {
  if (order.status === null || order.status === 'unknown') return 'status';
  if (order.symbol !== null && canonicalSymbol(order.symbol) !== canonicalSymbol(fact.symbol))
    return 'symbol';
  // The venue moves the trigger of a trailing stop itself; the bot need not know where it is.
  const trails = order.type === 'trailing_stop';
  return hasTrigger && !trails && positiveOrNull(order.trigger_price) === null ? 'trigger' : null;
}

function stopOf(
  order: OrderRow,
  positionId: string,
  doubt: StopOrder['doubt'],
  hasVenueAt: boolean,
): StopOrder | null {
  const requestedAt = timeOrNull(order.created_at);
  if (requestedAt === null) return null;
  const end = endOf(order);
  const filledAt =
    end === 'filled'
      ? (timeOrNull(order.filled_at) ?? timeOrNull(order.updated_at))
      : timeOrNull(order.filled_at);
  const acknowledged = timeOrNull(order.venue_at);
  // A stop that ended as a stop was at the venue, whether or not its acknowledgement was written down.
  const wasThere = !hasVenueAt || end === 'filled' || end === 'cancelled' || end === 'expired';
  return {
    id: order.id,
    positionId,
    type: order.type ?? 'unknown',
    side: sideOf(order.side),
    requestedAt,
    doubt,
    ackAt: end === 'rejected' ? null : (acknowledged ?? (wasThere ? requestedAt : null)),
    endedAt: endTime(order, end, filledAt, requestedAt),
    end,
    triggeredAt: timeOrNull(order.triggered_at),
    filledAt,
    trigger: positiveOrNull(order.trigger_price),
    limitPrice: order.type === 'stop_limit' ? positiveOrNull(order.price) : null,
    quantity: order.close_on_trigger === true ? null : positiveOrNull(order.quantity),
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

/** An end without any time is taken at the request: it protects nothing that nobody can show. */
function endTime(
  order: OrderRow,
  end: StopOrder['end'],
  filledAt: number | null,
  requestedAt: number,
): number | null {
  if (end === null) return null;
  const own = end === 'filled' ? filledAt : timeOrNull(order.cancelled_at);
  return own ?? timeOrNull(order.updated_at) ?? requestedAt;
}
