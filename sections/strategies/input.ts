import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { positionsFact, protectionFact } from '../shared/facts/evidence-facts.ts';
import {
  decisionOutcomesQuery,
  failedDecisionsQuery,
  refusedOrdersQuery,
} from '../shared/queries/failures.ts';
import { fillsQuery } from '../shared/queries/trading.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { integer, percent, sample } from '../shared/vocabulary/setting.ts';

export const SECTION = 'strategies';

/** Thresholds of strategies; catalogue 3.12 (SP1-SP3) and 4.9. */
export const settings = z.object({
  successPct: percent(
    50,
    'SP1, OP-04: a strategy of which less than this share of the decided (executed or failed) is executed is a finding',
  ),
  minDecided: sample(10, 'SP1, OP-04: decisions that were executed or failed, needed for a rate'),
  trendWindows: integer(4, 'SP3: earlier windows that a success rate is compared with'),
  mainReasonPct: percent(50, 'OP-04: one reason with this share of the failures names the cause'),
  breakevenEps: z
    .string()
    .default('0.00000001')
    .describe('SP2: a net result up to this is breakeven (quote currency), as policy.pnl.breakevenEps'),
});

export const queries = {
  outcomes: decisionOutcomesQuery,
  failed: failedDecisionsQuery,
  orders: refusedOrdersQuery,
  fills: fillsQuery,
};
export const uses = { positions: positionsFact, protection: protectionFact };
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;

export const asked = idsOf(queries);
