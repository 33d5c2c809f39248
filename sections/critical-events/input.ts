import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import * as monitoring from '../shared/queries/monitoring.ts';
import { stoppedTradingQuery } from '../shared/queries/stopped-trading.ts';
import { positionsQuery } from '../shared/queries/trading.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { setting, settingIn } from '../shared/vocabulary/setting.ts';

const positive = settingIn(z.number().positive());

/** Thresholds of critical events and errors; catalogue 3.1 (EX8, EX9) and 4.8 (CE-01). */
export const settings = z.object({
  alertDedupS: positive(600, 'EX8: alerts of one key within this time are one alert'),
  acknowledgeS: positive(900, 'EX8: a critical alert should be acknowledged within this time'),
  alertBeforeS: setting(5, 'CE-01: an alert this long before the event still belongs to it'),
  alertPromptS: setting(5, 'CE-01: an alert that comes later than this is late, a MEDIUM finding'),
  alertAfterS: setting(60, 'CE-01: a critical event without an alert within this time is a HIGH finding'),
  sameCloseS: setting(
    60,
    'CE-02: events and rows of an instrument this near to each other tell of one close',
  ),
  oneFaultPercent: setting(50, 'CE-03: one fault makes most of the errors from this share on'),
  errorsPerHourGood: setting(5, 'EX9: full score up to here'),
  errorsPerHourWarn: setting(20, 'EX9: half score here'),
  errorsPerHourBad: setting(60, 'EX9: score 0 from here up'),
  historyWindows: setting(3, 'EX9: earlier windows needed for a median', z.number().int()),
  madFactor: setting(3, 'EX9: median + this many MAD is yellow'),
  breakerNearPercent: setting(
    60,
    'HC4, HC-02: above this share of its failures a circuit breaker is near its threshold',
  ),
  blockerRecentS: setting(600, 'Gate (e): a blocker event this recent counts as active'),
});
export type Settings = z.output<typeof settings>;

export const queries = {
  critical: monitoring.criticalEventsQuery,
  alerts: monitoring.alertsQuery,
  alertHabits: monitoring.alertHabitsQuery,
  counts: monitoring.eventCountsQuery,
  signatures: monitoring.errorSignaturesQuery,
  states: monitoring.statesQuery,
  stopped: stoppedTradingQuery,
  positions: positionsQuery,
};
export type Input = SectionInput<typeof queries, Settings>;

export const asked = idsOf(queries);
