import { z } from 'zod';
import { setting } from '../shared/vocabulary/setting.ts';

const positive = z.number().positive();

/** Thresholds of aged positions; catalogue 3.8 and 4.7. */
export const settings = z.object({
  agedH: setting(
    12,
    'AG-01: a position older than this is aged, unless limits.maxAgeH says otherwise (hours)',
    positive,
  ),
  severeAgeH: setting(24, 'AG-01: a losing position older than this is HIGH (hours)', positive),
  losingPercent: setting(1, 'AG2: a net loss over this share of the notional is a concern'),
  fundingPercent: setting(0.1, 'AG-02: funding paid over this share of the notional is a drag'),
  fundingOfGrossPercent: setting(50, 'AG-02: funding paid over this share of the gross result is a drag'),
  fundingFloorPercent: setting(
    0.05,
    'AG-02: below this share of the notional the share of gross does not count',
  ),
  nearLiquidationPercent: setting(10, 'AG2: nearer to liquidation than this is a concern'),
  staleMarkS: setting(60, 'AG2: a mark price older than this is flagged (seconds)'),
  historyMin: setting(30, 'AG3: closed positions of a strategy needed for a percentile', z.number().int()),
});
export type Settings = z.output<typeof settings>;
