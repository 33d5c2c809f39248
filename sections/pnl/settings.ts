import { z } from 'zod';

/** Thresholds of the PnL analysis; catalogue 3.9, 4.7. */
export const settings = z.object({
  breakevenEps: z
    .string()
    .default('0.00000001')
    .describe('PN1: a net result up to this is breakeven (quote currency)'),
  lossWarnPercent: z
    .number()
    .default(75)
    .describe('PN-02: used share of the daily loss limit that is a warning'),
  tradeLossOfPlan: z.number().default(2).describe('PN-03: a loss over this multiple of the planned loss'),
  tradeLossEquityPercent: z.number().default(5).describe('PN-03: a loss over this share of equity is HIGH'),
  tradeLossCriticalPercent: z
    .number()
    .default(10)
    .describe('PN-03: a loss over this share of equity is CRITICAL'),
  concentrationPercent: z
    .number()
    .default(60)
    .describe('PN-04: one symbol or trade with more than this share of all results'),
  minTrades: z.number().int().default(10).describe('Rules over trades need this many closed positions'),
  minDays: z.number().int().default(30).describe('PN13: daily returns needed for Sharpe, Sortino and Calmar'),
});
export type Settings = z.output<typeof settings>;
