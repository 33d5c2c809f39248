import type { SectionInput } from '../../audit/section.ts';
import {
  eventMinutesQuery,
  heartbeatGapsQuery,
  heartbeatMinutesQuery,
} from '../shared/queries/monitoring.ts';
import { positionsQuery, snapshotsQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import type { Settings } from './settings.ts';

export const queries = {
  snapshots: snapshotsQuery,
  heartbeatGaps: heartbeatGapsQuery,
  heartbeatMinutes: heartbeatMinutesQuery,
  eventMinutes: eventMinutesQuery,
  positions: positionsQuery,
};
export const uses = { thresholds };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
