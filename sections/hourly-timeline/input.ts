import { z } from 'zod';
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
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { integer, setting } from '../shared/vocabulary/setting.ts';

/** Thresholds of the timeline; catalogue 4.8. */
export const settings = z.object({
  clusterShare: setting(0.5, 'TL-01: one bucket with more than this share of the errors is a cluster'),
  clusterErrors: integer(10, 'TL-01: a cluster has at least this many errors'),
  clusterBuckets: integer(4, 'TL-01: hours (days) in which the bot ran, for one of them to be a cluster'),
  signatureShare: setting(0.6, 'TL-01: one signature with this share names the cluster'),
  clusterReconnects: integer(3, 'TL-01: this many connects of a stream in the bucket are a reconnect storm'),
  sparseShare: setting(0.5, 'TL-02: no event in more than this share of the hours is how the bot logs'),
  expectedOpenings: setting(
    4.6,
    'TL-02: with this mean of openings in the other hours signals were expected (HIGH); e^-4.6 is 1 %',
  ),
});

export const queries = {
  counts: eventCountsQuery,
  signatures: errorSignaturesQuery,
  alerts: alertsQuery,
  heartbeats: heartbeatMinutesQuery,
  snapshots: snapshotsQuery,
  states: statesQuery,
};
export const uses = { thresholds, positions: positionsFact };
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;

export const asked = idsOf(queries);
