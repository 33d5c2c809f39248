import { defineQuery, type Query } from '../../audit/query.ts';
import { equityQuery, fillsQuery, fundingQuery, positionsQuery } from '../shared/queries/trading.ts';

const DAY = "date_trunc('day', :from::timestamptz, 'UTC')";

/** The same question, asked of the UTC day up to the start of the window: a daily limit does not begin with a shift. */
function ofDayBefore<Row>(query: Query<Row>, title: string): Query<Row> {
  return defineQuery({
    ...query,
    id: `day-${query.id}`,
    title,
    sql: query.sql
      .split(':from::timestamptz')
      .map((part) => part.replaceAll(':to::timestamptz', ':from::timestamptz'))
      .join(DAY),
  });
}

export const dayPositionsQuery = ofDayBefore(
  positionsQuery,
  'Positions of the UTC day before the window began',
);
export const dayFillsQuery = ofDayBefore(fillsQuery, 'Fills of the UTC day before the window began');
export const dayFundingQuery = ofDayBefore(fundingQuery, 'Funding of the UTC day before the window began');
export const dayEquityQuery = ofDayBefore(
  equityQuery,
  'Last equity of each account by bucket, of the UTC day before the window began',
);
