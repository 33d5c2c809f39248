import type { Rows } from '../../../audit/input.ts';
import { ms } from '../../../audit/time.ts';
import type { FillRow, OrderRow, StopChangeRow } from '../queries/trading-rows.ts';
import type { EarlyEnds } from './early-ends.ts';
import { rowsById } from './ids.ts';
import { isEntry } from './order-roles.ts';
import type { PositionFact } from './position-facts.ts';
import { GRACE_MS, groupBy, sideOf } from './row-values.ts';

/** Milliseconds since the epoch. */
interface Time {
  readonly from: number;
  readonly to: number;
}

/**
 * When stops may have stood whose orders are not stored: each that a recorded change names, until the next change; all of
 * the life of a position whose entry order is not stored, since its stops went the same way; and all after the end of the
 * orders, where they end early.
 */
export function lostStops(
  orders: Rows<OrderRow>,
  fills: Rows<FillRow>,
  window: Time,
  ends: Pick<EarlyEnds, 'endOf'>,
): (fact: PositionFact, changes: readonly StopChangeRow[]) => readonly Time[] {
  if (!orders.ok) return () => [];
  const isStored = storedIn(orders.rows);
  // A bot that stores no entry at all does not lose them.
  const storesEntries = orders.rows.some(isEntry);
  const fillsOf = groupBy(fills.ok ? fills.rows : [], ({ position_id: id }) => id ?? '');
  const isEntryLost = (fact: PositionFact): boolean =>
    storesEntries &&
    fact.openedAt >= window.from + GRACE_MS &&
    (fillsOf.get(fact.id) ?? []).some(
      ({ order_id: id, side }) => sideOf(side) === fact.side && (id ?? '') !== '' && !isStored(id),
    );
  return (fact, changes) => {
    const lost = isEntryLost(fact)
      ? [{ from: -Infinity, to: Infinity }]
      : [
          ...lostOf(
            changes.filter(({ error }) => error === null),
            window,
            isStored,
          ),
          { from: ends.endOf('order', fact.venue), to: Infinity },
        ];
    return lost.filter(({ from, to }) => from < (fact.closedAt ?? window.to) && to > fact.openedAt);
  };
}

function storedIn(orders: readonly OrderRow[]): (id: string | null) => boolean {
  const byId = rowsById(orders, ({ id }) => id);
  const byVenueId = rowsById(orders, ({ exchange_order_id: id }) => id);
  return (id) => byId(id).length > 0 || byVenueId(id).length > 0;
}

function lostOf(
  changes: readonly StopChangeRow[],
  window: Time,
  isStored: (id: string | null) => boolean,
): readonly Time[] {
  return changes.flatMap(({ kind, order_id: id, at }, index) => {
    const from = ms(at);
    const stands = kind === 'placed' || kind === 'updated';
    if (!stands || from < window.from || (id ?? '') === '' || isStored(id)) return [];
    const next = changes[index + 1];
    return [{ from, to: next === undefined ? Infinity : ms(next.at) }];
  });
}
