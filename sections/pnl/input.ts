import type { SectionInput } from '../../audit/section.ts';
import { marketFact, positionsFact } from '../shared/facts/evidence-facts.ts';
import {
  equityQuery,
  fillsQuery,
  limitsQuery,
  stopChangesQuery,
  transfersQuery,
} from '../shared/queries/trading.ts';
import { dayEquityQuery, dayFillsQuery, dayFundingQuery, dayPositionsQuery } from './queries-day.ts';
import { thresholds } from '../shared/settings.ts';
import type { Settings } from './settings.ts';

export const queries = {
  fills: fillsQuery,
  equity: equityQuery,
  limits: limitsQuery,
  stopChanges: stopChangesQuery,
  transfers: transfersQuery,
  dayPositions: dayPositionsQuery,
  dayFills: dayFillsQuery,
  dayFunding: dayFundingQuery,
  dayEquity: dayEquityQuery,
};
export const uses = { thresholds, positions: positionsFact, market: marketFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
