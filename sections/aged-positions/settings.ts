import { z } from 'zod';

/** Thresholds of aged positions; catalogue 3.8 and 4.7. */
export const settings = z.object({
  agedH: z
    .number()
    .positive()
    .default(12)
    .describe('AG-01: a position older than this is aged, unless limits.maxAgeH says otherwise (hours)'),
  severeAgeH: z
    .number()
    .positive()
    .default(24)
    .describe('AG-01: a losing position older than this is HIGH (hours)'),
  losingPercent: z
    .number()
    .default(1)
    .describe('AG2: a net loss over this share of the notional is a concern'),
  fundingPercent: z
    .number()
    .default(0.1)
    .describe('AG-02: funding paid over this share of the notional is a drag'),
  fundingOfGrossPercent: z
    .number()
    .default(50)
    .describe('AG-02: funding paid over this share of the gross result is a drag'),
  fundingFloorPercent: z
    .number()
    .default(0.05)
    .describe('AG-02: below this share of the notional the share of gross does not count'),
  nearLiquidationPercent: z
    .number()
    .default(10)
    .describe('AG2: nearer to liquidation than this is a concern'),
  staleMarkS: z.number().default(60).describe('AG2: a mark price older than this is flagged (seconds)'),
  historyMin: z
    .number()
    .int()
    .default(30)
    .describe('AG3: closed positions of a strategy needed for a percentile'),
});
export type Settings = z.output<typeof settings>;
