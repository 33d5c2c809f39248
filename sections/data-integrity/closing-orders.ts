import { ENDED } from '../shared/facts/order-bounds.ts';
import { groupBy, sideOf } from '../shared/facts/row-values.ts';
import { isClosing, isEntry, isStop } from '../shared/facts/order-roles.ts';
import type { Input } from './input.ts';
import { few, orderHead, type BetweenRows, type Linked } from './linked-rows.ts';

/** Fewer stops say nothing of what a bot writes. */
const FEW = 10;

/** Orders whose side or word on reducing is not that of an order which closes the position that they name, or opens it. */
export function closingOrders(linked: readonly Linked[], input: Input): readonly BetweenRows[] {
  const closing = linked.filter(({ order }) => isClosing(order));
  return [
    ...few(linked, isOtherSide).map(({ order, fact }): BetweenRows => ({
      ...orderHead(order),
      what: 'side',
      one: `${order.role ?? ''}, ${order.side ?? ''}`,
      other: `position ${fact.id} is ${fact.side}`,
    })),
    ...unsaid(closing).map(({ order }): BetweenRows => ({
      ...orderHead(order),
      what: 'unsaid',
      one: `reduce_only ${order.reduce_only === null ? 'empty' : 'false'}`,
      other: 'others of its role and exchange say that they only reduce',
    })),
    ...neverSaid(closing, input).map(({ order }): BetweenRows => ({
      ...orderHead(order),
      what: 'never-said',
      one: 'reduce_only empty',
      other: 'no stop of its exchange has a value',
    })),
  ];
}

function isOtherSide({ order, fact }: Linked): boolean {
  const side = sideOf(order.side);
  if (side === 'unknown' || fact.side === 'unknown' || order.role === null) return false;
  return isEntry(order) ? side !== fact.side : isClosing(order) && side === fact.side;
}

/**
 * Orders that do not say that they only reduce, of exchanges and roles of which others say it. A stop that says it does not
 * is a matter of protection (SL-03), and one that still works of what it may open (ZO-01); of other orders only few are told,
 * since a bot may close by orders of both kinds.
 */
function unsaid(closing: readonly Linked[]): readonly Linked[] {
  const roles = groupBy(
    closing,
    ({ order, fact }) => `${fact.venue} ${isStop(order) ? 'stop' : (order.role ?? '')}`,
  );
  const open = [...roles.values()]
    .filter((group) => group.some(({ order }) => order.reduce_only === true))
    .flatMap((group) => [
      ...group.filter(({ order }) => order.reduce_only === null),
      ...few(group, ({ order }) => order.reduce_only === false && !isStop(order) && ENDED.has(order.status)),
    ]);
  return open.filter(({ order }) => order.close_on_trigger !== true);
}

/** Stops of exchanges at which none says whether it only reduces, though the mapping serves the column. */
function neverSaid(closing: readonly Linked[], { has }: Input): readonly Linked[] {
  if (!has('order', 'reduce_only')) return [];
  const stops = groupBy(
    closing.filter(({ order }) => isStop(order)),
    ({ fact }) => fact.venue,
  );
  const says = ({ order }: Linked): boolean => order.reduce_only !== null || order.close_on_trigger === true;
  return [...stops.values()].filter((group) => group.length >= FEW && !group.some(says)).flat();
}
