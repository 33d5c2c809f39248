import type { SectionInput } from '../../audit/section.ts';
import { marketFact, positionsFact, protectionFact } from '../shared/facts/evidence-facts.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import { fillsQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import type { Settings } from './settings.ts';

export const queries = { fills: fillsQuery, alerts: alertsQuery };
export const uses = { thresholds, positions: positionsFact, market: marketFact, protection: protectionFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
