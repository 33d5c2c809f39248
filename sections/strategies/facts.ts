import { money, sum, ZERO } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { closedOf } from '../shared/facts/closed-results.ts';
import { failuresOf, type Failure } from '../shared/facts/failure-reasons.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { cumulative, drawdown, partSum, summarise } from '../shared/facts/result-summary.ts';
import type { OutcomeRow } from '../shared/queries/failures.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { heldOf } from './held.ts';
import type { Input } from './input.ts';
import { trendOf } from './trend.ts';

export type Facts = ReturnType<typeof factsOf>;
export type Decided = ReturnType<typeof decidedOf>;
export type Traded = Facts['traded'][number];

/** Where no strategy is recorded. */
export const UNNAMED = 'not named';

export function factsOf(input: Input) {
  const { rows, shared, settings } = input;
  const failures = failuresOf(rows.failed, rows.orders);
  const outcomes = Map.groupBy(rowsOf(rows.outcomes), ({ strategy }) => strategy ?? UNNAMED);
  const decided = [...outcomes].map(([name, of]) =>
    decidedOf(
      name,
      of,
      failures.filter(({ strategy }) => (strategy ?? UNNAMED) === name),
      input,
    ),
  );
  return {
    decided,
    traded: tradedOf(shared.positions.ok ? shared.positions.positions : [], input),
    held: heldOf(input, UNNAMED),
    /** Strategies with enough decided, of which too little was executed. */
    low: decided.filter(
      ({ n, successPct }) =>
        n >= settings.minDecided && successPct !== null && successPct < settings.successPct,
    ),
  };
}

/** What a strategy's decisions came to: execution success, which says nothing of what was earned. */
function decidedOf(name: string, of: readonly OutcomeRow[], failures: readonly Failure[], input: Input) {
  const total = (key: 'decisions' | 'executed' | 'failed' | 'pending' | 'cancelled'): number =>
    of.reduce((all, row) => all + row[key], 0);
  const [executed, failed] = [total('executed'), total('failed')];
  const n = executed + failed;
  const successPct = n === 0 ? null : (100 * executed) / n;
  return {
    name,
    decisions: total('decisions'),
    executed,
    failed,
    pending: total('pending'),
    cancelled: total('cancelled'),
    n,
    successPct,
    failures,
    trend: successPct === null ? null : trendOf(name, { successPct, executed, n }, input),
  };
}

/** What each strategy's closed positions earned, by closing time. */
function tradedOf(positions: readonly PositionFact[], { settings, window }: Input) {
  const eps = money(settings.breakevenEps);
  const start = { at: ms(window.from), value: ZERO };
  const groups = Map.groupBy(positions, ({ strategy }) => strategy ?? UNNAMED);
  const strategies = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, of]) => {
      const { closed, results, gap } = closedOf(of);
      const summary = summarise(results, eps);
      const fall = gap === null ? (drawdown(cumulative(results, start))?.absolute ?? null) : null;
      return { name, opened: of.length, closed, gap, summary, fees: partSum(results, 'fees'), fall };
    })
    .filter(({ closed }) => closed > 0);
  const all = sum(strategies.map(({ summary }) => summary.net));
  const gross = sum(strategies.map(({ summary }) => summary.net.abs()));
  // Shares of a total near zero are as large as anyone likes.
  const hasShares =
    strategies.every(({ gap }) => gap === null) && all.abs().times(10).gte(gross) && !all.isZero();
  return strategies.map((one) => ({
    ...one,
    sharePct: hasShares ? one.summary.net.div(all).times(100).toNumber() : null,
  }));
}
