import type { Span } from '../shared/queries/span.ts';
import { equityOf, fillsOf, fundingOf, ordersOf, positionsOf } from '../shared/queries/trading.ts';

/** The UTC day up to the start of the window: a daily limit does not begin with a shift. */
const DAY: Span = { from: "date_trunc('day', :from::timestamptz, 'UTC')", to: ':from::timestamptz' };
const OF_DAY = 'of the UTC day before the window began';

export const dayPositionsQuery = positionsOf('day-positions', `Positions ${OF_DAY}`, DAY);
export const dayFillsQuery = fillsOf('day-fills', `Fills ${OF_DAY}`, DAY);
export const dayOrdersQuery = ordersOf('day-orders', `Orders ${OF_DAY}`, DAY);
export const dayFundingQuery = fundingOf('day-funding', `Funding ${OF_DAY}`, DAY);
export const dayEquityQuery = equityOf('day-equity', `Last equity of each account by bucket, ${OF_DAY}`, DAY);
