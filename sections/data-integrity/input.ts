import type { SectionInput } from '../../audit/section.ts';
import { alertsQuery, heartbeatGapsQuery } from '../shared/queries/monitoring.ts';
import {
  fillsQuery,
  fundingQuery,
  laterFillsQuery,
  leftBehindQuery,
  ordersQuery,
  positionsQuery,
  pricesQuery,
  snapshotsQuery,
  transfersQuery,
} from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import {
  balanceEdgesQuery,
  balanceSeriesQuery,
  edgeFillsQuery,
  edgeFundingQuery,
} from './queries-balances.ts';
import { ownTotalsQuery, totalFillsQuery, totalPositionsQuery } from './queries-totals.ts';
import type { Settings } from './settings.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  laterFills: laterFillsQuery,
  leftBehind: leftBehindQuery,
  orders: ordersQuery,
  funding: fundingQuery,
  prices: pricesQuery,
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
export const uses = { thresholds };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
