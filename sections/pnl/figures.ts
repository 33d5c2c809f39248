import { amount, sum, type Money } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { fillsQuery } from '../shared/queries/trading.ts';
import { venueFigures, type Cell, type VenueSpec } from '../shared/vocabulary/venue-figures.ts';
import { epsOf, type Facts, type Input } from './facts.ts';
import type { Closed } from '../shared/facts/closed-results.ts';
import { partSum, summarise, type Summary } from './results.ts';

type Spec = Omit<VenueSpec, 'basis' | 'queries'> & { readonly basis?: string };

/** Results of closed positions, by exchange and in total (catalogue PN1 to PN7, PN11, PN12). */
export function resultFigures(facts: Facts, input: Input, out: Output): void {
  const { source, venues } = facts;
  const shared = {
    basis: source.ok ? source.basis : 'positions',
    queries: source.ok ? source.queries : ['positions'],
  };
  const groupOf = (venue: string | null): Closed =>
    venue === null ? facts.closed : (facts.byVenue.get(venue) ?? facts.closed);
  const cells = (spec: Spec, cell: (group: Closed, summary: Summary) => Cell): void => {
    venueFigures(out, venues, { ...shared, ...spec }, (venue) => {
      const group = groupOf(venue);
      return source.ok ? cell(group, summarise(group.results, epsOf(input))) : { value: why(source) };
    });
  };
  const define = (spec: Spec, value: (group: Closed, summary: Summary) => Value): void => {
    cells(spec, (group, summary) => ({ value: value(group, summary) }));
  };
  const whole = (compute: (summary: Summary) => Value) => (group: Closed, summary: Summary) =>
    group.gap ? why(group.gap) : compute(summary);
  const orNull = (value: number | string | null, reason: Missing): Value =>
    value === null ? reason : known(value);
  const noTrades = missing('no_data', 'no position was closed');
  const money = { unit: 'money' as const, currency: input.bot.quoteCurrency };
  const plain = (value: Money | null): string | null => (value === null ? null : amount(value));

  define(
    {
      name: 'closed_positions',
      unit: 'count',
      id: 'PN1',
      title: 'Closed positions',
      formula: 'positions closed in the window',
    },
    ({ closed }) => known(closed),
  );
  define(
    { name: 'winners', unit: 'count', id: 'PN1', title: 'Winners', formula: 'closed with net > eps' },
    whole(({ winners }) => known(winners)),
  );
  define(
    { name: 'losers', unit: 'count', id: 'PN1', title: 'Losers', formula: 'closed with net < -eps' },
    whole(({ losers }) => known(losers)),
  );
  define(
    { name: 'breakeven', unit: 'count', id: 'PN1', title: 'Breakeven', formula: 'closed - winners - losers' },
    whole(({ breakeven }) => known(breakeven)),
  );
  cells(
    { name: 'win_rate', unit: 'percent', id: 'PN2', title: 'Win rate', formula: '100 x winners / closed' },
    (group, { winRate, interval, n }) => ({
      value: group.gap ? why(group.gap) : orNull(winRate, noTrades),
      n,
      interval: group.gap === null && n < 100 ? interval : null,
    }),
  );
  define(
    {
      name: 'win_rate_decided',
      unit: 'percent',
      id: 'PN2',
      title: 'Win rate without breakeven',
      formula: '100 x winners / (winners + losers)',
    },
    whole(({ winRateDecided }) => orNull(winRateDecided, noTrades)),
  );
  define(
    {
      ...money,
      name: 'net_pnl',
      id: 'PN3',
      title: 'Net PnL',
      formula: 'sum of gross - fees + funding of the positions closed in the window',
    },
    whole(({ net }) => known(amount(net))),
  );
  define(
    { ...money, name: 'average_pnl', id: 'PN3', title: 'Average PnL', formula: 'net PnL / closed' },
    whole(({ average }) => orNull(plain(average), noTrades)),
  );
  for (const [part, name, title, formula] of [
    ['gross', 'gross_pnl', 'Gross PnL', 'sum of side x (exit - average entry) x quantity'],
    ['fees', 'fees_paid', 'Fees', 'commissions of the closed positions, cost positive'],
    ['funding', 'funding_net', 'Funding', 'funding while the closed positions were held, received positive'],
  ] as const) {
    define({ ...money, name, id: part === 'funding' ? 'PN12' : 'PN3', title, formula }, (group) => {
      if (group.gap) return why(group.gap);
      return orNull(
        plain(partSum(group.results, part)),
        missing('inadequate_basis', `${part} is not known for every closed position`),
      );
    });
  }
  define(
    {
      name: 'profit_factor',
      unit: 'ratio',
      id: 'PN5',
      title: 'Profit factor',
      formula: 'net of winners / |net of losers|',
    },
    whole(({ profitFactor, n }) => orNull(profitFactor, n === 0 ? noTrades : missing('no_losses'))),
  );
  define(
    { ...money, name: 'expectancy', id: 'PN6', title: 'Expectancy a trade', formula: 'net PnL / closed' },
    whole(({ average }) => orNull(plain(average), noTrades)),
  );
  define(
    { ...money, name: 'average_win', id: 'PN7', title: 'Average win', formula: 'net of winners / winners' },
    whole(({ averageWin }) => orNull(plain(averageWin), missing('no_data', 'no winner'))),
  );
  define(
    { ...money, name: 'average_loss', id: 'PN7', title: 'Average loss', formula: '|net of losers| / losers' },
    whole(({ averageLoss, n }) => orNull(plain(averageLoss), n === 0 ? noTrades : missing('no_losses'))),
  );
  define(
    { name: 'payoff', unit: 'ratio', id: 'PN7', title: 'Payoff', formula: 'average win / average loss' },
    whole(({ payoff, losers, n }) =>
      orNull(
        payoff,
        n > 0 && losers === 0 ? missing('no_losses') : missing('no_data', 'winners and losers are needed'),
      ),
    ),
  );
  define(
    {
      name: 'losing_streak',
      unit: 'count',
      id: 'PN7',
      title: 'Longest losing streak',
      formula: 'most losers in a row by closing time; breakeven ends a streak',
    },
    whole(({ lossStreak }) => known(lossStreak)),
  );
  define(
    {
      name: 'winning_streak',
      unit: 'count',
      id: 'PN7',
      title: 'Longest winning streak',
      formula: 'most winners in a row by closing time; breakeven ends a streak',
    },
    whole(({ winStreak }) => known(winStreak)),
  );
  define(
    { name: 'fee_drag', unit: 'percent', id: 'PN11', title: 'Fee drag', formula: '100 x fees / |gross PnL|' },
    (group) => {
      const [gross, fees] = [partSum(group.results, 'gross'), partSum(group.results, 'fees')];
      if (group.gap) return why(group.gap);
      if (!gross || !fees)
        return missing('inadequate_basis', 'gross or fees are not known for every closed position');
      return gross.isZero()
        ? missing('not_applicable', 'gross PnL is 0')
        : known(fees.div(gross.abs()).times(100).toNumber());
    },
  );
  define(
    {
      name: 'fee_rate',
      unit: 'bps',
      id: 'PN11',
      title: 'Effective fee',
      formula: '10,000 x fees / (entry and exit notional of the closed positions)',
    },
    (group) => {
      const fees = partSum(group.results, 'fees');
      if (group.gap) return why(group.gap);
      if (!fees) return missing('inadequate_basis', 'fees are not known for every closed position');
      const values = group.results.map(({ fact, gross }) => turnoverOf(fact, gross));
      if (values.some((value) => value === null))
        return missing(
          'inadequate_basis',
          'what was paid at the exit is not known for every closed position',
        );
      const total = sum(values.filter((value) => value !== null));
      return total.isZero() ? noTrades : known(fees.div(total).times(10_000).toNumber());
    },
  );
  if (facts.closed.gap && facts.closed.results.length > 0) {
    const { results } = facts.closed;
    out.figure({
      ...shared,
      ...money,
      name: 'net_pnl_known',
      value: known(amount(summarise(results, epsOf(input)).net)),
      id: 'PN3',
      title: 'Net PnL of the positions with a result',
      formula: 'sum over the closed positions whose result is known',
      n: results.length,
    });
  }
  makerFigure(facts, input, out);
}

/** Entry and exit notional: of all fills, or of the row, whose exit is what the gross result makes of the entry. */
function turnoverOf(fact: PositionFact, gross: Money | null): Money | null {
  const { ledger, closedBy, notional, exitPrice, quantity, side } = fact;
  if (ledger && ledger.exitPrice && closedBy === 'fills') {
    const exits = ledger.entered.plus(ledger.excess);
    return ledger.entered.times(ledger.entryPrice).plus(exits.times(ledger.exitPrice));
  }
  if (exitPrice) return notional.plus(exitPrice.times(quantity));
  if (gross === null || side === 'unknown') return null;
  return notional.times(2).plus(side === 'long' ? gross : gross.neg());
}

function makerFigure(facts: Facts, input: Input, out: Output): void {
  const { fills } = input.rows;
  venueFigures(
    out,
    facts.venues,
    {
      name: 'maker_share',
      unit: 'percent',
      id: 'PN11',
      title: 'Maker share',
      basis: 'fills',
      queries: [fillsQuery.id],
      formula: '100 x maker fills / fills of the window',
    },
    (venue) => {
      if (!fills.ok) return { value: why(fills) };
      if (!input.has('fill', 'is_maker')) return { value: missing('missing_column', 'fill.is_maker') };
      const from = Date.parse(input.window.from);
      const own = fills.rows.filter(
        ({ exchange, at, is_maker: maker }) =>
          maker !== null &&
          at !== null &&
          Date.parse(at) >= from &&
          (venue === null || exchange?.toLowerCase() === venue),
      );
      if (own.length === 0) return { value: missing('no_data', 'no fill in the window') };
      return {
        value: known((100 * own.filter(({ is_maker: maker }) => maker === true).length) / own.length),
        n: own.length,
      };
    },
  );
}
