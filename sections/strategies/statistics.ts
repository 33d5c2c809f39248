import type { Output } from '../../audit/section.ts';
import { wilson } from '../../audit/statistics.ts';
import { known, missing } from '../../audit/value.ts';
import { lines, type ColumnOf } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import type { Decided, Facts, Traded } from './facts.ts';
import type { Held } from './held.ts';
import { asked, SECTION, type Input } from './input.ts';
import { DECIDED, RATE, trendText } from './trend.ts';

/** So many strategies have a column each; all have a row in the tables. */
const COLUMNS = 5;

/** Figures SP1: by strategy, so that later reports can compare with them. */
export function statistics({ decided, traded }: Facts, { rows, bot }: Input) {
  const columns = decided.slice(0, COLUMNS).map((strategy): ColumnOf<Decided> => ({
    is: strategy,
    title: strategy.name,
    labels: { strategy: strategy.name },
    suffix: `, ${strategy.name}`,
  }));
  const tradesOf = ({ name }: Decided): Traded | undefined => traded.find((one) => one.name === name);
  return lines<Decided>({
    columns,
    basis: 'decisions',
    queries: asked('outcomes'),
    currency: bot.quoteCurrency,
    unseen: reasonOf(rows.outcomes),
    lines: [
      {
        id: 'SP1',
        name: DECIDED,
        unit: 'count',
        title: 'Executed or failed',
        formula: 'decisions of the window that were executed or failed by its end',
        of: ({ n }) => n,
        row: true,
      },
      {
        id: 'SP1',
        name: RATE,
        unit: 'percent',
        title: 'Execution success rate',
        formula: '100 x executed / (executed + failed)',
        of: ({ n, executed, successPct }) => ({
          value:
            successPct === null
              ? missing('no_data', 'nothing was executed and nothing failed')
              : known(successPct),
          n,
          interval: wilson(executed, n),
        }),
        row: true,
      },
      {
        id: 'PN2',
        name: 'strategy_win_rate',
        unit: 'percent',
        title: 'Trading win rate',
        basis: 'closed positions',
        formula: '100 x closed positions with net above breakeven / closed positions',
        of: (strategy) => {
          const trades = tradesOf(strategy);
          if (trades === undefined || trades.summary.winRate === null)
            return missing('no_data', 'no position of it was closed');
          if (trades.gap !== null) return trades.gap;
          return {
            value: known(trades.summary.winRate),
            n: trades.summary.n,
            interval: trades.summary.interval,
          };
        },
        row: true,
      },
    ],
  });
}

export const successTable = table<Decided>({
  strategy: col.text('Strategy', ({ name }) => name),
  decisions: col.count('Decisions', ({ decisions }) => decisions),
  executed: col.count('Executed', ({ executed }) => executed),
  failed: col.count('Failed', ({ failed }) => failed),
  success: col.percent('Execution success (%)', ({ successPct }) => successPct),
  pending: col.count('Pending', ({ pending }) => pending),
  cancelled: col.count('Cancelled', ({ cancelled }) => cancelled),
  trend: col.text('Trend', ({ trend }) => trendText(trend)),
});

const resultTable = table<Traded>({
  strategy: col.text('Strategy', ({ name }) => name),
  closed: col.count('Closed', ({ closed }) => closed),
  winners: col.count('Won', ({ summary }) => summary.winners),
  losers: col.count('Lost', ({ summary }) => summary.losers),
  breakeven: col.count('Even', ({ summary }) => summary.breakeven),
  win_rate: col.percent('Trading win rate (%)', ({ summary, gap }) => gap ?? summary.winRate),
  net: col.cash('Net', ({ summary, gap }) => gap ?? summary.net),
  factor: col.ratio('Profit factor', ({ summary, gap }) => gap ?? summary.profitFactor),
  expectancy: col.cash('Average', ({ summary, gap }) => gap ?? summary.average),
  fall: col.cash('Max. drawdown', ({ fall }) => fall),
  fees: col.cash('Fees', ({ fees }) => fees),
  share: col.percent('Of all net (%)', ({ sharePct }) => sharePct),
});

const heldTable = table<Held>({
  strategy: col.text('Strategy', ({ name }) => name),
  positions: col.count('Positions', ({ positions }) => positions),
  average: col.cash('Average exposure', ({ average }) => average),
  share: col.percent('Of all exposure (%)', ({ sharePct }) => sharePct),
  stops: col.count('Stops fired', ({ stops }) => stops),
  slippage: col.bps('Stop slippage, average (bps)', ({ slippageBps }) => slippageBps),
  worst: col.bps('Worst (bps)', ({ worstBps }) => worstBps),
  cost: col.cash('Cost', ({ cost }) => cost),
});

export function defineTables({ decided, traded, held }: Facts, input: Input, out: Output): void {
  const { bot, shared } = input;
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  if (input.rows.outcomes.ok)
    define(successTable, 'success', 'Execution success by strategy', decided, 'outcomes', 'failed');
  if (!shared.positions.ok) return;
  const head = { id: 'strategies.results', title: 'Results of closed positions by strategy' };
  out.dataset(resultTable.of({ ...head, queries: shared.positions.queries }, traded, bot.quoteCurrency));
  const stops = shared.protection.ok ? [...shared.protection.queries, ...asked('fills')] : [];
  const queries = [...new Set([...shared.positions.queries, ...stops])];
  const exposure = { id: 'strategies.held', title: 'Exposure and stops by strategy', queries };
  out.dataset(heldTable.of(exposure, held, bot.quoteCurrency));
}
