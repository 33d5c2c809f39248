import { known, missing, type Value } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import type { Facts } from './facts.ts';
import type { DayLoss } from './losses.ts';

/** The deeper of what closed positions lost in a UTC day and what equity fell in one, until the window's end. */
export function deepestLoss({
  day,
  fall,
}: Facts): { readonly by: 'results' | 'equity'; readonly loss: DayLoss } | null {
  if (fall && fall.loss.greaterThan(day?.loss ?? 0)) return { by: 'equity', loss: fall };
  return day && { by: 'results', loss: day };
}

/** Used share of the daily loss limit in percent; without a limit nobody can say. */
export function lossUsed(facts: Facts): Value<number> {
  const { source, closed, earlier, dailyLimit, fallDoubt } = facts;
  if (!source.ok) return why(source);
  if (closed.gap) return why(closed.gap);
  if (!earlier.ok) return why(earlier);
  if (!dailyLimit) return missing('no_data', 'no daily loss limit is configured');
  if (fallDoubt) return why(fallDoubt);
  const deepest = deepestLoss(facts);
  return known(deepest ? deepest.loss.loss.div(dailyLimit.value).times(100).toNumber() : 0);
}
