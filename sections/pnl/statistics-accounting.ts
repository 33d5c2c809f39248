import { amount, sum, type Money } from '../../audit/decimal.ts';
import { known } from '../../audit/value.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { fillsQuery } from '../shared/queries/trading.ts';
import { lines, WHOLE_BOT, type Computed, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** The self-check: each way of adding up the results gives the same total (catalogue 3.0). And what was assumed. */
export function accountingStatistics(facts: Facts, input: Input): Lines {
  const { source, from, closed, byVenue, feesWithoutCurrency } = facts;
  const { results, gap, summary } = closed;
  const { fills } = input.rows;
  const minus = (parts: readonly Money[]): Computed => gap ?? summary.net.minus(sum(parts));
  const symbols = [...groupBy(results, ({ fact }) => fact.symbol).values()];
  return lines({
    columns: WHOLE_BOT,
    basis: 'self-check',
    queries: from.queries,
    currency: input.bot.quoteCurrency,
    unseen: source.ok ? null : source,
    lines: [
      {
        name: 'identity_venues',
        unit: 'money',
        title: 'Total - sum of the exchanges',
        formula: 'net PnL - sum of net PnL by exchange',
        of: () => minus(byVenue.map((group) => group.summary.net)),
        row: true,
        note: 'self-check, must be 0',
      },
      {
        name: 'identity_symbols',
        unit: 'money',
        title: 'Total - sum of the symbols',
        formula: 'net PnL - sum of net PnL by symbol',
        of: () => minus(symbols.map((list) => sum(list.map(({ net }) => net)))),
        row: true,
        note: 'self-check, must be 0',
      },
      {
        name: 'fees_without_currency',
        id: 'PN3',
        unit: 'count',
        title: 'Fees that name no currency',
        formula: 'fills with a fee other than 0 and an empty fee_currency; taken as the quote currency',
        basis: 'fills',
        queries: [fillsQuery.id],
        unseen: fills.ok ? null : fills,
        of: () => feesWithoutCurrency,
      },
      ...(gap === null || results.length === 0
        ? []
        : [
            {
              name: 'net_pnl_known',
              id: 'PN3',
              unit: 'money' as const,
              title: 'Net PnL of the positions with a result',
              formula: 'sum over the closed positions whose result is known',
              ...from,
              of: () => ({ value: known(amount(summary.net)), n: results.length }),
            },
          ]),
    ],
  });
}
