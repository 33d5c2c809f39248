import { isEntry } from '../shared/facts/entry-orders.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy, sideOf, timeOrNull } from '../shared/facts/row-values.ts';
import { isStop } from '../shared/facts/stop-orders.ts';
import { canonicalSymbol, venueOf } from '../shared/facts/symbols.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** A column of a row that cannot be as the rows say that belong to it. */
export interface BetweenRows {
  readonly what:
    | 'limit-price'
    | 'opened-by-reducing'
    | 'exit-reason'
    | 'maker'
    | 'strategy'
    | 'instrument'
    | 'parent'
    | 'side'
    | 'unsaid';
  readonly entity: 'order' | 'position' | 'fill';
  readonly id: string;
  readonly symbol: string;
  readonly one: string;
  readonly other: string;
  readonly at: number;
}

/** Where more than this share are so, a column means something else than we take it for. */
export const MOST = 0.2;
const REDUCING = /^(exit|close|reduce|stop|stop_loss|sl|trailing|trailing_stop|take_profit|tp)$/i;

export const orderHead = ({ id, symbol, created_at: at }: OrderRow) =>
  ({ entity: 'order', id, symbol: symbol ?? 'unknown', at: timeOrNull(at) ?? 0 }) as const;

/** Orders of these positions that are of another instrument than theirs, or replace an order that is gone. */
export function brokenLinks(positions: readonly PositionFact[], input: Input): readonly BetweenRows[] {
  const byId = new Map(positions.map((fact) => [fact.id, fact]));
  const orders = rowsOf(input.rows.orders);
  const linked = orders.flatMap((order) => {
    const fact = byId.get(order.position_id ?? '');
    return fact === undefined ? [] : [{ order, fact }];
  });
  const nameOf = namesOf(input);
  const held = new Set(positions.map(({ symbol }) => nameOf(symbol)));
  const known = new Set(orders.flatMap(({ id, exchange_order_id: other }) => [id, other]));
  return [
    ...few(
      linked.filter(({ order }) => order.symbol !== null),
      ({ order, fact }) => {
        const own = [fact.symbol, ...fact.otherNames].map(nameOf);
        const name = nameOf(order.symbol);
        // A name that nothing else has may be another one of the same instrument.
        const isOther = !own.includes(name) && held.has(name);
        const isElsewhere = venueOf(order.exchange) !== fact.venue;
        return isOther || (isElsewhere && order.exchange !== null && fact.venue !== 'unknown');
      },
    ).map(({ order, fact }): BetweenRows => ({
      ...orderHead(order),
      what: 'instrument',
      one: `${order.symbol ?? ''} at ${venueOf(order.exchange)}`,
      other: `position ${fact.id} is ${fact.symbol} at ${fact.venue}`,
    })),
    ...few(
      linked.filter(({ order }) => (order.parent_id ?? '') !== ''),
      ({ order }) => !known.has(order.parent_id),
    ).map(({ order }): BetweenRows => ({
      ...orderHead(order),
      what: 'parent',
      one: `parent_id ${order.parent_id ?? ''}`,
      other: 'no order has that id',
    })),
    ...few(linked, ({ order, fact }) => {
      const side = sideOf(order.side);
      if (side === 'unknown' || fact.side === 'unknown' || order.role === null) return false;
      return isEntry(order) ? side !== fact.side : REDUCING.test(order.role) && side === fact.side;
    }).map(({ order, fact }): BetweenRows => ({
      ...orderHead(order),
      what: 'side',
      one: `${order.role ?? ''}, ${order.side ?? ''}`,
      other: `position ${fact.id} is ${fact.side}`,
    })),
    ...unsaid(linked).map(({ order }): BetweenRows => ({
      ...orderHead(order),
      what: 'unsaid',
      one: 'reduce_only empty',
      other: 'other stops of its exchange say that they only reduce',
    })),
  ];
}

type Linked = Readonly<{ order: OrderRow; fact: PositionFact }>;

/** Those that are so, of exchanges and roles of which few are. */
function few(all: readonly Linked[], isSo: (one: Linked) => boolean): readonly Linked[] {
  const groups = groupBy(all, ({ order, fact }) => `${fact.venue} ${order.role ?? ''}`);
  return [...groups.values()].flatMap((group) => {
    const found = group.filter(isSo);
    return found.length > MOST * group.length ? [] : found;
  });
}

/** Stops that do not say whether they only reduce, of exchanges of which other stops say it. */
function unsaid(linked: readonly Linked[]): readonly Linked[] {
  const stops = groupBy(
    linked.filter(({ order }) => isStop(order)),
    ({ fact }) => fact.venue,
  );
  return [...stops.values()]
    .filter((group) => group.some(({ order }) => order.reduce_only === true))
    .flatMap((group) =>
      group.filter(({ order }) => order.reduce_only === null && order.close_on_trigger !== true),
    );
}

/** One name of an instrument, whatever it was called before. */
export function namesOf({ rows }: Input): (symbol: string | null) => string {
  const before = new Map(
    rowsOf(rows.instruments).flatMap(({ symbol, same_as: earlier }) =>
      earlier === null ? [] : [[canonicalSymbol(earlier), canonicalSymbol(symbol)] as const],
    ),
  );
  return (symbol) => {
    const name = canonicalSymbol(symbol ?? '');
    return before.get(name) ?? name;
  };
}
