import type { SectionInput } from '../../audit/section.ts';
import { marketFact, positionsFact } from '../shared/facts/evidence-facts.ts';
import { alertsQuery, heartbeatGapsQuery } from '../shared/queries/monitoring.ts';
import { leftBehindQuery, leftBehindSurplusQuery } from '../shared/queries/left-behind.ts';
import * as trading from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import * as balances from './queries-balances.ts';
import * as own from './queries-totals.ts';
import type { Settings } from './settings.ts';

export const queries = {
  positions: trading.positionsQuery,
  fills: trading.fillsQuery,
  laterFills: trading.laterFillsQuery,
  leftBehind: leftBehindQuery,
  leftBehindSurplus: leftBehindSurplusQuery,
  orders: trading.ordersQuery,
  funding: trading.fundingQuery,
  snapshots: trading.snapshotsQuery,
  alerts: alertsQuery,
  heartbeats: heartbeatGapsQuery,
  edges: balances.balanceEdgesQuery,
  series: balances.balanceSeriesQuery,
  edgeFills: balances.edgeFillsQuery,
  edgeFunding: balances.edgeFundingQuery,
  transfers: trading.transfersQuery,
  totals: own.ownTotalsQuery,
  totalPositions: own.totalPositionsQuery,
  totalFills: own.totalFillsQuery,
};
export const uses = { thresholds, positions: positionsFact, market: marketFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
