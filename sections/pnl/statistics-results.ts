import { fig, text } from '../../audit/text.ts';
import { known, missing, type Missing } from '../../audit/value.ts';
import { CLOSED_POSITIONS } from '../shared/facts/closed-results.ts';
import { fillsQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, shown, unshown, type Computed, type Lines } from '../shared/vocabulary/lines.ts';
import type { Facts, Group } from './facts.ts';
import type { Input } from './input.ts';
import { partSum, type Summary } from '../shared/facts/result-summary.ts';
import { feeRate, makerShare } from './results.ts';

const NO_TRADES = missing('no_data', 'no position was closed');

/** Known only where every closed position has a result. */
const whole =
  (of: (group: Group) => Computed) =>
  (group: Group): Computed =>
    group.gap ?? of(group);

const unknownOf = (what: string): Missing =>
  missing('inadequate_basis', `${what} not known for every closed position`);

/** One part of the net results, where every result has it. */
const ofPart = (part: 'gross' | 'fees' | 'funding', formula: string) => ({
  formula,
  of: whole(({ results }) => partSum(results, part) ?? unknownOf(`${part} is`)),
});

type Key = Exclude<keyof Summary, 'interval' | 'winStreakAt' | 'lossStreakAt'>;

/** One number of the summary. */
const ofAll = (key: Key, formula: string) => ({
  formula,
  of: whole(({ summary }) => summary[key] ?? lacking(key, summary)),
});

/** Why the summary has no such number. */
function lacking(key: Key, { n, losers }: Summary): Missing {
  if (key === 'averageWin') return missing('no_data', 'no winner');
  if (key === 'payoff' && (n === 0 || losers > 0)) return missing('no_data', 'winners and losers are needed');
  return n === 0 || key === 'winRateDecided' ? NO_TRADES : missing('no_losses');
}

/** The longest run of one outcome, and when it began. */
const streakOf = (key: 'winStreak' | 'lossStreak', whom: string) => ({
  ...ofAll(key, `most ${whom} in a row by closing time, from its first close on; breakeven ends a streak`),
  when: ({ gap, summary }: Group) => (gap === null ? summary[`${key}At`] : null),
});

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
      shown('PN1', 'count', 'winners', 'Winners', ofAll('winners', 'closed with net > eps')),
      shown('PN1', 'count', 'losers', 'Losers', ofAll('losers', 'closed with net < -eps')),
      shown('PN1', 'count', 'breakeven', 'Breakeven', ofAll('breakeven', 'closed - winners - losers')),
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
        ...ofAll('winRateDecided', '100 x winners / (winners + losers)'),
        note: 'winners of winners and losers',
      }),
      shown(
        'PN3',
        'money',
        'gross_pnl',
        'Gross PnL',
        ofPart('gross', 'sum of side x (exit - average entry) x quantity'),
      ),
      shown('PN3', 'money', 'fees_paid', 'Fees', {
        ...ofPart('fees', 'commissions of the closed positions, cost positive'),
        note:
          facts.feesWithoutCurrency === 0
            ? 'cost positive'
            : text`cost positive; ${fig('fees_without_currency')} fills name no currency and are taken as ${input.bot.quoteCurrency}`,
      }),
      shown('PN12', 'money', 'funding_net', 'Funding', {
        ...ofPart('funding', 'funding while the closed positions were held, received positive'),
        note: 'received positive',
      }),
      shown('PN3', 'money', 'net_pnl', 'Net PnL', {
        ...ofAll('net', 'sum of gross - fees + funding of the positions closed in the window'),
        note: 'gross - fees + funding',
      }),
      { figure: 'expectancy', id: 'PN3', row: 'Average PnL', note: 'net by closed' },
      shown('PN5', 'ratio', 'profit_factor', 'Profit factor', {
        ...ofAll('profitFactor', 'net of winners / |net of losers|'),
        note: 'net of winners by net of losers',
      }),
      unshown('PN6', 'money', 'expectancy', 'Expectancy a trade', ofAll('average', 'net PnL / closed')),
      shown('PN7', 'money', 'average_win', 'Average win', ofAll('averageWin', 'net of winners / winners')),
      shown('PN7', 'money', 'average_loss', 'Average loss', ofAll('averageLoss', '|net of losers| / losers')),
      shown('PN7', 'ratio', 'payoff', 'Payoff', {
        ...ofAll('payoff', 'average win / average loss'),
        note: 'average win by average loss',
      }),
      shown('PN7', 'count', 'losing_streak', 'Longest losing streak', streakOf('lossStreak', 'losers')),
      unshown('PN7', 'count', 'winning_streak', 'Longest winning streak', streakOf('winStreak', 'winners')),
      shown('PN11', 'percent', 'fee_drag', 'Fee drag', {
        formula: '100 x fees / |gross PnL|',
        of: whole(({ results }) => {
          const [gross, fees] = [partSum(results, 'gross'), partSum(results, 'fees')];
          if (!gross || !fees) return unknownOf('gross or fees are');
          if (gross.isZero()) return missing('not_applicable', 'gross PnL is 0');
          return fees.div(gross.abs()).times(100).toNumber();
        }),
        note: 'fees of gross',
      }),
      shown('PN11', 'bps', 'fee_rate', 'Effective fee', {
        formula: '10,000 x fees / (entry and exit notional of the closed positions)',
        of: whole(({ results }) => feeRate(results)),
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
