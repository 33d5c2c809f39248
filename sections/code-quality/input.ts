import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { thresholds } from '../shared/settings.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { notNegative, positive, sample } from '../shared/vocabulary/setting.ts';
import { versionsQuery } from '../shared/queries/versions.ts';
import { faultSignaturesQuery, swallowedQuery } from './queries.ts';
import { refusedOrdersQuery } from './refused-query.ts';

export const SECTION = 'code-quality';

/** Thresholds of code quality; catalogue 3.10 (CQ1, CQ2) and 4.8. */
export const settings = z.object({
  newErrors: sample(3, 'CQ-01: a signature that the days before did not know, from so many occurrences on'),
  lookBackH: positive(
    24,
    'CQ-01: what is new is told from rows of at least this long before the window (hours)',
  ),
  deployedH: positive(
    24,
    'CQ-01: a version first heard this long before an error may have brought it (hours)',
  ),
  swallowedMin: notNegative(
    10,
    'CQ-02: so long after a refusal its decision or order has an end, or is sent again (minutes)',
  ),
});

export const queries = {
  faults: faultSignaturesQuery,
  versions: versionsQuery,
  swallowed: swallowedQuery,
  refused: refusedOrdersQuery,
};
export const uses = { thresholds };
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;

export const asked = idsOf(queries);
