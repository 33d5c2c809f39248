import { known, missing } from '../../audit/value.ts';
import { equityQuery, transfersQuery } from '../shared/queries/trading.ts';
import { lines, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** Daily returns of a month; with too few days they are not even listed, because such numbers are noise (PN13). */
export function returnStatistics({ returns }: Facts, input: Input): Lines | null {
  if (!returns) return null;
  const { n, best, worst, sharpe, sharpeError, sortino, calmar, volatility } = returns;
  const line =
    (unit: 'ratio' | 'percent') =>
    (name: string, row: string, title: string, value: number | null, formula: string): Line<null> => ({
      id: 'PN13',
      unit,
      name,
      title,
      formula,
      of: () => ({
        value: value === null ? missing('not_applicable', 'the returns do not vary') : known(value),
        n,
      }),
      row,
      note: `${String(n)} days, equity at 00:00 UTC, factor sqrt(365)`,
    });
  const [ratio, percent] = [line('ratio'), line('percent')];
  const mean = 'mean / standard deviation (ddof 1) of daily returns x sqrt(365), rf = 0';
  const error = 'sqrt((1 + S^2 / 2) / n) on the daily scale x sqrt(365)';
  const downside = 'mean / downside deviation over all days x sqrt(365)';
  const fall = 'annualised return / largest relative fall of the daily curve';
  const spread = 'standard deviation of daily returns x sqrt(365)';
  return lines({
    columns: WHOLE_BOT,
    basis: 'equity at 00:00 UTC, without transfers',
    queries: [equityQuery.id, transfersQuery.id],
    currency: input.bot.quoteCurrency,
    lines: [
      ratio('sharpe', 'Sharpe', 'Sharpe ratio', sharpe, mean),
      ratio('sharpe_error', 'Sharpe error', 'Standard error of the Sharpe ratio', sharpeError, error),
      ratio('sortino', 'Sortino', 'Sortino ratio', sortino, downside),
      ratio('calmar', 'Calmar', 'Calmar ratio', calmar, fall),
      percent('volatility', 'Volatility', 'Volatility a year', 100 * volatility, spread),
      percent('best_day', 'Best day', `Best day, ${best.day}`, 100 * best.r, 'largest daily return'),
      percent('worst_day', 'Worst day', `Worst day, ${worst.day}`, 100 * worst.r, 'smallest daily return'),
    ],
  });
}
