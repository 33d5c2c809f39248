import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { executionStatusesQuery, pendingDecisionsQuery } from '../shared/queries/decisions.ts';
import { failedDecisionsQuery, refusedOrdersQuery } from '../shared/queries/failures.ts';
import { statesQuery } from '../shared/queries/monitoring.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { percent, positive, sample } from '../shared/vocabulary/setting.ts';
import { decisionDaysQuery } from './queries.ts';

export const SECTION = 'decisions';

/** Thresholds of decisions; catalogue 3.12 (DS2-DS5) and 4.9. */
export const settings = z.object({
  failurePct: percent(
    30,
    'DS4, OP-02: a day in which more than this share of the decisions fails is a finding',
  ),
  failureCriticalPct: percent(60, 'OP-02: with more than this share it is CRITICAL'),
  minDecided: sample(10, 'DS4, OP-02: decisions that were executed or failed, needed for a rate'),
  mainReasonPct: percent(50, 'OP-02: one reason with this share of the failures names the cause'),
  waitingMin: positive(60, 'DS5: a decision that is pending for longer waits too long (minutes)'),
});

export const queries = {
  days: decisionDaysQuery,
  executions: executionStatusesQuery,
  pending: pendingDecisionsQuery,
  failed: failedDecisionsQuery,
  orders: refusedOrdersQuery,
  states: statesQuery,
};
export type Input = SectionInput<typeof queries, z.output<typeof settings>>;

export const asked = idsOf(queries);
