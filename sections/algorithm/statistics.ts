import type { Output } from '../../audit/section.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { exitName } from '../shared/facts/exit-names.ts';
import { counted, lines, WHOLE_BOT } from '../shared/vocabulary/lines.ts';
import { col, table, tablesOf } from '../shared/vocabulary/table.ts';
import { entrySlippage } from './arrival.ts';
import type { ExitFacts, Facts } from './facts.ts';
import { asked, SECTION, type Input } from './input.ts';
import type { Simulated } from './simulation.ts';

/** Figures AL1: what the exits made of the prices that there were. */
export function statistics({ courses, trailing, kept, losing, ahead, stopBps, unread }: Facts, input: Input) {
  const { bot, shared, settings } = input;
  const count = counted({ id: 'AL1' });
  const percent = counted({ id: 'AL1', unit: 'percent' });
  return lines({
    columns: WHOLE_BOT,
    basis: shared.market.priceBasis,
    queries: asked('positions', 'prices'),
    currency: bot.quoteCurrency,
    unseen: unread,
    lines: [
      count(
        'courses',
        'Positions opened and closed in the window with known prices',
        courses.length,
        'closed positions whose opening lies in the window and that have at least three prices while held',
      ),
      counted({ id: 'AL1', unit: 'bps' })(
        'stop_distance',
        'First stop behind the entry, median',
        orNone(stopBps, 'no first stop of these positions is known'),
        {
          formula: 'median of (entry - first trigger) / entry x 10,000 in the position’s direction',
          row: true,
        },
      ),
      counted({ id: 'AP10', unit: 'bps' })(
        'entry_slippage',
        'Entry over the price before it, mean',
        entrySlippage(input),
        {
          formula:
            'mean of (average fill - last price of the minute before the order) / that price x 10,000 in the position’s direction, market entries; cost positive',
          queries: asked('orders', 'prices'),
        },
      ),
      count(
        'trailing_exits',
        'Trailing exits with a best move',
        trailing.length,
        'exits of kind trailing whose best move is at least policy algorithm.leastMoveBps',
      ),
      percent(
        'trailing_kept',
        'Kept of the best move by trailing exits, median',
        orNone(kept, `fewer than ${String(settings.enoughExits)} trailing exits`, 'insufficient_n'),
        {
          formula:
            'median of 100 x (exit - entry) / (best price - entry); the best of the prices that are known',
          row: true,
        },
      ),
      count(
        'losers_ahead',
        'Losing positions that had been ahead by what they risked',
        ahead.length,
        'losing positions whose best move was at least the distance of their first stop',
      ),
      count(
        'losers_judged',
        'Losing positions with a known first stop',
        losing.length,
        'closed below their entry, with a first stop',
      ),
    ],
  });
}

function orNone(
  value: number | null,
  why: string,
  reason: 'no_data' | 'insufficient_n' = 'no_data',
): Value<number> {
  return value === null ? missing(reason, why) : known(value);
}

const exitTable = table<ExitFacts>({
  exit: col.text('Exit', ({ exit }) => exitName(exit) ?? exit),
  positions: col.count('Positions', ({ positions }) => positions),
  best: col.bps('Best move (bps)', ({ bestBps }) => bestBps),
  end: col.bps('Exit (bps)', ({ exitBps }) => exitBps),
  given: col.bps('Given back (bps)', ({ givenBps }) => givenBps),
  worst: col.bps('Worst move (bps)', ({ worstBps }) => worstBps),
  kept: col.percent('Kept of the best (%)', ({ keptPercent }) => keptPercent),
});

const simulationTable = table<Simulated>({
  factor: col.ratio('First stop x', ({ factor }) => factor),
  positions: col.count('Positions', ({ positions }) => positions),
  changed: col.count('Would end elsewhere', ({ changed }) => changed),
  stopped: col.count('At the simulated stop', ({ stoppedOut }) => stoppedOut),
  difference: col.cash('Difference before costs', ({ difference }) => difference),
});

export function defineTables({ exits, simulation }: Facts, { bot }: Input, out: Output): void {
  const define = tablesOf(out, SECTION, bot.quoteCurrency, asked);
  define(exitTable, 'exits', 'Exits against the prices, medians', exits, 'positions', 'prices');
  define(
    simulationTable,
    'simulation',
    'Simulation: the first stop nearer or further away',
    simulation,
    'positions',
    'prices',
  );
}
