import { amount, sum, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { figureGroup, why } from '../shared/vocabulary/rows.ts';
import { fillsQuery, positionsQuery, pricesQuery } from '../shared/queries/trading.ts';
import type { Facts, Input } from './facts.ts';

/** What the bot stores against what was computed, the market, and the report's own sums. */
export function checkFigures(facts: Facts, input: Input, out: Output): void {
  accountingFigures(facts, input, out);
  marketFigures(facts, out);
  identityFigures(facts, input, out);
}

function accountingFigures({ accounting, source }: Facts, input: Input, out: Output): void {
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
  fillFigure({
    name: 'fees_without_currency',
    value: ofFills(accounting.feesWithoutCurrency),
    unit: 'count',
    id: 'PN3',
    title: 'Fees that name no currency',
    formula: 'fills with a fee other than 0 and an empty fee_currency; taken as the quote currency',
  });
}

function marketFigures({ market }: Facts, out: Output): void {
  const figure = figureGroup(out, { basis: 'prices', queries: [pricesQuery.id] });
  const of = (value: number | undefined): Value =>
    value === undefined ? missing('no_data', 'no prices of the traded symbols at both edges') : known(value);
  figure({
    name: 'market_change',
    value: of(market?.mean),
    unit: 'percent',
    id: 'PN14',
    title: 'Change of the traded symbols',
    formula: 'mean of (last - first) / first of the symbols of closed positions',
    ...(market && { n: market.symbols }),
  });
  figure({
    name: 'market_change_weighted',
    value: of(market?.weighted),
    unit: 'percent',
    id: 'PN14',
    title: 'Change weighted by notional',
    formula: 'the same, weighted by the traded notional',
    ...(market && { n: market.symbols }),
  });
}

/** The self-check: each way of adding up the results gives the same total (catalogue 3.0). */
function identityFigures({ closed, source, byVenue }: Facts, input: Input, out: Output): void {
  const total = sum(closed.results.map(({ net }) => net));
  const bySymbol = new Map<string, Money>();
  for (const { fact, net } of closed.results)
    bySymbol.set(fact.symbol, (bySymbol.get(fact.symbol) ?? sum([])).plus(net));
  const venueTotal = sum([...byVenue.values()].map(({ results }) => sum(results.map(({ net }) => net))));
  const off = (other: Money): Value =>
    !source.ok ? why(source) : closed.gap ? why(closed.gap) : known(amount(total.minus(other)));
  const shared = {
    unit: 'money' as const,
    currency: input.bot.quoteCurrency,
    basis: 'self-check',
    queries: source.ok ? source.queries : [],
  };
  out.figure({
    ...shared,
    name: 'identity_venues',
    value: off(venueTotal),
    title: 'Total - sum of the exchanges',
    formula: 'net PnL - sum of net PnL by exchange',
  });
  out.figure({
    ...shared,
    name: 'identity_symbols',
    value: off(sum(bySymbol.values())),
    title: 'Total - sum of the symbols',
    formula: 'net PnL - sum of net PnL by symbol',
  });
}
