import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { positionsFact } from '../shared/facts/evidence-facts.ts';
import { heartbeatHabitsQuery } from '../shared/queries/heartbeat-habits.ts';
import { alertsQuery, statesQuery } from '../shared/queries/monitoring.ts';
import { fillsQuery, ordersQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { integer, percent, positive, settingIn } from '../shared/vocabulary/setting.ts';
import {
  decisionStatusesQuery,
  executionStatusesQuery,
  lineageGapsQuery,
  pendingDecisionsQuery,
} from '../shared/queries/decisions.ts';
import * as own from './queries.ts';

export const SECTION = 'race-conditions';

/** Thresholds of race conditions; catalogue 3.10 (RC1, RC3, RC4) and 4.8. */
export const settings = z.object({
  raceS: settingIn(z.number().positive().max(own.FURTHEST_S))(
    1,
    `RC1, RC-01: rows of two writers on one position nearer than this are concurrent (seconds, at most ${String(own.FURTHEST_S)})`,
  ),
  slicePercent: percent(
    0.2,
    'RC3, RC-02: orders that together exceed the decided quantity by no more than this are slices of it (percent)',
  ),
  stuckMin: positive(60, 'DS5, OP-03: a decision that is pending for longer is stuck (minutes)'),
  stuckMost: integer(5, 'DS5, OP-03: more stuck decisions than this are a finding'),
});

export const queries = {
  pairs: own.concurrentEventsQuery,
  several: own.severalExecutionsQuery,
  decided: own.decidedTwiceQuery,
  decisions: decisionStatusesQuery,
  executions: executionStatusesQuery,
  orders: ordersQuery,
  fills: fillsQuery,
  habits: heartbeatHabitsQuery,
  alerts: alertsQuery,
  states: statesQuery,
  pending: pendingDecisionsQuery,
  gaps: lineageGapsQuery,
};
export const uses = { thresholds, positions: positionsFact };
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;

export const asked = idsOf(queries);
