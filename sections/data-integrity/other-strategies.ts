import {
  fillHead,
  MANY_OF_STRATEGY,
  orderHead,
  type BetweenRows,
  type Linked,
  type Traded,
} from './linked-rows.ts';

interface Named {
  readonly id: string;
  readonly said: string;
  readonly of: string;
  readonly head: ReturnType<typeof fillHead | typeof orderHead>;
}

/** Fills and orders of another strategy than their positions, where both use the same names at all. */
export function otherStrategies(
  traded: readonly Traded[],
  linked: readonly Linked[],
): readonly BetweenRows[] {
  const fills = traded.flatMap(({ fact, parts }) =>
    parts.map(({ fill }) => ({ fact, said: fill.strategy, head: fillHead(fill) })),
  );
  const orders = linked.map(({ order, fact }) => ({ fact, said: order.strategy, head: orderHead(order) }));
  return [fills, orders].flatMap((all) => {
    const named = all.flatMap(({ fact: { id, strategy }, said, head }): Named[] =>
      (strategy ?? '') === '' || (said ?? '') === ''
        ? []
        : [{ id, said: said ?? '', of: strategy ?? '', head }],
    );
    const agreed = new Set(named.flatMap(({ said, of }) => (said === of ? [of] : [])));
    const found = named.filter(({ said, of }) => said !== of && (agreed.has(said) || agreed.has(of)));
    if (new Set(found.map(({ id }) => id)).size < MANY_OF_STRATEGY) return [];
    return found.map(({ id, said, of, head }): BetweenRows => ({
      ...head,
      what: head.entity === 'order' ? 'order-strategy' : 'strategy',
      one: `strategy ${said}`,
      other: `position ${id} is of ${of}`,
    }));
  });
}
