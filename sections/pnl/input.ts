import type { SectionInput } from '../../audit/section.ts';
import { marketFact, positionsFact, protectionFact, ratesFact } from '../shared/facts/evidence-facts.ts';
import {
  equityQuery,
  fillsQuery,
  instrumentsQuery,
  limitsQuery,
  transfersQuery,
} from '../shared/queries/trading.ts';
import {
  dayEquityQuery,
  dayFillsQuery,
  dayFundingQuery,
  dayOrdersQuery,
  dayPositionsQuery,
} from './queries-day.ts';
import { thresholds } from '../shared/settings.ts';
import type { Settings } from './settings.ts';

export const queries = {
  fills: fillsQuery,
  equity: equityQuery,
  limits: limitsQuery,
  instruments: instrumentsQuery,
  transfers: transfersQuery,
  dayPositions: dayPositionsQuery,
  dayFills: dayFillsQuery,
  dayOrders: dayOrdersQuery,
  dayFunding: dayFundingQuery,
  dayEquity: dayEquityQuery,
};
export const uses = {
  thresholds,
  rates: ratesFact,
  positions: positionsFact,
  market: marketFact,
  protection: protectionFact,
};
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
