import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { valuedFacts } from '../shared/facts/evidence-facts.ts';
import {
  equityQuery,
  fillsQuery,
  instrumentsQuery,
  limitsQuery,
  transfersQuery,
} from '../shared/queries/trading.ts';
import {
  dayEquityQuery,
  dayFillsQuery,
  dayFundingQuery,
  dayOrdersQuery,
  dayPositionsQuery,
} from './queries-day.ts';
import { integer, setting } from '../shared/vocabulary/setting.ts';

/** Thresholds of the PnL analysis; catalogue 3.9, 4.7. */
export const settings = z.object({
  breakevenEps: z
    .string()
    .default('0.00000001')
    .describe('PN1: a net result up to this is breakeven (quote currency)'),
  lossWarnPercent: setting(75, 'PN-02: used share of the daily loss limit that is a warning'),
  tradeLossOfPlan: setting(2, 'PN-03: a loss over this multiple of the planned loss'),
  tradeLossAsPlanned: setting(
    1.5,
    'PN-03: a loss up to this multiple of the planned loss is what the stop was to cost',
  ),
  tradeLossEquityPercent: setting(5, 'PN-03: a loss over this share of equity is HIGH'),
  tradeLossCriticalPercent: setting(10, 'PN-03: a loss over this share of equity is CRITICAL'),
  makerSharePercent: setting(
    50,
    'PN-01: below this share of maker fills the fees are those of taking liquidity',
  ),
  feeDragPercent: setting(50, 'PN11: fees should take less than this share of the gross result'),
  feesPerMove: setting(3, 'PN-01: an entry should expect to win this multiple of its round-trip fee'),
  aroundTransferS: setting(60, 'PN8: this long around a transfer equity says nothing of a loss, seconds'),
  firstPriceS: setting(
    300,
    'PN14: a first price nearer than this to the start of the window stands for the start, seconds',
  ),
  concentrationPercent: setting(60, 'PN-04: one symbol or trade with more than this share of all results'),
  minTrades: integer(10, 'Rules over trades need this many closed positions'),
  minDays: integer(30, 'PN13: daily returns needed for Sharpe, Sortino and Calmar'),
});

export const queries = {
  fills: fillsQuery,
  equity: equityQuery,
  limits: limitsQuery,
  instruments: instrumentsQuery,
  transfers: transfersQuery,
  dayPositions: dayPositionsQuery,
  dayFills: dayFillsQuery,
  dayOrders: dayOrdersQuery,
  dayFunding: dayFundingQuery,
  dayEquity: dayEquityQuery,
};
export const uses = valuedFacts;
export type Input = SectionInput<typeof queries, z.output<typeof settings>, typeof uses>;
