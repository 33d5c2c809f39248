import { ms } from '../../audit/time.ts';
import { rowsById } from '../shared/facts/ids.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { endOfRow, groupBy } from '../shared/facts/row-values.ts';
import { canonicalSymbol, venueOf } from '../shared/facts/symbols.ts';
import type { PositionRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import type { OpenOrder } from '../shared/facts/open-orders.ts';

/** The position that an order is for, and from when on there is none; null: there still is one, or nobody can tell. */
export interface Owner {
  readonly fact: PositionFact | null;
  /** Id that the order names, or of the position by its instrument. */
  readonly id: string | null;
  /** Milliseconds since the epoch. */
  readonly goneAt: number | null;
  /** The position is open, and known. */
  readonly isActive: boolean;
}

const UNKNOWN: Owner = { fact: null, id: null, goneAt: null, isActive: false };

/** Finds the position of an order: the one it names, the one that names it, or the only one it can reduce. */
export function ownersOf(input: Input, orders: readonly OpenOrder[]): (order: OpenOrder) => Owner {
  const { positions } = input.shared;
  const facts = positions.ok ? positions.positions : [];
  const rows = rowsOf(input.rows.positions);
  const [from, to] = [ms(input.window.from), ms(input.window.to)];
  const byId = rowsById(facts, ({ id }) => id);
  const rowById = rowsById(rows, ({ id }) => id);
  const byOrder = new Map(
    facts.flatMap((fact) =>
      [fact.row.entry_order_id, fact.row.exit_order_id].flatMap((id) =>
        id === null ? [] : [[id, fact] as const],
      ),
    ),
  );
  const byInstrument = groupBy(facts, ({ symbol }) => canonicalSymbol(symbol));
  const rowsByInstrument = groupBy(rows, ({ symbol }) => canonicalSymbol(symbol ?? ''));
  // Ids of another kind than those of the rows name no position.
  const named = rowsOf(input.rows.orders).flatMap(({ position_id: id }) => id ?? []);
  const isNamed = rows.length === 0 || named.some((id) => rowById(id).length > 0);
  const pending = orders.filter(({ purpose, until }) => purpose === 'open' && until === null);

  const ofFact = (fact: PositionFact): Owner => ({
    fact,
    id: fact.id,
    // Of a row that says open and fills that say closed, section 1 tells; the bot still has a position.
    goneAt: fact.row.status === 'open' ? null : fact.closedAt,
    isActive: fact.closedAt === null,
  });
  const ofRow = (id: string, row: PositionRow | undefined): Owner => {
    if (row === undefined) return { ...UNKNOWN, id, goneAt: from };
    if (row.status === 'failed' || row.status === 'closed')
      return { ...UNKNOWN, id, goneAt: endOfRow(row)?.at ?? from };
    return { ...UNKNOWN, id };
  };
  const isAt = (order: OpenOrder, exchange: string | null): boolean =>
    [order.venue, 'unknown'].includes(venueOf(exchange)) || order.venue === 'unknown';
  const ofInstrument = (order: OpenOrder): Owner => {
    const key = canonicalSymbol(order.symbol);
    const own = (byInstrument.get(key) ?? []).filter(
      ({ venue, side }) =>
        isAt(order, venue) && (side !== order.side || side === 'unknown' || order.side === 'unknown'),
    );
    const open = own.filter(({ closedAt, row }) => closedAt === null || row.status === 'open');
    const [only] = open;
    if (only !== undefined) return open.length === 1 ? ofFact(only) : { ...UNKNOWN, isActive: true };
    const isHeld = (rowsByInstrument.get(key) ?? []).some(
      ({ status, exchange }) => status !== 'closed' && status !== 'failed' && isAt(order, exchange),
    );
    const isAwaited = pending.some(
      ({ venue, symbol }) => isAt(order, venue) && canonicalSymbol(symbol) === key,
    );
    if (isHeld || isAwaited || order.side === 'unknown') return UNKNOWN;
    const last = own.toSorted((a, b) => (b.closedAt ?? to) - (a.closedAt ?? to))[0];
    return { ...UNKNOWN, id: last?.id ?? null, goneAt: last?.closedAt ?? from };
  };

  const ownerOf = (order: OpenOrder): Owner => {
    const { position_id: id, parent_id: parent, exchange_order_id: venueId } = order.row;
    if (id !== null && isNamed) {
      const fact = byId(id).at(-1);
      return fact === undefined ? ofRow(id, rowById(id).at(-1)) : ofFact(fact);
    }
    const naming = [order.id, venueId, parent].flatMap((name) =>
      name === null ? [] : (byOrder.get(name) ?? []),
    )[0];
    if (naming !== undefined) return ofFact(naming);
    // What may open a position waits for one; only what closes one is left over without it.
    return order.purpose === 'open' || order.purpose === 'unknown' ? UNKNOWN : ofInstrument(order);
  };
  // Rows that are not there yet may hold the position, or the end of the order.
  const { isAfter } = input.shared.ends;
  return (order) => {
    const owner = ownerOf(order);
    const { goneAt, fact } = owner;
    const isUntold =
      goneAt !== null &&
      (isAfter('order', order.venue, goneAt) ||
        (fact === null && isAfter('position', order.venue, order.from)));
    return isUntold ? { ...owner, goneAt: null } : owner;
  };
}
