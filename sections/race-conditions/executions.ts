import { money, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { rowsById } from '../shared/facts/ids.ts';
import { decimalOrNull, positiveOrNull } from '../shared/facts/row-values.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** A decision that more than one order carried out, or may have. */
export interface SeveralExecutions {
  readonly id: string;
  readonly symbol: string;
  readonly venue: string | null;
  readonly decision: string | null;
  readonly strategy: string | null;
  readonly decidedQuantity: Money | null;
  readonly filled: Money | null;
  readonly executions: number;
  readonly firstAt: number;
  readonly secondAt: number;
  readonly lastAt: number;
  readonly orders: string;
  /** `split`: together no more than was decided. `undecided`: what a second row says is not read. */
  readonly verdict: 'double' | 'split' | 'undecided';
}

export function severalExecutions(input: Input): readonly SeveralExecutions[] {
  const decided = rowsById(rowsOf(input.rows.decided), ({ id }) => id);
  return rowsOf(input.rows.several).map((row) => {
    const [decision] = decided(row.decision_id);
    const decidedQuantity = positiveOrNull(decision?.quantity ?? null);
    const filled = decimalOrNull(row.filled);
    const most = decidedQuantity?.times(money(100 + input.settings.slicePercent)).div(100);
    const isSplit =
      row.unread === 0 && row.waiting === 0 && filled !== null && most !== undefined && filled.lte(most);
    return {
      id: row.decision_id,
      symbol: decision?.symbol ?? 'unknown',
      venue: decision?.exchange ?? null,
      decision: decision?.decision ?? null,
      strategy: decision?.strategy ?? null,
      decidedQuantity,
      filled,
      executions: row.executions,
      firstAt: ms(row.first_at),
      secondAt: ms(row.second_at),
      lastAt: ms(row.last_at),
      orders: row.orders,
      verdict: isSplit ? 'split' : row.executions > 1 ? 'double' : 'undecided',
    };
  });
}
