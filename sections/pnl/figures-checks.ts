import { amount, sum, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { figureGroup, why } from '../shared/vocabulary/rows.ts';
import { fillsQuery, pricesQuery } from '../shared/queries/trading.ts';
import type { Facts, Input } from './facts.ts';

/** Fees without a currency, the market, and the report's own sums. */
export function checkFigures(facts: Facts, input: Input, out: Output): void {
  feeFigure(facts, input, out);
  marketFigures(facts, out);
  identityFigures(facts, input, out);
}

function feeFigure({ feesWithoutCurrency }: Facts, input: Input, out: Output): void {
  const { fills } = input.rows;
  out.figure({
    name: 'fees_without_currency',
    value: fills.ok ? known(feesWithoutCurrency) : why(fills),
    unit: 'count',
    id: 'PN3',
    title: 'Fees that name no currency',
    basis: 'fills',
    queries: [fillsQuery.id],
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
