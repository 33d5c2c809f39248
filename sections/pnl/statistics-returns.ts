import { known, missing } from '../../audit/value.ts';
import { equityQuery, transfersQuery } from '../shared/queries/trading.ts';
import { lines, shown, WHOLE_BOT, type Line, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** Daily returns of a month; with too few days they are not even listed, because such numbers are noise (PN13). */
export function returnStatistics({ returns }: Facts, input: Input): Lines | null {
  if (!returns) return null;
  const { n, best, worst } = returns;
  const line = (
    [name, unit, title, row]: readonly [name: string, unit: 'ratio' | 'percent', title: string, row: string],
    formula: string,
    value: number | null,
  ): Line<null> => ({
    ...shown('PN13', unit, name, title),
    formula,
    of: () => ({
      value: value === null ? missing('not_applicable', 'the returns do not vary') : known(value),
      n,
    }),
    row,
    note: `${String(n)} days, equity at 00:00 UTC, factor sqrt(365)`,
  });
  return lines({
    columns: WHOLE_BOT,
    basis: 'equity at 00:00 UTC, without transfers',
    queries: [equityQuery.id, transfersQuery.id],
    currency: input.bot.quoteCurrency,
    lines: [
      line(
        ['sharpe', 'ratio', 'Sharpe ratio', 'Sharpe'],
        'mean / standard deviation (ddof 1) of daily returns x sqrt(365), rf = 0',
        returns.sharpe,
      ),
      line(
        ['sharpe_error', 'ratio', 'Standard error of the Sharpe ratio', 'Sharpe error'],
        'sqrt((1 + S^2 / 2) / n) on the daily scale x sqrt(365)',
        returns.sharpeError,
      ),
      line(
        ['sortino', 'ratio', 'Sortino ratio', 'Sortino'],
        'mean / downside deviation over all days x sqrt(365)',
        returns.sortino,
      ),
      line(
        ['calmar', 'ratio', 'Calmar ratio', 'Calmar'],
        'annualised return / largest relative fall of the daily curve',
        returns.calmar,
      ),
      line(
        ['volatility', 'percent', 'Volatility a year', 'Volatility'],
        'standard deviation of daily returns x sqrt(365)',
        100 * returns.volatility,
      ),
      line(
        ['best_day', 'percent', `Best day, ${best.day}`, 'Best day'],
        'largest daily return',
        100 * best.r,
      ),
      line(
        ['worst_day', 'percent', `Worst day, ${worst.day}`, 'Worst day'],
        'smallest daily return',
        100 * worst.r,
      ),
    ],
  });
}
