import { ms } from '../../audit/time.ts';
import { rowsById } from '../shared/facts/ids.ts';
import { orderFinder } from '../shared/facts/order-bounds.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { OrderRow, StopChangeRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import { fewOf, type BetweenRows } from './linked-rows.ts';

/** A recorded change of the window that worked, with its position and the order that it names. */
export interface Changed {
  readonly fact: PositionFact;
  readonly change: StopChangeRow;
  readonly order: OrderRow | undefined;
}

export function changesOf({ rows, shared: { protection }, window }: Input): readonly Changed[] {
  const orders = rowsOf(rows.orders);
  if (!protection.ok || orders.length === 0) return [];
  const orderOf = orderFinder(orders);
  const from = ms(window.from);
  return protection.positions.flatMap(({ fact, changes }) =>
    changes.flatMap((change) => {
      const { order_id: id, exchange, error, at } = change;
      if ((id ?? '') === '' || error !== null || ms(at) < from) return [];
      return [{ fact, change, order: orderOf({ order_id: id, exchange, symbol: fact.symbol }) }];
    }),
  );
}

/** Recorded changes of a stop that is not stored, or is another position's, and of another exchange than it. */
export function changesOfOthers(positions: readonly PositionFact[], input: Input): readonly BetweenRows[] {
  const changes = changesOf(input);
  const venues = new Set(positions.map(({ venue }) => venue));
  const isElsewhere = ({ fact, change }: Changed): boolean =>
    venueOf(change.exchange) !== fact.venue && venues.has(venueOf(change.exchange));
  const byId = rowsById(positions, ({ id }) => id);
  const isOfOther = ({ fact, order }: Changed): boolean =>
    order?.position_id != null && (byId(order.position_id).at(-1)?.id ?? order.position_id) !== fact.id;
  const isAwaited = ({ fact, change }: Changed): boolean =>
    input.shared.ends.isAfter('order', fact.venue, ms(change.at));
  const few = (isSo: (one: Changed) => boolean): readonly Changed[] =>
    fewOf(changes, ({ fact }) => fact.venue, isSo);
  const told = (
    what: BetweenRows['what'],
    found: readonly Changed[],
    other: (one: Changed) => string,
  ): readonly BetweenRows[] =>
    found.map((one) => ({
      what,
      entity: 'stop_change',
      id: one.fact.id,
      symbol: one.fact.symbol,
      at: ms(one.change.at),
      one: `${one.change.kind ?? 'a change'} of order ${one.change.order_id ?? ''} at ${one.change.at}`,
      other: other(one),
    }));
  return [
    ...told(
      'change',
      few((one) => one.order === undefined && !isAwaited(one)),
      () => 'no order has that id',
    ),
    ...told(
      'change-of-other',
      changes.filter(isOfOther),
      ({ order }) => `that is of position ${order?.position_id ?? ''}`,
    ),
    ...told(
      'change-of-other',
      changes.filter((one) => isElsewhere(one) && !isOfOther(one)),
      ({ fact, change }) => `at ${venueOf(change.exchange)}, and position ${fact.id} is at ${fact.venue}`,
    ),
  ];
}
