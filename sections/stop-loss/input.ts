import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { marketFact, positionsFact, protectionFact } from '../shared/facts/evidence-facts.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import { fillsQuery } from '../shared/queries/trading.ts';
import { venueStatesFact } from '../shared/facts/venue-states.ts';
import { thresholds } from '../shared/settings.ts';
import { notNegative, percent, positive } from '../shared/vocabulary/setting.ts';

/** Thresholds of section 2, catalogue 3.3 and 4.2. */
export const settings = z.object({
  longGapS: positive(60, 'Time without a stop above which SL-01 is HIGH and check SL4-5 fails, seconds.'),
  exposureLow: positive(
    0.01,
    'SL-01: below this exposure (notional x minutes / equity x 60) a short gap is LOW.',
  ),
  exposureCritical: positive(0.1, 'SL-01 is CRITICAL from this exposure.'),
  initialSloMs: positive(2_000, 'SL6: P95 of the initial stop within this is good, milliseconds.'),
  initialRedMs: positive(5_000, 'SL-02 fires when P95 of the initial stop is above this, milliseconds.'),
  initialMaxMs: positive(30_000, 'SL-02 fires when one initial stop took longer than this, milliseconds.'),
  updateSloMs: positive(1_000, 'SL7: P95 of a stop update within this is good, milliseconds.'),
  illustratedMovePct: percent(
    5,
    'SL-01: the move against a position whose cost is printed for illustration, percent.',
  ),
  nakedGapMs: notNegative(0, 'SL-05 fires for update gaps longer than this, milliseconds.'),
  nakedGapHighS: positive(5, 'SL-05 is HIGH above this, seconds.'),
  requestLeadMs: notNegative(
    1_000,
    'SL-05: a new stop requested at most this long before the old one ended was not requested first, milliseconds.',
  ),
  nakedSharePct: percent(
    1,
    'Update gaps within shared.stopGraceMs count as time without a stop from this share of the time held, when they add up to longGapS, percent.',
  ),
  coverageTolerancePct: percent(
    0.1,
    'SL8: uncovered share that rounding to the quantity step explains, percent.',
  ),
  wrongSidePct: notNegative(
    0.5,
    'SL-03: mark and last price may differ by this without a stop being on the wrong side, percent.',
  ),
  pairS: positive(
    60,
    'A request or a new stop within this around the end of the old one belongs to it, seconds (SL2, SL7).',
  ),
  edgeMs: notNegative(
    5_000,
    'The end of a stop, or an acknowledgement, within this from the edge of a gap makes it, milliseconds.',
  ),
  triggerFillS: positive(5, 'SL3: a triggered stop that is not filled within this has failed, seconds.'),
  slippageGoodBps: positive(10, 'SL9: average slippage up to this is good, basis points.'),
  slippageWarnBps: positive(30, 'SL9: half score at this average slippage, basis points.'),
  slippageWorstBps: positive(100, 'SL-04 fires when the worst slippage is above this, basis points.'),
  lossBeyondPlan: positive(
    2,
    'SL-04 fires when a stop exit lost more than this multiple of the planned loss.',
  ),
  muteSlippageOnTestnet: z
    .boolean()
    .default(true)
    .describe(
      'SL-04 is not raised for slippage and loss beyond plan on a testnet, whose book means nothing.',
    ),
});
export type Settings = z.output<typeof settings>;

export const queries = { fills: fillsQuery, alerts: alertsQuery };
export const uses = {
  thresholds,
  positions: positionsFact,
  market: marketFact,
  protection: protectionFact,
  venueStates: venueStatesFact,
};
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
