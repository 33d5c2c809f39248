import type { SectionInput } from '../../audit/section.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import {
  equityQuery,
  fillsQuery,
  fundingQuery,
  ordersQuery,
  positionsQuery,
  pricesQuery,
  stopChangesQuery,
} from '../shared/queries/trading.ts';
import type { Settings } from './settings.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  orders: ordersQuery,
  stopChanges: stopChangesQuery,
  funding: fundingQuery,
  prices: pricesQuery,
  equity: equityQuery,
  alerts: alertsQuery,
};
export type Input = SectionInput<typeof queries, Settings>;
