import type { OrderRow } from '../queries/trading-rows.ts';

type Told = Pick<OrderRow, 'role' | 'type' | 'reduce_only'>;

const STOP_TYPES = new Set(['stop', 'stop_market', 'stop_limit', 'trailing_stop']);

/** Whether an order protects: by its role, or by its type when it can only reduce. A stop that enters does not. */
export function isStop({ role, type, reduce_only: reduces }: Told): boolean {
  if (role !== null) return role === 'stop' || role === 'trailing_stop';
  return STOP_TYPES.has(type ?? '') && reduces !== false;
}

/** Whether an order is to close a position at a better price than its entry: by its role, or by its type when it can only reduce. */
export function isTarget({ role, type, reduce_only: reduces }: Told): boolean {
  if (role !== null) return role === 'take_profit';
  return type?.startsWith('take_profit') === true && reduces !== false;
}

/** Whether an order is to open or enlarge a position: by its role, else as one that may increase it. */
export function isEntry({ role, type, reduce_only: reduces }: Told): boolean {
  if (role !== null) return role === 'entry';
  return reduces === false && (type === 'market' || type === 'limit');
}

/** Whether an order is to close a position or a part of it, by its role or as a stop or target. */
export function isClosing(order: Told): boolean {
  return order.role === 'exit' || isStop(order) || isTarget(order);
}
