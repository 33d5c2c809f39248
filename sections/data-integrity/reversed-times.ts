import type { PositionFact } from '../shared/facts/position-facts.ts';
import { GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import type { OrderRow } from '../shared/queries/trading-rows.ts';

/** A time that lies before the one that it must follow. */
export interface Reversed {
  readonly entity: 'order' | 'position';
  readonly id: string;
  readonly symbol: string;
  /** The column that cannot be as it is; two where nothing tells which. */
  readonly column: string;
  readonly value: number;
  readonly against: string;
  readonly other: number;
}

/** A market order is answered at once, so that what lies further before its answer is no creation of it. */
const AT_ONCE_MS = 86_400_000;

const LATER = ['venue_at', 'triggered_at', 'filled_at', 'cancelled_at', 'updated_at'] as const;

/** One that lies alone is wrong; when all of them lie before the creation, the creation is. */
function ofOrder(order: OrderRow): readonly Reversed[] {
  const created = timeOrNull(order.created_at);
  if (created === null) return [];
  const times = LATER.flatMap((column) => {
    const at = timeOrNull(order[column]);
    return at === null ? [] : [{ column, at }];
  });
  const before = times.filter(({ at }) => at < created - GRACE_MS);
  const [first] = before;
  const answers = times.filter(({ column }) => column !== 'updated_at');
  const about = { entity: 'order', id: order.id, symbol: order.symbol ?? 'unknown' } as const;
  if (first === undefined) {
    const isFarBefore = order.type === 'market' && answers.every(({ at }) => at - created > AT_ONCE_MS);
    const [answer] = isFarBefore ? answers : [];
    if (answer === undefined) return triggeredLate(order);
    return [{ ...about, column: 'created_at', value: created, against: answer.column, other: answer.at }];
  }
  if (before.length > 1 && before.length === times.length)
    return [{ ...about, column: 'created_at', value: created, against: first.column, other: first.at }];
  const which = times.length === 1 ? `created_at or ${first.column}` : null;
  return before.map(({ column, at }) => ({
    ...about,
    column: which ?? column,
    value: at,
    against: 'created_at',
    other: created,
  }));
}

/** What ended was triggered before it did. */
function triggeredLate(order: OrderRow): readonly Reversed[] {
  const triggered = timeOrNull(order.triggered_at);
  const ends = (['filled_at', 'cancelled_at'] as const).flatMap((column) => {
    const at = timeOrNull(order[column]);
    return triggered === null || at === null || at >= triggered - GRACE_MS ? [] : [{ column, at }];
  });
  return ends.slice(0, 1).map(({ column, at }) => ({
    entity: 'order',
    id: order.id,
    symbol: order.symbol ?? 'unknown',
    column: `${column} or triggered_at`,
    value: at,
    against: 'triggered_at',
    other: triggered ?? at,
  }));
}

function ofPosition({ id, symbol, row, ledger }: PositionFact): readonly Reversed[] {
  const [opened, closed] = [timeOrNull(row.opened_at), timeOrNull(row.closed_at)];
  const about = { entity: 'position', id, symbol } as const;
  const written = timeOrNull(row.updated_at);
  if (opened === null) return [];
  if (closed === null || closed >= opened - GRACE_MS)
    return written === null || written >= opened - GRACE_MS
      ? []
      : [{ ...about, column: 'updated_at', value: written, against: 'opened_at', other: opened }];
  const isAt = (time: number, filled: number | null | undefined): boolean =>
    filled != null && Math.abs(time - filled) <= GRACE_MS;
  const isOpening = isAt(closed, ledger?.flatAt) && !isAt(opened, ledger?.openedAt);
  const isEnd = isAt(opened, ledger?.openedAt) && !isAt(closed, ledger?.flatAt);
  if (isOpening)
    return [{ ...about, column: 'opened_at', value: opened, against: 'closed_at', other: closed }];
  const column = isEnd ? 'closed_at' : 'opened_at or closed_at';
  return [{ ...about, column, value: closed, against: 'opened_at', other: opened }];
}

/** Times of orders and positions that lie before the one of their own row that they must follow. */
export const reversedTimes = (
  orders: readonly OrderRow[],
  positions: readonly PositionFact[],
): readonly Reversed[] => [...orders.flatMap(ofOrder), ...positions.flatMap(ofPosition)];
