import { ZERO, type Money } from '../../../audit/decimal.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import { openOrdersOf, type OpenOrder } from '../../shared/facts/open-orders.ts';
import { decimalOrNull, GRACE_MS, timeOrNull } from '../../shared/facts/row-values.ts';
import { canonicalSymbol, instrumentKey } from '../../shared/facts/symbols.ts';
import { hasStopAt, type VenueState } from '../../shared/facts/venue-states.ts';
import type { ExchangeOrder } from '../../shared/queries/exchange.ts';
import { rowsOf } from '../../shared/vocabulary/unseen.ts';
import type { Input } from '../input.ts';
import { capitalised } from '../../shared/vocabulary/words.ts';

/**
 * An open order that only one side has (catalogue DI4). `no-stop`: a stop of the bot's rows that the exchange does not
 * have, and no other one of its position; `not-there`: any other order of the rows; `unknown`: one that no row has.
 */
export interface OrderOrphan {
  readonly kind: 'no-stop' | 'not-there' | 'unknown';
  readonly venue: string;
  readonly symbol: string;
  readonly id: string;
  readonly type: string;
  readonly quantity: Money | null;
  readonly level: Money | null;
  readonly reduces: boolean | null;
  /** Its client id has the bot's prefix; null where nobody said the prefix, or it has no such id. */
  readonly isOurs: boolean | null;
  /** Milliseconds since the epoch, of the exchange's state. */
  readonly at: number;
}

/** Open orders of one exchange that only one side has, or why nobody can tell. */
export function orderOrphans(
  venue: string,
  state: VenueState,
  input: Input,
): readonly OrderOrphan[] | Missing {
  const { at, orders: there } = state;
  if (there === null) return missing('no_data', `${capitalised(venue)} was not asked for its open orders`);
  const prefix = input.settings.clientIdPrefix;
  const read = openOrdersOf(input);
  if (!read.ok) return read;
  const isNear = (time: number | null): boolean => time !== null && Math.abs(time - at) <= GRACE_MS;
  // What ended or began within seconds of the moment may stand on one side alone.
  const isOpenAt = ({ from, until, endedAt }: OpenOrder): boolean =>
    from <= at && (until ?? Infinity) > at && (endedAt === null || endedAt > at);
  const own = read.orders.filter((order) => order.venue === venue);
  const open = own.filter(isOpenAt);
  const pairs = pairsOf(open, there, input);
  const doubted = new Set(
    [...read.doubtful, ...own.map(({ row }) => row)].flatMap((row) => [row.id, row.exchange_order_id ?? '']),
  );
  const missingThere = open.filter(
    (order) =>
      !pairs.here.has(order) &&
      !isNear(order.from) &&
      !isNear(order.endedAt) &&
      (state.hasStops || !isConditional(order)) &&
      !isOnPosition(order, state),
  );
  const missingHere = there.filter(
    (order) => !pairs.there.has(order) && !isNear(timeOrNull(order.created_at)) && !doubted.has(order.id),
  );
  return [
    ...missingThere.map((order): OrderOrphan => ({
      kind: order.purpose === 'stop' && isBare(order, state) ? 'no-stop' : 'not-there',
      venue,
      symbol: order.symbol,
      id: order.id,
      type: order.row.type ?? 'unknown',
      quantity: order.quantity,
      level: order.level,
      reduces: order.reduces,
      isOurs: true,
      at,
    })),
    ...missingHere.map((order): OrderOrphan => ({
      kind: 'unknown',
      venue,
      symbol: order.symbol,
      id: order.id,
      type: [order.type ?? 'unknown', order.kind === 'plain' ? '' : order.kind].join(' ').trim(),
      quantity: decimalOrNull(order.contracts),
      level: decimalOrNull(order.trigger_price ?? order.price),
      reduces: order.reduce_only,
      isOurs:
        prefix === '' || order.client_order_id === null ? null : order.client_order_id.startsWith(prefix),
      at,
    })),
  ];
}

const isConditional = ({ purpose, row }: OpenOrder): boolean =>
  purpose === 'stop' || purpose === 'target' || row.trigger_price !== null;

/** Bybit keeps stops and targets on the position itself, where no list of orders has them. */
function isOnPosition({ purpose, symbol }: OpenOrder, { positions }: VenueState): boolean {
  const own = (positions ?? []).find((row) => canonicalSymbol(row.symbol) === canonicalSymbol(symbol));
  return own !== undefined && purpose === 'stop' && own.has_stop;
}

/** The position that it was to close is there, and has no stop there. */
function isBare({ symbol, side }: OpenOrder, state: VenueState): boolean {
  const position = side === 'long' ? 'short' : side === 'short' ? 'long' : 'unknown';
  const isHeld = state.positions?.some(
    (row) => canonicalSymbol(row.symbol) === canonicalSymbol(symbol) && row.side === position,
  );
  return isHeld === true && hasStopAt(state, { symbol, side: position }) === false;
}

/** By id first; then by instrument, side and price within a tick, since one order can have several ids. */
function pairsOf(open: readonly OpenOrder[], there: readonly ExchangeOrder[], input: Input) {
  const pairs = { here: new Set<OpenOrder>(), there: new Set<ExchangeOrder>() };
  const ticks = new Map(
    rowsOf(input.rows.instruments).map((row) => [
      instrumentKey(row.exchange, row.symbol),
      decimalOrNull(row.price_tick),
    ]),
  );
  const isById = (order: OpenOrder, one: ExchangeOrder): boolean =>
    [order.row.exchange_order_id, order.id].some(
      (id) => id !== null && (id === one.id || id === one.client_order_id),
    );
  const isAlike = (order: OpenOrder, one: ExchangeOrder): boolean => {
    const level = decimalOrNull(one.trigger_price ?? one.price);
    const tick = ticks.get(instrumentKey(order.venue, order.symbol)) ?? ZERO;
    return (
      canonicalSymbol(one.symbol) === canonicalSymbol(order.symbol) &&
      one.side === order.side &&
      level !== null &&
      order.level?.minus(level).abs().lessThanOrEqualTo(tick) === true
    );
  };
  for (const isPair of [isById, isAlike])
    for (const order of open) {
      if (pairs.here.has(order)) continue;
      const found = there.find((one) => !pairs.there.has(one) && isPair(order, one));
      if (found === undefined) continue;
      pairs.here.add(order);
      pairs.there.add(found);
    }
  return pairs;
}
