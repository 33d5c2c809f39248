import type { PositionFact } from '../shared/facts/position-facts.ts';
import { canonicalSymbol, venueOf } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { few, orderHead, type BetweenRows, type Linked } from './linked-rows.ts';

/** Orders of these positions that are of another instrument than theirs, or replace an order that is gone. */
export function brokenLinks(
  positions: readonly PositionFact[],
  linked: readonly Linked[],
  input: Input,
): readonly BetweenRows[] {
  const nameOf = namesOf(input);
  const held = new Set(positions.map(({ symbol }) => nameOf(symbol)));
  const named = linked.filter(({ order }) => order.symbol !== null && order.symbol.trim() !== '');
  const isOwnName = ({ order, fact }: Linked): boolean =>
    [fact.symbol, ...fact.otherNames].map(nameOf).includes(nameOf(order.symbol));
  const isHeld = ({ order }: Linked): boolean => held.has(nameOf(order.symbol));
  const isElsewhere = ({ order, fact }: Linked): boolean =>
    venueOf(order.exchange) !== fact.venue && order.exchange !== null && fact.venue !== 'unknown';
  const other = (what: BetweenRows['what'], found: readonly Linked[]): readonly BetweenRows[] =>
    found.map(({ order, fact }) => ({
      ...orderHead(order),
      what,
      one: `${order.symbol ?? ''} at ${venueOf(order.exchange)}`,
      other: `position ${fact.id} is ${fact.symbol} at ${fact.venue}`,
    }));
  const orders = rowsOf(input.rows.orders);
  const known = new Set(orders.flatMap(({ id, exchange_order_id: theirs }) => [id, theirs]));
  return [
    ...other(
      'instrument',
      few(named, (one) => (!isOwnName(one) && isHeld(one)) || isElsewhere(one)),
    ),
    ...few(
      linked.filter(({ order }) => (order.parent_id ?? '') !== ''),
      ({ order }) => !known.has(order.parent_id),
    ).map(({ order }): BetweenRows => ({
      ...orderHead(order),
      what: 'parent',
      one: `parent_id ${order.parent_id ?? ''}`,
      other: 'no order has that id',
    })),
  ];
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
