import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import type { Kind } from '../../audit/word-kinds.ts';
import { positionsFact } from '../shared/facts/evidence-facts.ts';
import {
  apiBucketsQuery,
  apiDurationsQuery,
  apiErrorsQuery,
  apiFailuresQuery,
  apiStepsQuery,
  unclearOrdersQuery,
  unclearSubmitsQuery,
} from '../shared/queries/api-calls.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { integer, notNegative, percent, positive, sample } from '../shared/vocabulary/setting.ts';

/** Thresholds of calls to exchanges; catalogue 3.6 and 4.5. */
export const settings = z.object({
  errorsPerHour: integer(5, 'AP-01: more failed calls than this in any hour are a burst'),
  errorGoodPct: percent(0.5, 'AP2: up to this share of failed calls the error rate has full score'),
  errorWarnPct: percent(1, 'AP2: with this share of failed calls it has half'),
  errorBadPct: percent(
    5,
    'AP-01, AP2: from this share on it has none, and above it of one operation is a finding',
  ),
  minCalls: sample(20, 'AP-01, AP-03: calls of an operation needed for a rate'),
  authMin: positive(
    10,
    'AP-01: keys refused for longer than this while a position is open are CRITICAL (minutes)',
  ),
  mainSharePct: percent(50, 'AP-01: one class with this share of the failures names the cause'),
  clockCalls: sample(
    3,
    'AP-05: calls of an exchange that were refused for their time, from which on it is told',
  ),
  limitGoodPct: percent(60, 'AP5: up to this share of a rate limit the headroom has full score'),
  limitWarnPct: percent(80, 'AP-02, AP5: using more than this share of a rate limit is a finding'),
  callerPct: percent(50, 'AP-02: calls of one kind with this share of all used up the limit'),
  openSloMs: positive(2_000, 'AP-03: opening a position is to be answered within this'),
  closeSloMs: positive(1_500, 'AP-03: closing a position is to be answered within this'),
  stopSloMs: positive(1_000, 'AP-03: placing or moving a stop is to be answered within this'),
  priceSloMs: positive(500, 'AP-03: a price is to be answered within this'),
  sloTargetPct: percent(99, 'AP-03: share of the calls that must be answered within their objective'),
  slowSharePct: percent(50, 'AP-03: with this share of the slow calls given up, no answer came at all'),
  attemptsGoodRatio: notNegative(1.2, 'AP6: more attempts for one call than this are too many'),
});

export const queries = {
  durations: apiDurationsQuery,
  errors: apiErrorsQuery,
  steps: apiStepsQuery,
  buckets: apiBucketsQuery,
  failures: apiFailuresQuery,
  submits: unclearSubmitsQuery,
  orders: unclearOrdersQuery,
};
export const uses = { positions: positionsFact };
export type Settings = z.output<typeof settings>;
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
export type OperationKind = Kind<'operation_kind'> | 'unknown';

export const SECTION = 'api-performance';
export const asked = idsOf(queries);

/** Operations of the template's table, and the objective of each that has one. */
export const OPERATIONS = [
  { kind: 'open_position', title: 'Open position', slo: 'openSloMs' },
  { kind: 'close_position', title: 'Close position', slo: 'closeSloMs' },
  { kind: 'update_stop', title: 'Update stop', slo: 'stopSloMs' },
  { kind: 'fetch_price', title: 'Price fetch', slo: 'priceSloMs' },
  { kind: 'submit_order', title: 'Submit order', slo: null },
  { kind: 'cancel_order', title: 'Cancel order', slo: null },
  { kind: 'fetch_account', title: 'Account fetch', slo: null },
  { kind: 'other', title: 'Other', slo: null },
  { kind: 'unknown', title: 'Not told', slo: null },
] as const satisfies readonly { kind: OperationKind; title: string; slo: keyof Settings | null }[];

export const titleOf = (kind: OperationKind): string =>
  OPERATIONS.find((one) => one.kind === kind)?.title ?? 'Not told';
