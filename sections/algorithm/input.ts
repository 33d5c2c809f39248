import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { valuedFacts } from '../shared/facts/evidence-facts.ts';
import { ordersQuery, positionsQuery, pricesQuery } from '../shared/queries/trading.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { percent, positive, sample } from '../shared/vocabulary/setting.ts';

export const SECTION = 'algorithm';

/** Bounds of the algorithm's facts; catalogue 3.4 (TS8) and 3.10 (AL1). */
export const settings = z.object({
  enoughExits: sample(10, 'AL1: fewer exits of a kind say nothing'),
  enoughEntries: sample(20, 'AP10: the mean slippage of fewer entries is noise of prices by the minute'),
  leastMoveBps: positive(
    10,
    'AL1: of a best move below this nobody can say what share was kept (basis points)',
  ),
  keptPercent: percent(
    50,
    'AL1, TS8: a trailing stop that keeps less of the best move than this is looked at',
  ),
  aheadPercent: percent(
    30,
    'AL1: a larger share of losing positions that had been ahead by what they risked is looked at',
  ),
});

export const queries = { positions: positionsQuery, prices: pricesQuery, orders: ordersQuery };
export const uses = valuedFacts;
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;

export const asked = idsOf(queries);
