import { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import {
  earlyEndsFact,
  marketFact,
  orderClocksFact,
  positionsFact,
  protectionFact,
  tradedPricesFact,
} from '../shared/facts/evidence-facts.ts';
import { alertsQuery, heartbeatGapsQuery } from '../shared/queries/monitoring.ts';
import { balanceSumsQuery } from './balance-sums.ts';
import { linkQueries } from './links/queries.ts';
import { leftBehindQuery, leftBehindSurplusQuery } from '../shared/queries/left-behind.ts';
import {
  namedByEvents,
  namedByFunding,
  namedByOrders,
  namedByStopChanges,
} from '../shared/queries/named-positions.ts';
import { toldByEvents, toldByStopChanges } from '../shared/queries/lifecycles.ts';
import * as trading from '../shared/queries/trading.ts';
import { venueStatesFact } from '../shared/facts/venue-states.ts';
import { thresholds } from '../shared/settings.ts';
import { setting, settingIn } from '../shared/vocabulary/setting.ts';
import * as own from './queries.ts';

const money = (value: string, says: string) => z.string().default(value).describe(says);
const notNegative = settingIn(z.number().min(0));
const percentOfEquity = settingIn(z.number().max(100));
const whole = settingIn(z.number().int());
const atLeastOne = settingIn(z.number().int().positive());
const upToTen = settingIn(z.number().min(0).max(10));

/** Thresholds of section 6; catalogue 3.7, 3.9, 4.1 and 4.6. */
export const settings = z.strictObject({
  // A fee taken in the base currency leaves a difference.
  rowQuantityTolerancePct: notNegative(0.2, 'PM-06: row and fills may differ by this in quantity, percent.'),
  rowPriceTolerancePct: notNegative(0.05, 'PM-06: row and fills may differ by this in entry price, percent.'),
  rowPriceFarPct: notNegative(2, 'PM-06: over this difference of the entry price it is HIGH, percent.'),
  limitFarTimes: settingIn(z.number().min(1))(
    2,
    'DQ-06: a limit is so many times its fills, or a share of them.',
  ),
  priceFarTimes: settingIn(z.number().min(1))(
    5,
    'DQ-06: a price of a row is so many times off every price of its instrument.',
  ),
  residualMoney: money('0.01', 'PN10: a wallet residual over this is DI-05 (quote currency)'),
  clientIdPrefix: z
    .string()
    .max(36)
    .default('')
    .describe('ZO1, DI-08: what the client ids of the bot’s orders start with; empty: not said'),
  equityTolerancePct: notNegative(
    0.1,
    'DI-09: a total of the exchange may be the equity of the bot’s row, to this (percent)',
  ),
  exactMoney: money('0.000001', 'DI-05: an entry explains a residual whose size it has to this'),
  residualRedPercent: percentOfEquity(0.05, 'PN10: over this share of equity DI-05 is HIGH, gate (c) fails'),
  residualCriticalPercent: percentOfEquity(0.5, 'PN10: over this share of equity DI-05 is CRITICAL'),
  agreementMoney: money('0.01', 'DI13: stored and computed results may differ by this (quote currency)'),
  agreementPercent: setting(1, 'DI13: or by this share'),
  storedOffPercent: upToTen(1, 'DQ-04: over this share of the compared is told; DI13 is halfway to 0'),
  storedBadPercent: setting(10, 'DI13: at this share of the compared results the check scores 0'),
  feeMinFills: atLeastOne(20, 'DI13: an exchange and role has a usual fee rate from this many fills on'),
  feeSpreadPercent: notNegative(2, 'DI13: and if the middle half of its rates is within this, % of median'),
  closingSnapshotS: notNegative(90, 'Gate (b): so near to the end, seconds, one snapshot is the closing one'),
  closingSnapshots: atLeastOne(2, 'Gate (b): an earlier difference is in this many last snapshots'),
  rowLagS: notNegative(60, 'Gate (b): a row and its fills this near to each other, seconds, mean one moment'),
  idHolesRows: atLeastOne(
    100,
    'Gate (f): ids without a hole in this many rows of three days are one dense sequence',
  ),
  idHolesMin: atLeastOne(2, 'Gate (f): so many ids that no position has, at least, tell of lost rows'),
  idHolesPercent: notNegative(1, 'Gate (f): and so many percent of the window’s ids'),
  toldEarlyS: notNegative(30, 'DQ-06: rows may lie before what they tell of by this, median, seconds.'),
  toldLateS: notNegative(180, 'DQ-06: rows may lie after what they tell of by this, median, seconds.'),
  scannedRows: whole(
    1_000_000,
    'DI9: over so many rows of a table read by sequential scans its indexes are shown for review',
  ),
  appendedRows: whole(
    1_000,
    'DI9: a table with so many rows inserted, and none deleted before the window, is only appended to',
  ),
  minTrades: whole(10, 'DQ-04: stored results that are all 0 are told from this many closed positions on'),
});
export type Settings = z.output<typeof settings>;

export const queries = {
  positions: trading.positionsQuery,
  fills: trading.fillsQuery,
  laterFills: trading.laterFillsQuery,
  leftBehind: leftBehindQuery,
  leftBehindSurplus: leftBehindSurplusQuery,
  orders: trading.ordersQuery,
  equity: trading.equityQuery,
  funding: trading.fundingQuery,
  prices: trading.pricesQuery,
  snapshots: trading.snapshotsQuery,
  alerts: alertsQuery,
  heartbeats: heartbeatGapsQuery,
  edges: own.balanceEdgesQuery,
  series: own.balanceSeriesQuery,
  edgeFills: own.edgeFillsQuery,
  edgeFunding: own.edgeFundingQuery,
  transfers: trading.transfersQuery,
  instruments: trading.instrumentsQuery,
  totals: own.ownTotalsQuery,
  totalPositions: own.totalPositionsQuery,
  totalFills: own.totalFillsQuery,
  namedByEvents,
  namedByStopChanges,
  namedByOrders,
  namedByFunding,
  toldByEvents,
  toldByStopChanges,
  positionIds: own.positionIdsQuery,
  balanceSums: balanceSumsQuery,
  ...linkQueries,
  tableCounters: own.tableCountersQuery,
};
export const uses = {
  thresholds,
  positions: positionsFact,
  market: marketFact,
  traded: tradedPricesFact,
  protection: protectionFact,
  ends: earlyEndsFact,
  orderClocks: orderClocksFact,
  venueStates: venueStatesFact,
};
export type Input = SectionInput<typeof queries, Settings, typeof uses>;
