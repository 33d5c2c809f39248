import type { SectionInput } from '../../audit/section.ts';
import {
  fillsQuery,
  fundingQuery,
  limitsQuery,
  ordersQuery,
  positionsQuery,
  pricesQuery,
  stopChangesQuery,
} from '../shared/queries/trading.ts';
import type { Settings } from './settings.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  funding: fundingQuery,
  prices: pricesQuery,
  orders: ordersQuery,
  stopChanges: stopChangesQuery,
  limits: limitsQuery,
};
export type Input = SectionInput<typeof queries, Settings>;
