import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { valuedFacts } from '../shared/facts/evidence-facts.ts';
import { fundingQuery, limitsQuery, ordersQuery } from '../shared/queries/trading.ts';
import { integer, positive, setting } from '../shared/vocabulary/setting.ts';

/** Thresholds of aged positions; catalogue 3.8 and 4.7. */
export const settings = z.object({
  agedH: positive(
    12,
    'AG-01: a position older than this is aged, unless limits.maxAgeH says otherwise (hours)',
  ),
  severeAgeH: positive(24, 'AG-01: a losing position older than this is HIGH (hours)'),
  losingPercent: setting(1, 'AG2: a net loss over this share of the notional is a concern'),
  fundingPercent: setting(0.1, 'AG-02: funding paid over this share of the notional is a drag'),
  fundingOfGrossPercent: setting(50, 'AG-02: funding paid over this share of the gross result is a drag'),
  fundingFloorPercent: setting(
    0.05,
    'AG-02: below this share of the notional the share of gross does not count',
  ),
  manySettlements: integer(3, 'AG-02: this many settlements a position are held over many of them'),
  nearLiquidationPercent: setting(10, 'AG2: nearer to liquidation than this is a concern'),
  staleMarkS: setting(60, 'AG2: a mark price older than this is flagged (seconds)'),
  historyMin: integer(30, 'AG3: closed positions of a strategy needed for a percentile'),
});
export type Settings = z.output<typeof settings>;

export const queries = { funding: fundingQuery, orders: ordersQuery, limits: limitsQuery };
export const uses = valuedFacts;
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
