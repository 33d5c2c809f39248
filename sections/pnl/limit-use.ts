import { known, missing, type Value } from '../../audit/value.ts';
import { why } from '../common/rows.ts';
import type { Facts } from './facts.ts';

/** Used share of the daily loss limit in percent; without a limit nobody can say. */
export function lossUsed({ source, closed, dailyLimit, day }: Facts): Value<number> {
  if (!source.ok) return why(source);
  if (closed.gap) return why(closed.gap);
  if (!dailyLimit) return missing('no_data', 'no daily loss limit is configured');
  return known(day ? day.loss.div(dailyLimit.value).times(100).toNumber() : 0);
}
