import type { SectionInput } from '../../audit/section.ts';
import { positionsFact } from '../shared/facts/evidence-facts.ts';
import {
  alertsQuery,
  errorSignaturesQuery,
  eventCountsQuery,
  heartbeatMinutesQuery,
  statesQuery,
} from '../shared/queries/monitoring.ts';
import { snapshotsQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import type { Settings } from './settings.ts';

export const queries = {
  counts: eventCountsQuery,
  signatures: errorSignaturesQuery,
  alerts: alertsQuery,
  heartbeats: heartbeatMinutesQuery,
  snapshots: snapshotsQuery,
  states: statesQuery,
};
export const uses = { thresholds, positions: positionsFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
