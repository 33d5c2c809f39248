import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { marketFact } from '../shared/facts/evidence-facts.ts';
import {
  decisionOutcomesQuery,
  failedDecisionsQuery,
  refusedOrdersQuery,
} from '../shared/queries/failures.ts';
import { pricesQuery } from '../shared/queries/trading.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { sample } from '../shared/vocabulary/setting.ts';

export const SECTION = 'failures';

/** Thresholds of the failure analysis; catalogue 3.12 (FA1-FA3). */
export const settings = z.object({
  consistently: sample(
    3,
    'FA2: a symbol that failed at least this often, and never succeeded, fails consistently',
  ),
});

export const queries = {
  failed: failedDecisionsQuery,
  orders: refusedOrdersQuery,
  outcomes: decisionOutcomesQuery,
  prices: pricesQuery,
};
export const uses = { market: marketFact };
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;

export const asked = idsOf(queries);
