import { agedPositions } from '../../../sections/aged-positions.ts';
import { dataIntegrity } from '../../../sections/data-integrity.ts';
import { monitoringCoverage } from '../../../sections/monitoring-coverage.ts';
import { pnl } from '../../../sections/pnl.ts';
import { positionManagement } from '../../../sections/position-management.ts';
import { stopLoss } from '../../../sections/stop-loss.ts';
import type { Section } from '../../../audit/section.ts';
import { beats, gap, snapshots, watched } from '../monitoring-coverage-support.ts';
import { at, BOT, entity, figureOf, WINDOW } from '../support.ts';
import { trades } from '../closed-trades.ts';
import { entryOrder, fill, later, many, position, stop } from '../trading-rows.ts';
import {
  above,
  below,
  finds,
  from,
  grades,
  measures,
  names,
  not,
  says,
  shows,
  upTo,
  type Sides,
} from './sides.ts';

const of = (section: Section, sides: Sides): Sides => ({ ...sides, section });
const price = (clock: string, value: string) => ({
  exchange: 'binance',
  symbol: 'BTCUSDT',
  bucket: at(clock),
  at: at(clock),
  price: value,
});
const minute = (n: number): string =>
  [n / 60, n % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
const evaluated = {
  positions: [position('a', { last_evaluated_at: at('07:40') })],
  orders: [stop('a', 's', at('01:00'))],
};
/** 100 that nothing evaluated for an hour. */
const left = {
  positions: [position('a', { last_evaluated_at: at('07:00') })],
  orders: [stop('a', 's', at('01:00'))],
};
const equity = (value: string, time = at('00:00')) => [
  { exchange: 'binance', account: '', currency: 'USDT', bucket: time, at: time, equity: value },
];
const heard = (over: object) =>
  watched({
    'heartbeat-gaps': [
      ...beats(),
      gap('keeper', '00:00', '08:00', { beats: 0, hours_before: 0, latest_before: 0, ...over }),
    ],
  });
/** Ten positions, one opened every minute, and orders of the first six. */
const ended = {
  positions: many(10, (n) => position(`p${String(n)}`, { opened_at: at(minute(60 + n)) })),
  fills: many(10, (n) => fill(`p${String(n)}`, 'long', at(minute(60 + n)))),
  orders: many(6, (n) => entryOrder(`p${String(n)}-entry`, { created_at: at(minute(60 + n)) })),
};
/** Removed for 20 s, with an alert 90 s later. */
const alerted = {
  positions: [position('a')],
  orders: [
    stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: at('02:00') }),
    stop('a', 's2', at('02:00:20')),
  ],
  alerts: [
    {
      at: at('02:01:50.500'),
      severity: 'CRITICAL',
      text: 'stop missing',
      symbol: 'BTCUSDT',
      delivered: true,
    },
  ],
};
const state = {
  exchange: 'binance',
  account: '',
  at: later(WINDOW.to, 120_000),
  is_spot: false,
  has_positions: true,
  has_orders: false,
  has_stops: false,
  has_fills: false,
  has_balances: true,
  has_funding: false,
  has_ledger: false,
};

const paid = trades([{ gross: 1 }]);
export const shared = {
  priceStaleMin: of(
    agedPositions,
    upTo(
      60,
      shows('aged-positions.open', 'result'),
      {
        positions: [position('a', { fees: '0', funding: '0' })],
        prices: [price('07:00', '101')],
      },
      { lacks: ['fill', 'funding'] },
    ),
  ),
  fillFarTimes: of(
    dataIntegrity,
    above(7, finds('DQ-06'), {
      positions: many(3, (n) => position(`p${String(n)}`)),
      fills: many(3, (n) => fill(`p${String(n)}`, 'long', at('01:00'), { price: n === 0 ? '700' : '100' })),
      prices: [price('00:59', '100'), price('01:01', '99')],
    }),
  ),
  feeFarTimes: of(
    dataIntegrity,
    from(200, finds('DQ-06'), {
      positions: many(3, (n) => position(`p${String(n)}`)),
      fills: many(3, (n) => fill(`p${String(n)}`, 'long', at('01:00'), { fee: n === 0 ? '8' : '0.04' })),
    }),
  ),
  priceStillMin: of(
    dataIntegrity,
    from(60, finds('DQ-06'), {
      positions: [position('a')],
      fills: [fill('a', 'long', at('01:00'))],
      prices: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].flatMap((symbol) =>
        many(240, (n) => ({
          ...price(minute(n), n >= 120 && n <= 180 ? '100' : String(100 + (n % 2) / 10)),
          symbol,
        })),
      ),
    }),
  ),
  feePriceMin: of(
    pnl,
    upTo(10.5, not(measures('fees_paid', '<inadequate_basis>')), {
      ...paid,
      fills: paid.fills.map((row) => ({ ...row, fee_currency: 'BNB' })),
      prices: [{ ...price('00:50', '500'), symbol: 'BNBUSDT' }],
    }),
  ),
  equityStaleH: of(
    pnl,
    upTo(1, finds('PN-03'), { ...trades([{ gross: -25 }]), equity: equity('400', at('00:00:30')) }),
  ),
  adequateSharePct: of(
    positionManagement,
    from(90, (result) => figureOf(result, 'positions_opened').basis?.startsWith('fills') === true, {
      positions: many(10, (n) => position(`p${String(n)}`)),
      fills: many(9, (n) => fill(`p${String(n)}`, 'long', at('01:00'))),
    }),
  ),
  stopGraceMs: of(
    stopLoss,
    above(6_000, finds('SL-01'), {
      positions: [position('a')],
      orders: [stop('a', 's', at('01:00'), { venue_at: at('01:00:06') })],
    }),
  ),
  snapshotLateRatio: of(
    monitoringCoverage,
    above(
      1.5,
      measures('snapshots_late', 1),
      watched({
        snapshots: snapshots((slot) =>
          slot === 100 ? { at: later(WINDOW.from, 100 * 60_000 + 30_000) } : {},
        ),
      }),
    ),
  ),
  silentIntervals: of(
    monitoringCoverage,
    above(
      3,
      not(measures('uptime', 100)),
      watched({ 'heartbeat-gaps': beats(['trader', '02:00', '02:15']) }),
    ),
  ),
  heardHours: of(monitoringCoverage, from(9, finds('NA-01'), heard({ hours_before: 9 }))),
  heardBeats: of(monitoringCoverage, from(5, finds('NA-01'), heard({ latest_before: 5 }))),
  evaluatedMin: of(positionManagement, above(20, finds('PM-04'), evaluated)),
  alertLateS: of(stopLoss, upTo(90, says('An alert fired'), alerted)),
  exchangeStateS: of(
    dataIntegrity,
    upTo(
      120,
      finds('DI-01'),
      { positions: [position('a')], 'exchange-states': [state] },
      { bot: { exchanges: ['binance'], sources: { ...BOT.sources, exchange: 'optional' } } },
    ),
  ),
  endRows: of(dataIntegrity, from(4, finds('DQ-03'), ended)),
  endLagS: of(dataIntegrity, from(240, finds('DQ-03'), ended)),
  clockSkewS: of(
    dataIntegrity,
    upTo(
      90,
      names('DQ-06', 'ahead-wrong-zone'),
      {},
      {
        context: {
          entities: [
            entity('heartbeat', {
              ahead: [{ column: 'at', rows: 3, newest: at('09:01:30'), asOf: at('08:00') }],
            }),
          ],
        },
      },
    ),
  ),
  exposureRaises: of(
    positionManagement,
    from(1, grades('PM-04', 'CRITICAL'), { ...left, equity: equity('100') }),
  ),
  exposureLowers: of(
    positionManagement,
    below(0.5, grades('PM-04', 'MEDIUM'), { ...left, equity: equity('200') }),
  ),
};
