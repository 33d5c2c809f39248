import { iso } from '../../audit/time.ts';
import type { Result } from '../shared/facts/closed-results.ts';
import { table, col } from '../shared/vocabulary/table.ts';
import type { LimitUse } from './loss-limits.ts';

export const losersOf = ({ results }: LimitUse) => results.filter(({ net }) => net.isNegative());

/** A closed position that lost, or with null the day of the whole bot. */
export interface Loss {
  readonly subject: string;
  readonly at: string;
  readonly result: Result | null;
}

export const lossesOf = (use: LimitUse) =>
  losersOf(use).map((result) => ({ subject: result.fact.symbol, at: iso(result.closedAt), result }));

export const lossTable = table<Loss>({
  position: col.text('Position', ({ result }) => result?.fact.id ?? ''),
  symbol: col.text('Symbol', ({ subject }) => subject),
  exchange: col.text('Exchange', ({ result }) => result?.fact.venue ?? ''),
  closed: col.time('Closed', ({ at }) => at),
  net: col.cash('Net', ({ result }) => result?.net ?? null),
  reason: col.text('Exit', ({ result }) => result?.fact.exitReason ?? ''),
});
