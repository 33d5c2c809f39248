import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { byReason, failuresOf, reasonName, type Failure } from '../shared/facts/failure-reasons.ts';
import { largestFirst } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { OutcomeRow } from '../shared/queries/failures.ts';
import { reasonOf, rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

export type Facts = ReturnType<typeof factsOf>;
export type SymbolOutcome = ReturnType<typeof symbolOf>;
export type Missed = ReturnType<typeof missedOf>[number];
/** Failures of one kind: reason and symbol, hour or strategy by its name. */
export type Group = readonly [name: string, of: readonly Failure[]];

export function factsOf(input: Input) {
  const { rows, settings } = input;
  const failures = failuresOf(rows.failed, rows.orders);
  const bySymbol = Map.groupBy(rowsOf(rows.outcomes), ({ symbol, exchange }) =>
    JSON.stringify([symbol, exchange]),
  );
  const symbols = [...bySymbol.values()]
    .map(symbolOf)
    .filter(({ failed }) => failed > 0)
    .sort((a, b) => b.failed - a.failed || ((a.symbol ?? '') < (b.symbol ?? '') ? -1 : 1));
  return {
    /** Why nothing can be said about failures; null where they were read. */
    unseen: reasonOf(rows.failed),
    failures,
    /** Failures of which nothing says why, or nothing reads what was said. */
    unclassified: failures.filter(({ reason }) => reason === null).length,
    reasons: byReason(failures),
    pairs: grouped(failures, (one) => `${reasonName(one)}: ${one.symbol ?? 'unknown'}`),
    strategies: grouped(failures, ({ strategy }) => strategy ?? 'not named'),
    hours: grouped(failures, ({ at }) => at.slice(11, 13)).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    symbols,
    consistent: symbols.filter(({ failed, executed }) => failed >= settings.consistently && executed === 0),
    missed: missedFacts(failures, input),
  };
}

function grouped(failures: readonly Failure[], of: (one: Failure) => string): readonly Group[] {
  return largestFirst(Map.groupBy(failures, of));
}

/** One symbol of one exchange over all strategies; its longest run is the longest of one strategy's. */
function symbolOf(of: readonly OutcomeRow[]) {
  const total = (key: 'executed' | 'failed'): number => of.reduce((all, row) => all + row[key], 0);
  return {
    symbol: of[0]?.symbol ?? null,
    exchange: of[0]?.exchange ?? null,
    executed: total('executed'),
    failed: total('failed'),
    longestRun: Math.max(...of.map(({ longest_run: run }) => run)),
  };
}

function missedFacts(
  failures: readonly Failure[],
  input: Input,
): { readonly ok: true; readonly entries: readonly Missed[] } | ({ readonly ok: false } & Missing) {
  const { prices } = input.rows;
  if (!prices.ok) return prices;
  if (prices.rows.length === 0) return { ok: false, ...missing('no_data', 'no prices in the window') };
  return { ok: true, entries: missedOf(failures, input) };
}

/** Failed entries with a price at the decision and at the end of the window: the move in their direction, percent. */
function missedOf(failures: readonly Failure[], { shared: { market }, window }: Input) {
  return failures.flatMap((one) => {
    const { decision, side, exchange, symbol } = one;
    const isEntry = decision === 'open' || decision === 'buy' || decision === 'entry';
    if (!isEntry || symbol === null || (side !== 'long' && side !== 'short')) return [];
    const venue = venueOf(exchange);
    const [then, end] = [
      market.priceAt(venue, symbol, ms(one.at)),
      market.priceAt(venue, symbol, ms(window.to)),
    ];
    if (!then || !end || then.isZero()) return [];
    const move = end
      .minus(then)
      .div(then)
      .times(side === 'long' ? 100 : -100);
    return [{ ...one, then, end, movePct: move.toNumber() }];
  });
}
