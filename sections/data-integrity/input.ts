import type { SectionInput } from '../../audit/section.ts';
import { marketFact, positionsFact } from '../shared/facts/evidence-facts.ts';
import { alertsQuery, heartbeatGapsQuery } from '../shared/queries/monitoring.ts';
import {
  fillsQuery,
  fundingQuery,
  laterFillsQuery,
  leftBehindQuery,
  ordersQuery,
  positionsQuery,
  snapshotsQuery,
  transfersQuery,
} from '../shared/queries/trading.ts';
import {
  balanceEdgesQuery,
  balanceSeriesQuery,
  edgeFillsQuery,
  edgeFundingQuery,
} from './queries-balances.ts';
import { ownTotalsQuery, totalFillsQuery, totalPositionsQuery } from './queries-totals.ts';
import { thresholds } from '../shared/settings.ts';
import type { Settings } from './settings.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  laterFills: laterFillsQuery,
  leftBehind: leftBehindQuery,
  orders: ordersQuery,
  funding: fundingQuery,
  snapshots: snapshotsQuery,
  alerts: alertsQuery,
  heartbeats: heartbeatGapsQuery,
  edges: balanceEdgesQuery,
  series: balanceSeriesQuery,
  edgeFills: edgeFillsQuery,
  edgeFunding: edgeFundingQuery,
  transfers: transfersQuery,
  totals: ownTotalsQuery,
  totalPositions: totalPositionsQuery,
  totalFills: totalFillsQuery,
};
export const uses = { thresholds, positions: positionsFact, market: marketFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
