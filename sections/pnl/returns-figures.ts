import type { Output } from '../../audit/section.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { figureGroup } from '../shared/vocabulary/rows.ts';
import { equityQuery, transfersQuery } from '../shared/queries/trading.ts';
import type { Facts, Input } from './facts.ts';

/** Daily returns of a month; with too few days they are not even listed, because such numbers are noise (PN13). */
export function returnFigures({ returns }: Facts, input: Input, out: Output): void {
  if (input.kind !== 'monthly' || !returns) return;
  const figure = figureGroup(out, {
    basis: 'equity at 00:00 UTC, without transfers',
    queries: [equityQuery.id, transfersQuery.id],
  });
  const flat = missing('not_applicable', 'the returns do not vary');
  const of = (value: number | null): Value => (value === null ? flat : known(value));
  const shared = { id: 'PN13', n: returns.n };
  figure({
    ...shared,
    name: 'sharpe',
    value: of(returns.sharpe),
    unit: 'ratio',
    title: 'Sharpe ratio',
    formula: 'mean / standard deviation (ddof 1) of daily returns x sqrt(365), rf = 0',
  });
  figure({
    ...shared,
    name: 'sharpe_error',
    value: of(returns.sharpeError),
    unit: 'ratio',
    title: 'Standard error of the Sharpe ratio',
    formula: 'sqrt((1 + S^2 / 2) / n) on the daily scale x sqrt(365)',
  });
  figure({
    ...shared,
    name: 'sortino',
    value: of(returns.sortino),
    unit: 'ratio',
    title: 'Sortino ratio',
    formula: 'mean / downside deviation over all days x sqrt(365)',
  });
  figure({
    ...shared,
    name: 'calmar',
    value: of(returns.calmar),
    unit: 'ratio',
    title: 'Calmar ratio',
    formula: 'annualised return / largest relative fall of the daily curve',
  });
  figure({
    ...shared,
    name: 'volatility',
    value: known(100 * returns.volatility),
    unit: 'percent',
    title: 'Volatility a year',
    formula: 'standard deviation of daily returns x sqrt(365)',
  });
  figure({
    ...shared,
    name: 'best_day',
    value: known(100 * returns.best.r),
    unit: 'percent',
    title: `Best day, ${returns.best.day}`,
    formula: 'largest daily return',
  });
  figure({
    ...shared,
    name: 'worst_day',
    value: known(100 * returns.worst.r),
    unit: 'percent',
    title: `Worst day, ${returns.worst.day}`,
    formula: 'smallest daily return',
  });
}
