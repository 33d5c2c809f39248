import type { FillRow } from '../queries/trading-rows.ts';
import type { PositionFact } from './position-facts.ts';
import { GRACE_MS, groupBy, timeOrNull } from './row-values.ts';
import { instrumentKey } from './symbols.ts';

/** The fills of one instrument that no position claims. */
export interface StrayFills {
  readonly fills: readonly FillRow[];
  /** A row of the instrument lived at their time: they may be its own, only not linked to it. */
  readonly mayBelong: boolean;
}

/** Fills that no row can claim: they were traded behind the books. */
export function unclaimedFills(facts: Parameters<typeof strayByInstrument>[0]): readonly FillRow[] {
  return strayByInstrument(facts).flatMap(({ fills, mayBelong }) => (mayBelong ? [] : fills));
}

/** Fills without a position, by instrument. */
export function strayByInstrument(facts: {
  readonly strayFills: readonly FillRow[];
  readonly positions: readonly Pick<PositionFact, 'venue' | 'symbol' | 'openedAt' | 'closedAt'>[];
}): readonly StrayFills[] {
  return [...groupBy(facts.strayFills, (fill) => instrumentKey(fill.exchange, fill.symbol))].map(
    ([key, fills]) => {
      const times = fills.flatMap(({ at }) => timeOrNull(at) ?? []);
      const [first, last] = [Math.min(...times) - GRACE_MS, Math.max(...times) + GRACE_MS];
      const mayBelong = facts.positions.some(
        ({ venue, symbol, openedAt, closedAt }) =>
          instrumentKey(venue, symbol) === key &&
          openedAt <= last &&
          (closedAt === null || closedAt >= first),
      );
      return { fills, mayBelong };
    },
  );
}
