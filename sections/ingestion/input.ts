import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { callDaysQuery, ingestionRunsQuery, lastIngestionQuery } from './queries.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { percent, positive } from '../shared/vocabulary/setting.ts';

export const SECTION = 'ingestion';

/** Thresholds of ingestion; catalogue 3.12 (DS1, DS7) and 4.9. */
export const settings = z.object({
  zeroIngestionH: positive(24, 'DS1, OP-01: no run for longer than this is a finding, hours'),
  quotaWarnPct: percent(80, 'DS7: using more than this share of a daily quota is a warning'),
  callsPerDay: z
    .record(z.string().max(60), z.number().int().positive())
    .default({})
    .describe(
      'DS7: calls that a source accepts in a UTC day, by the name that calls have it by, such as quiverquant: 1000',
    ),
});

export const queries = { runs: ingestionRunsQuery, last: lastIngestionQuery, calls: callDaysQuery };
export type Input = SectionInput<typeof queries, z.output<typeof settings>>;

export const asked = idsOf(queries);
