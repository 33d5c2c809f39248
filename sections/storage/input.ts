import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { positive, sample } from '../shared/vocabulary/setting.ts';
import {
  oldestApiCallQuery,
  oldestDecisionQuery,
  oldestEventQuery,
  oldestExecutionQuery,
  tableSizesQuery,
} from './queries.ts';

export const SECTION = 'storage';

/** Thresholds of storage; catalogue 3.12 (ST1, ST2) and 4.9. */
export const settings = z.object({
  payloadTables: z
    .string()
    .min(1)
    .default('payload')
    .describe('ST1: tables whose name holds this are those of payloads'),
  payloadGb: positive(10, 'ST1, OP-05: payloads that take more than this are a finding, GB of 10^9 bytes'),
  diskGb: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      'ST1: what the database may take, GB of 10^9 bytes; without it nothing is said of the days left',
    ),
  daysLeft: positive(30, 'ST1, OP-05: fewer days than this until that is reached are a finding'),
  slopeReports: sample(7, 'ST1: reports of storage, this one included, needed for a growth'),
  purgeGraceDays: positive(
    38,
    'ST2, OP-05: rows that are past their 730 days for longer than this were missed by a monthly purge',
  ),
});

export const queries = {
  tables: tableSizesQuery,
  decision: oldestDecisionQuery,
  execution: oldestExecutionQuery,
  call: oldestApiCallQuery,
  event: oldestEventQuery,
};
export type Input = SectionInput<typeof queries, z.output<typeof settings>>;

export const asked = idsOf(queries);
