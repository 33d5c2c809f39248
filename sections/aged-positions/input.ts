import type { SectionInput } from '../../audit/section.ts';
import { marketFact, positionsFact, protectionFact } from '../shared/facts/evidence-facts.ts';
import { fundingQuery, limitsQuery, ordersQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import type { Settings } from './settings.ts';

export const queries = { funding: fundingQuery, orders: ordersQuery, limits: limitsQuery };
export const uses = { thresholds, positions: positionsFact, market: marketFact, protection: protectionFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
