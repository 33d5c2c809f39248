import type { Output } from '../../audit/section.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { fillsQuery, positionsQuery } from '../shared/queries/trading.ts';
import { figureGroup, why } from '../shared/vocabulary/rows.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** What the bot stores against what was computed (catalogue DI13). */
export function accountingFigures({ accounting, source }: Facts, input: Input, out: Output): void {
  const { realized, unrealized, fees } = accounting;
  const of = (value: number): Value => (source.ok ? known(value) : why(source));
  const rows = figureGroup(out, { basis: 'position rows', queries: [positionsQuery.id] });
  rows({
    name: 'stored_results_compared',
    value: of(realized.compared),
    unit: 'count',
    id: 'DI13',
    title: 'Stored results compared',
    formula: 'closed positions with a stored and a computed result',
  });
  rows({
    name: 'stored_results_differ',
    value: of(realized.disagreements.length),
    unit: 'count',
    id: 'DI13',
    title: 'Stored results that disagree',
    formula: 'realized_pnl off gross - fees + funding by more than 0.01 and 1 %',
  });
  rows({
    name: 'stored_results_zero',
    value: input.has('position', 'realized_pnl')
      ? of(realized.storedZero)
      : missing('missing_column', 'position.realized_pnl'),
    unit: 'count',
    id: 'DI13',
    title: 'Closed rows with a stored result of 0',
    formula: 'closed positions whose realized_pnl is 0',
    n: realized.closedRows,
  });
  rows({
    name: 'stored_unrealised_compared',
    value: of(unrealized.compared),
    unit: 'count',
    id: 'DI13',
    title: 'Stored unrealised results compared',
    formula:
      'open rows with unrealized_pnl, current_price, entry_price and quantity, priced by the end of the window',
  });
  rows({
    name: 'stored_unrealised_later',
    value: of(unrealized.later),
    unit: 'count',
    id: 'DI13',
    title: 'Stored unrealised results not compared',
    formula: 'rows open at the end of the window that are closed now, or whose current_price_at is after it',
  });
  rows({
    name: 'stored_unrealised_differ',
    value: of(unrealized.disagreements.length),
    unit: 'count',
    id: 'DI13',
    title: 'Stored unrealised results that disagree',
    formula: 'unrealized_pnl off side x (current_price - entry_price) x quantity by more than 0.01 and 1 %',
  });
  const fillFigure = figureGroup(out, { basis: 'fills', queries: [fillsQuery.id] });
  const ofFills = (value: number): Value => (input.rows.fills.ok ? known(value) : why(input.rows.fills));
  fillFigure({
    name: 'fees_compared',
    value: ofFills(fees.compared),
    unit: 'count',
    id: 'DI13',
    title: 'Fees compared',
    formula: 'fills of an exchange and role with one usual fee rate',
  });
  fillFigure({
    name: 'fees_differ',
    value: ofFills(fees.disagreements.length),
    unit: 'count',
    id: 'DI13',
    title: 'Fees off their usual rate',
    formula: 'fee off value x median rate of its exchange and role by more than 0.01 and 1 %',
  });
}
