import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { earlyEndsFact, marketFact, positionsFact, protectionFact } from '../shared/facts/evidence-facts.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import { equityQuery, limitsQuery, ordersQuery, snapshotsQuery } from '../shared/queries/trading.ts';
import { thresholds } from '../shared/settings.ts';
import { percent, positive, sample, settingIn } from '../shared/vocabulary/setting.ts';

/** Thresholds of section 1, catalogue 3.2 and 4.1. */
export const settings = z.object({
  concurrentCriticalFactor: positive(1.5, 'PM-01 is CRITICAL above this multiple of the limit.'),
  entryFailureWarnPct: percent(5, 'PM-03 fires above this share of failed entry orders, percent.'),
  entryFailureHighPct: percent(30, 'PM-03 is HIGH above this share, percent.'),
  entryFailureMinN: sample(20, 'Fewest entry orders for PM-03 to fire.'),
  dominantRejectPct: percent(
    60,
    'A reject code with at least this share of the failures names the cause of PM-03, percent.',
  ),
  unknownExitPct: percent(5, 'PM-05 fires above this share of closes without a reason, percent.'),
  unknownExitMinN: sample(10, 'Fewest closes for PM-05 to fire.'),
  entryRaceMs: positive(
    1000,
    'PM-01: entries this close together support a check-then-act race, milliseconds.',
  ),
  stoppedTogetherS: positive(
    60,
    'PM-04: last evaluations this close together support that the worker stopped, seconds.',
  ),
  limitWarnRatio: settingIn(z.number().positive().max(1))(
    0.75,
    'P6: use of a limit from which the check loses points.',
  ),
});
export type Settings = z.output<typeof settings>;

export const queries = {
  orders: ordersQuery,
  equity: equityQuery,
  limits: limitsQuery,
  snapshots: snapshotsQuery,
  alerts: alertsQuery,
};
export const uses = {
  thresholds,
  positions: positionsFact,
  ends: earlyEndsFact,
  market: marketFact,
  protection: protectionFact,
};
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
