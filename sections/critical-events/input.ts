import type { SectionInput } from '../../audit/section.ts';
import {
  alertHabitsQuery,
  alertsQuery,
  criticalEventsQuery,
  errorSignaturesQuery,
  eventCountsQuery,
  statesQuery,
} from '../shared/queries/monitoring.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import type { Settings } from './settings.ts';

export const queries = {
  critical: criticalEventsQuery,
  alerts: alertsQuery,
  alertHabits: alertHabitsQuery,
  counts: eventCountsQuery,
  signatures: errorSignaturesQuery,
  states: statesQuery,
  positions: positionsQuery,
};
export type Input = SectionInput<typeof queries, Settings>;
