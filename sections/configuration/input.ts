import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { statesQuery } from '../shared/queries/monitoring.ts';
import { limitsQuery } from '../shared/queries/trading.ts';
import { versionsQuery } from '../shared/queries/versions.ts';
import { thresholds } from '../shared/settings.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { positive, sample } from '../shared/vocabulary/setting.ts';
import { configChangesQuery, filterCachesQuery, filterRejectsQuery } from './queries.ts';

export const SECTION = 'configuration';

/** Thresholds of the configuration; catalogue 3.10 (CF1, CF2) and 4.8. */
export const settings = z.object({
  versionsTogetherMin: positive(
    10,
    'CF2, CF-02: two versions of one service heard at once for longer than a deployment takes (minutes)',
  ),
  versionRuns: sample(
    3,
    'CF2, CF-02: each is heard so many times after the other; a deployment taken back has one or two',
  ),
  filtersMaxAgeS: positive(3_600, 'CF3, HC-03: filters of the exchange older than this are stale (seconds)'),
  filtersSevereH: positive(
    24,
    'HC-03: stale filters older than this, while orders are refused for them, are HIGH (hours)',
  ),
});

export const queries = {
  limits: limitsQuery,
  states: statesQuery,
  changes: configChangesQuery,
  versions: versionsQuery,
  filterCaches: filterCachesQuery,
  filterRejects: filterRejectsQuery,
};
export const uses = { thresholds };
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;

export const asked = idsOf(queries);
