import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { marketFact, positionsFact } from '../shared/facts/evidence-facts.ts';
import { apiDurationsQuery } from '../shared/queries/api-calls.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import { instrumentsQuery } from '../shared/queries/trading.ts';
import { trailingActivationsQuery, trailingUpdatesQuery } from '../shared/queries/trailing.ts';
import { thresholds } from '../shared/settings.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { notNegative, percent, positive, sample } from '../shared/vocabulary/setting.ts';

export const SECTION = 'trailing-stop';

/** Thresholds of section 3, catalogue 3.4 and 4.3. */
export const settings = z.object({
  stormPerMin: positive(
    1,
    'TS-01 fires from so many updates a minute of a symbol on; full score below (TS5).',
  ),
  stormMediumPerMin: positive(3, 'TS-01 is MEDIUM from so many updates a minute on; half score here.'),
  stormHighPerMin: positive(6, 'TS-01 is HIGH from so many updates a minute on; score 0 from here on.'),
  stormUpdates: sample(10, 'TS-01: fewest updates of a symbol from which its rate is judged.'),
  rateFromMin: positive(1, 'TS5: a stop that trailed for less than this has no rate, minutes.'),
  usefulPercent: percent(50, 'TS-04 fires below this share of updates that moved the stop by a price step.'),
  usefulUpdates: sample(10, 'TS-04: fewest updates of a symbol from which the share is judged.'),
  activationGraceS: notNegative(
    60,
    'TS-03: a position has this long from the price of the activation to become active, seconds.',
  ),
  ackP95Ms: positive(5_000, 'AL-01, TS9: P95 of the updates above this is worth a trial, milliseconds.'),
  callSharePercent: percent(50, 'AL-01, TS7: a larger share of the order requests is worth a trial.'),
  standingWindows: sample(3, 'AL-01: fewest windows in a row, this one among them.'),
  tickLoopS: positive(5, 'TS-01: a median pause below this supports a loop on every price, seconds.'),
});
export type Settings = z.output<typeof settings>;

export const queries = {
  updates: trailingUpdatesQuery,
  activations: trailingActivationsQuery,
  instruments: instrumentsQuery,
  alerts: alertsQuery,
  calls: apiDurationsQuery,
};
export const uses = { thresholds, positions: positionsFact, market: marketFact };
export type Input = SectionInput<typeof queries, Settings, typeof uses>;

export const asked = idsOf(queries);
