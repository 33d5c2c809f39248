import { z } from 'zod';

/** Thresholds of section 6; catalogue 3.7, 3.9, 4.1 and 4.6. */
export const settings = z.strictObject({
  rowQuantityTolerancePct: z
    .number()
    .min(0)
    .default(0.2)
    .describe(
      'PM-06: row and fills may differ by this in quantity, percent; a fee taken in the base currency does.',
    ),
  rowPriceTolerancePct: z
    .number()
    .min(0)
    .default(0.05)
    .describe('PM-06: row and fills may differ by this in entry price, percent.'),
  residualMoney: z
    .string()
    .default('0.01')
    .describe('PN10: a wallet residual over this is DI-05 (quote currency)'),
  residualRedPercent: z
    .number()
    .max(100)
    .default(0.05)
    .describe('PN10: over this share of equity DI-05 is HIGH and gate (c) fails'),
  residualCriticalPercent: z
    .number()
    .max(100)
    .default(0.5)
    .describe('PN10: over this share of equity DI-05 is CRITICAL'),
  agreementMoney: z
    .string()
    .default('0.01')
    .describe('DI13: stored and computed results may differ by this (quote currency)'),
  agreementPercent: z.number().default(1).describe('DI13: or by this share'),
  storedOffPercent: z
    .number()
    .min(0)
    .max(10)
    .default(1)
    .describe('DQ-04: over this share of the compared results is told; DI13 there is halfway to 0'),
  feeMinFills: z
    .number()
    .int()
    .positive()
    .default(20)
    .describe('DI13: an exchange and role has a usual fee rate from this many fills on'),
  feeSpreadPercent: z
    .number()
    .min(0)
    .default(2)
    .describe('DI13: and where the middle half of its rates differs by at most this, percent of the median'),
  closingSnapshotS: z
    .number()
    .min(0)
    .default(90)
    .describe('Gate (b): so near to the end, in seconds, one snapshot alone is the closing one'),
  rowLagS: z
    .number()
    .min(0)
    .default(60)
    .describe('Gate (b): a row and its fills so near to each other, in seconds, mean one moment'),
  minTrades: z
    .number()
    .int()
    .default(10)
    .describe('DQ-04: stored results that are all 0 are told from this many closed positions on'),
});
export type Settings = z.output<typeof settings>;
