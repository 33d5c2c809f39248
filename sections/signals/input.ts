import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { ordersQuery } from '../shared/queries/trading.ts';
import { idsOf } from '../shared/vocabulary/query-ids.ts';
import { positive, sample } from '../shared/vocabulary/setting.ts';
import { alertedQuery, decidedQuery, signalsQuery, watchQuery } from './queries.ts';

export const SECTION = 'signals';

/** Thresholds of the way from a signal to an order; catalogue 3.15 (NA3 to NA5) and 4.10. */
export const settings = z.object({
  priceMaxAgeMin: positive(
    15,
    'NA3: a watched price that is older at the end is stale: three times the interval in which it is expected (minutes)',
  ),
  minSignals: sample(1, 'NA-03: with so many signals and no entry order the way between them is looked at'),
});

export const queries = {
  signals: signalsQuery,
  watch: watchQuery,
  alerts: alertedQuery,
  decisions: decidedQuery,
  orders: ordersQuery,
};
export type Input = SectionInput<typeof queries, z.output<typeof settings>>;

export const asked = idsOf(queries);
