import { ms } from '../../audit/time.ts';
import { isTarget } from '../shared/facts/order-roles.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { Input } from './input.ts';
import { fewOf, type BetweenRows, type Linked } from './linked-rows.ts';

/**
 * Positions whose row has a target and of which no order of one is stored, where nearly all others of their strategy and
 * exchange have one. A bot that watches its targets itself has none of them.
 */
export function lostTargets(
  positions: readonly PositionFact[],
  linked: readonly Linked[],
  { settings, window, shared }: Input,
): readonly BetweenRows[] {
  const withOrder = new Set(linked.flatMap(({ order, fact }) => (isTarget(order) ? [fact] : [])));
  const latest = ms(window.to) - settings.toldLateS * 1000;
  const planned = positions.filter(
    ({ row, venue, openedAt }) =>
      positiveOrNull(row.take_profit_price) !== null &&
      openedAt < latest &&
      !shared.ends.isAfter('order', venue, openedAt),
  );
  return fewOf(
    planned,
    ({ venue, strategy }) => `${venue} ${strategy ?? ''}`,
    (fact) => !withOrder.has(fact),
  ).map(({ id, symbol, openedAt, row }) => ({
    what: 'target',
    entity: 'position',
    id,
    symbol,
    at: openedAt,
    one: `take_profit_price ${row.take_profit_price ?? ''}`,
    other: 'no order of it is a target',
  }));
}
