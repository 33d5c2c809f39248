import type { SectionInput } from '../../audit/section.ts';
import {
  alertsQuery,
  errorSignaturesQuery,
  eventCountsQuery,
  heartbeatMinutesQuery,
  statesQuery,
} from '../shared/queries/monitoring.ts';
import { fillsQuery, fundingQuery, positionsQuery, snapshotsQuery } from '../shared/queries/trading.ts';
import type { Settings } from './settings.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  funding: fundingQuery,
  counts: eventCountsQuery,
  signatures: errorSignaturesQuery,
  alerts: alertsQuery,
  heartbeats: heartbeatMinutesQuery,
  snapshots: snapshotsQuery,
  states: statesQuery,
};
export type Input = SectionInput<typeof queries, Settings>;
