import { z } from 'zod';
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

const number = z.number();

/** Thresholds of critical events and errors; catalogue 3.1 (EX8, EX9) and 4.8 (CE-01). */
export const settings = z.object({
  alertDedupS: number
    .positive()
    .default(600)
    .describe('EX8: alerts of one key within this time are one alert'),
  acknowledgeS: number
    .positive()
    .default(900)
    .describe('EX8: a critical alert should be acknowledged within this time'),
  alertBeforeS: number.default(5).describe('CE-01: an alert this long before the event still belongs to it'),
  alertPromptS: number
    .default(5)
    .describe('CE-01: an alert that comes later than this is late, a MEDIUM finding'),
  alertAfterS: number
    .default(60)
    .describe('CE-01: a critical event without an alert within this time is a HIGH finding'),
  errorsPerHourGood: number.default(5).describe('EX9: full score up to here'),
  errorsPerHourWarn: number.default(20).describe('EX9: half score here'),
  errorsPerHourBad: number.default(60).describe('EX9: score 0 from here up'),
  historyWindows: number.int().default(3).describe('EX9: earlier windows needed for a median'),
  madFactor: number.default(3).describe('EX9: median + this many MAD is yellow'),
  blockerRecentS: number.default(600).describe('Gate (e): a blocker event this recent counts as active'),
});
export type Settings = z.output<typeof settings>;

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

/** Ids of the queries, as figures and datasets name them. */
export function asked(...names: readonly (keyof typeof queries)[]): readonly string[] {
  return names.map((name) => queries[name].id);
}
