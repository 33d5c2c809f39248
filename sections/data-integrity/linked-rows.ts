import { rowsById } from '../shared/facts/ids.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { groupBy, timeOrNull } from '../shared/facts/row-values.ts';
import type { FillRow, OrderRow } from '../shared/queries/trading-rows.ts';
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
    | 'order-strategy'
    | 'instrument'
    | 'parent'
    | 'change'
    | 'change-of-other'
    | 'target'
    | 'far-price'
    | 'far-fill'
    | 'far-fee'
    | 'off-market'
    | 'still-price'
    | 'side'
    | 'unsaid'
    | 'never-said'
    | 'stop-flag';
  readonly entity: 'order' | 'position' | 'fill' | 'stop_change' | 'price';
  readonly id: string;
  readonly symbol: string;
  readonly one: string;
  readonly other: string;
  readonly at: number;
}

/** Fewer rows of another strategy may be moved by hand, or traded together. */
export const MANY_OF_STRATEGY = 5;

/** Where more than this share are so, a column means something else than we take it for. */
export const MOST = 0.2;

export const orderHead = ({ id, symbol, created_at: at }: OrderRow) =>
  ({ entity: 'order', id, symbol: symbol ?? 'unknown', at: timeOrNull(at) ?? 0 }) as const;

export const fillHead = ({ id, symbol, at }: FillRow) =>
  ({ entity: 'fill', id, symbol: symbol ?? 'unknown', at: timeOrNull(at) ?? 0 }) as const;

/** One position with its fills and the orders of those. */
export interface Traded {
  readonly fact: PositionFact;
  readonly parts: readonly { readonly fill: FillRow; readonly order: OrderRow | undefined }[];
}

/** The fills of one order. */
export type Parts = readonly { readonly fill: FillRow; readonly order: OrderRow }[];
export type Linked = Readonly<{ order: OrderRow; fact: PositionFact }>;

/** Orders that name one of these positions. */
export function linkedOrders(positions: readonly PositionFact[], { rows }: Input): readonly Linked[] {
  const byId = rowsById(positions, ({ id }) => id);
  return rowsOf(rows.orders).flatMap((order) => {
    const fact = byId(order.position_id).at(-1);
    return fact === undefined ? [] : [{ order, fact }];
  });
}

/** Those that are so, of groups of which few are. */
export function fewOf<T>(
  all: readonly T[],
  groupOf: (one: T) => string,
  isSo: (one: T) => boolean,
): readonly T[] {
  return [...groupBy(all, groupOf).values()].flatMap((group) => {
    const found = group.filter(isSo);
    return found.length > MOST * group.length ? [] : found;
  });
}

/** The same of the orders of an exchange and role. */
export const few = (all: readonly Linked[], isSo: (one: Linked) => boolean): readonly Linked[] =>
  fewOf(all, ({ order, fact }) => `${fact.venue} ${order.role ?? ''}`, isSo);
