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
  tradeLossAsPlanned: z
    .number()
    .default(1.5)
    .describe('PN-03: a loss up to this multiple of the planned loss is what the stop was to cost'),
  tradeLossEquityPercent: z.number().default(5).describe('PN-03: a loss over this share of equity is HIGH'),
  tradeLossCriticalPercent: z
    .number()
    .default(10)
    .describe('PN-03: a loss over this share of equity is CRITICAL'),
  makerSharePercent: z
    .number()
    .default(50)
    .describe('PN-01: below this share of maker fills the fees are those of taking liquidity'),
  feeDragPercent: z
    .number()
    .default(50)
    .describe('PN11: fees should take less than this share of the gross result'),
  feesPerMove: z
    .number()
    .default(3)
    .describe('PN-01: an entry should expect to win this multiple of its round-trip fee'),
  aroundTransferS: z
    .number()
    .default(60)
    .describe('PN8: this long around a transfer equity says nothing of a loss, seconds'),
  firstPriceS: z
    .number()
    .default(300)
    .describe('PN14: a first price this long after the start of the window stands for the start, seconds'),
  concentrationPercent: z
    .number()
    .default(60)
    .describe('PN-04: one symbol or trade with more than this share of all results'),
  minTrades: z.number().int().default(10).describe('Rules over trades need this many closed positions'),
  minDays: z.number().int().default(30).describe('PN13: daily returns needed for Sharpe, Sortino and Calmar'),
});
export type Settings = z.output<typeof settings>;
