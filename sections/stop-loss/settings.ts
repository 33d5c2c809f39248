import { z } from 'zod';

const positive = z.number().positive();

/** Thresholds of section 2, catalogue 3.3 and 4.2. */
export const settings = z.object({
  longGapS: positive
    .default(60)
    .describe('Time without a stop from which SL-01 is HIGH and check SL4-5 fails, seconds.'),
  exposureLow: positive
    .default(0.01)
    .describe('SL-01: below this exposure (notional x minutes / equity x 60) a short gap is LOW.'),
  exposureCritical: positive.default(0.1).describe('SL-01 is CRITICAL from this exposure.'),
  initialSloMs: positive
    .default(2_000)
    .describe('SL6: P95 of the initial stop within this is good, milliseconds.'),
  initialRedMs: positive
    .default(5_000)
    .describe('SL-02 fires when P95 of the initial stop is above this, milliseconds.'),
  initialMaxMs: positive
    .default(30_000)
    .describe('SL-02 fires when one initial stop took longer than this, milliseconds.'),
  updateSloMs: positive
    .default(1_000)
    .describe('SL7: P95 of a stop update within this is good, milliseconds.'),
  nakedGapMs: z
    .number()
    .min(0)
    .default(0)
    .describe('SL-05 fires for update gaps longer than this, milliseconds.'),
  nakedGapHighS: positive.default(5).describe('SL-05 is HIGH above this, seconds.'),
  nakedSharePct: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe(
      'Update gaps within shared.stopGraceMs count as time without a stop from this share of the time held, when they add up to longGapS, percent.',
    ),
  coverageTolerancePct: z
    .number()
    .min(0)
    .max(100)
    .default(0.1)
    .describe('SL8: uncovered share that rounding to the quantity step explains, percent.'),
  wrongSidePct: z
    .number()
    .min(0)
    .default(0.5)
    .describe(
      'SL-03: mark and last price may differ by this without a stop being on the wrong side, percent.',
    ),
  pairS: positive
    .default(60)
    .describe(
      'A request or a new stop within this around the end of the old one belongs to it, seconds (SL2, SL7).',
    ),
  edgeMs: z
    .number()
    .min(0)
    .default(5_000)
    .describe(
      'The end of a stop, or an acknowledgement, within this from the edge of a gap makes it, milliseconds.',
    ),
  triggerFillS: positive
    .default(5)
    .describe('SL3: a triggered stop that is not filled within this has failed, seconds.'),
  slippageGoodBps: positive.default(10).describe('SL9: average slippage up to this is good, basis points.'),
  slippageWarnBps: positive.default(30).describe('SL9: half score at this average slippage, basis points.'),
  slippageWorstBps: positive
    .default(100)
    .describe('SL-04 fires when the worst slippage is above this, basis points.'),
  lossBeyondPlan: positive
    .default(2)
    .describe('SL-04 fires when a stop exit lost more than this multiple of the planned loss.'),
  muteSlippageOnTestnet: z
    .boolean()
    .default(true)
    .describe(
      'SL-04 is not raised for slippage and loss beyond plan on a testnet, whose book means nothing.',
    ),
});
export type Settings = z.output<typeof settings>;
