import { fig, text } from '../../audit/text.ts';
import { known, missing, type Missing } from '../../audit/value.ts';
import { CLOSED_POSITIONS } from '../shared/facts/closed-results.ts';
import { fillsQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, shown, type Computed, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts, Group } from './facts.ts';
import type { Input } from './input.ts';
import { feeRate, makerShare, partSum, type Summary } from './results.ts';

const NO_TRADES = missing('no_data', 'no position was closed');

/** Known only where every closed position has a result. */
const whole =
  (of: (summary: Summary, group: Group) => Computed) =>
  (group: Group): Computed =>
    group.gap ?? of(group.summary, group);

/** One part of the net results, where every result has it. */
const partOf = (part: 'gross' | 'fees' | 'funding') =>
  whole((_, { results }) => partSum(results, part) ?? unknownOf(`${part} is`));

const unknownOf = (what: string): Missing =>
  missing('inadequate_basis', `${what} not known for every closed position`);
const noLosses = (n: number): Missing => (n === 0 ? NO_TRADES : missing('no_losses'));

/** Results of closed positions, by exchange and in total (catalogue PN1 to PN7, PN11, PN12). */
export function resultStatistics(facts: Facts, input: Input): Lines {
  const { fills } = input.rows;
  return lines({
    columns: groupColumns(facts),
    basis: facts.from.basis,
    queries: facts.source.ok ? facts.source.queries : ['positions'],
    currency: input.bot.quoteCurrency,
    unseen: facts.source.ok ? null : facts.source,
    lines: [
      { ...CLOSED_POSITIONS, of: ({ closed }) => closed, row: 'Closed' },
      shown('PN1', 'count', 'winners', 'Winners', {
        formula: 'closed with net > eps',
        of: whole(({ winners }) => winners),
      }),
      shown('PN1', 'count', 'losers', 'Losers', {
        formula: 'closed with net < -eps',
        of: whole(({ losers }) => losers),
      }),
      shown('PN1', 'count', 'breakeven', 'Breakeven', {
        formula: 'closed - winners - losers',
        of: whole(({ breakeven }) => breakeven),
      }),
      shown('PN2', 'percent', 'win_rate', 'Win rate', {
        formula: '100 x winners / closed',
        of: ({ gap, summary: { winRate, interval, n } }: Group) => ({
          value: gap ?? (winRate === null ? NO_TRADES : known(winRate)),
          n,
          interval: gap === null && n < 100 ? interval : null,
        }),
        note: 'winners of closed',
      }),
      shown('PN2', 'percent', 'win_rate_decided', 'Win rate without breakeven', {
        formula: '100 x winners / (winners + losers)',
        of: whole(({ winRateDecided }) => winRateDecided ?? NO_TRADES),
        note: 'winners of winners and losers',
      }),
      shown('PN3', 'money', 'gross_pnl', 'Gross PnL', {
        formula: 'sum of side x (exit - average entry) x quantity',
        of: partOf('gross'),
      }),
      shown('PN3', 'money', 'fees_paid', 'Fees', {
        formula: 'commissions of the closed positions, cost positive',
        of: partOf('fees'),
        note:
          facts.feesWithoutCurrency === 0
            ? 'cost positive'
            : text`cost positive; ${fig('fees_without_currency')} fills name no currency and are taken as ${input.bot.quoteCurrency}`,
      }),
      shown('PN12', 'money', 'funding_net', 'Funding', {
        formula: 'funding while the closed positions were held, received positive',
        of: partOf('funding'),
        note: 'received positive',
      }),
      shown('PN3', 'money', 'net_pnl', 'Net PnL', {
        formula: 'sum of gross - fees + funding of the positions closed in the window',
        of: whole(({ net }) => net),
        note: 'gross - fees + funding',
      }),
      { figure: 'expectancy', id: 'PN3', row: 'Average PnL', note: 'net by closed' },
      shown('PN5', 'ratio', 'profit_factor', 'Profit factor', {
        formula: 'net of winners / |net of losers|',
        of: whole(({ profitFactor, n }) => profitFactor ?? noLosses(n)),
        note: 'net of winners by net of losers',
      }),
      {
        name: 'expectancy',
        id: 'PN6',
        unit: 'money',
        title: 'Expectancy a trade',
        formula: 'net PnL / closed',
        of: whole(({ average }) => average ?? NO_TRADES),
      },
      shown('PN7', 'money', 'average_win', 'Average win', {
        formula: 'net of winners / winners',
        of: whole(({ averageWin }) => averageWin ?? missing('no_data', 'no winner')),
      }),
      shown('PN7', 'money', 'average_loss', 'Average loss', {
        formula: '|net of losers| / losers',
        of: whole(({ averageLoss, n }) => averageLoss ?? noLosses(n)),
      }),
      shown('PN7', 'ratio', 'payoff', 'Payoff', {
        formula: 'average win / average loss',
        of: whole(
          ({ payoff, losers, n }) =>
            payoff ??
            (n > 0 && losers === 0
              ? missing('no_losses')
              : missing('no_data', 'winners and losers are needed')),
        ),
        note: 'average win by average loss',
      }),
      shown('PN7', 'count', 'losing_streak', 'Longest losing streak', {
        formula: 'most losers in a row by closing time; breakeven ends a streak',
        of: whole(({ lossStreak }) => lossStreak),
      }),
      {
        name: 'winning_streak',
        id: 'PN7',
        unit: 'count',
        title: 'Longest winning streak',
        formula: 'most winners in a row by closing time; breakeven ends a streak',
        of: whole(({ winStreak }) => winStreak),
      },
      shown('PN11', 'percent', 'fee_drag', 'Fee drag', {
        formula: '100 x fees / |gross PnL|',
        of: whole((_, { results }) => {
          const [gross, fees] = [partSum(results, 'gross'), partSum(results, 'fees')];
          if (!gross || !fees) return unknownOf('gross or fees are');
          if (gross.isZero()) return missing('not_applicable', 'gross PnL is 0');
          return fees.div(gross.abs()).times(100).toNumber();
        }),
        note: 'fees of gross',
      }),
      shown('PN11', 'bps', 'fee_rate', 'Effective fee', {
        formula: '10,000 x fees / (entry and exit notional of the closed positions)',
        of: whole((_, { results }) => feeRate(results)),
        note: 'of entry and exit notional',
      }),
      shown('PN11', 'percent', 'maker_share', 'Maker share', {
        basis: 'fills',
        queries: [fillsQuery.id],
        formula: '100 x maker fills / fills of the window',
        unseen: fills.ok ? null : fills,
        of: ({ venue }: Group) => makerShare(input, venue),
        note: 'fills of the window',
      }),
    ],
  });
}

/** What is left to say without results: all other rows would repeat one reason, which a note above says once. */
export function unknownResults(facts: Facts, input: Input): Lines {
  const { basis } = facts.from;
  return lines({
    columns: byExchange(facts.venues),
    ...facts.from,
    currency: input.bot.quoteCurrency,
    lines: [
      { figure: 'positions_closed', id: 'P2', row: 'Closed', note: basis },
      { figure: 'net_pnl', id: 'PN3', row: 'Net PnL', note: basis },
      { figure: 'win_rate', id: 'PN2', row: 'Win rate', note: basis },
      { figure: 'maker_share', id: 'PN11', row: 'Maker share', note: 'fills of the window' },
    ],
  });
}

function groupColumns({ venues, byVenue, closed }: Facts) {
  const groups = [...byVenue, closed];
  return byExchange(venues).map((column, index) => ({ ...column, is: groups[index] ?? closed }));
}
