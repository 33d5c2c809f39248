import { limits } from '../position-management-support.ts';
import { EQUITY, OPEN } from '../stop-loss-support.ts';
import { at } from '../support.ts';
import { entryOrder, fill, later, many, position, stop } from '../trading-rows.ts';
import { above, below, finds, from, grades, isLikely, measures, names, scoresBelow, upTo } from './sides.ts';

/** Eight of twenty entry orders were refused, six of them for one reason. */
const entries = {
  orders: [
    ...many(8, (n) =>
      entryOrder(`r${String(n)}`, {
        status: 'rejected',
        filled: '0',
        reject_code: n < 6 ? '-2019' : `x${String(n)}`,
        reject_reason: 'no',
      }),
    ),
    ...many(12, (n) => entryOrder(`f${String(n)}`)),
  ],
};
/** Five of ten closes say no reason. */
const closes = {
  positions: many(10, (n) =>
    position(`p${String(n)}`, {
      closed_at: at('02:00'),
      exit_reason: n < 5 ? null : 'sl',
      exit_kind: n < 5 ? null : 'stop',
    }),
  ),
};
const together = {
  positions: [at('01:00'), later(at('01:00'), 300), later(at('01:00'), 600)].map((opened_at, n) =>
    position(`p${String(n)}`, { opened_at }),
  ),
};
const abandoned = {
  positions: ['07:30', '07:31'].map((clock) => position(clock, { last_evaluated_at: at(clock) })),
};
export const positionManagement = {
  concurrentCriticalFactor: above(1.5, grades('PM-01', 'CRITICAL'), together, {
    bot: limits({ maxPositions: 2 }),
  }),
  entryFailureWarnPct: above(40, finds('PM-03'), entries),
  entryFailureHighPct: above(40, grades('PM-03', 'HIGH'), entries),
  entryFailureMinN: from(20, finds('PM-03'), entries),
  dominantRejectPct: from(75, names('PM-03', 'rejected-2019'), entries),
  unknownExitPct: above(50, finds('PM-05'), closes),
  unknownExitMinN: from(10, finds('PM-05'), closes),
  entryRaceMs: upTo(300, names('PM-01', 'entry-race'), together, { bot: limits({ maxPositions: 2 }) }),
  stoppedTogetherS: upTo(60, isLikely('PM-04'), abandoned),
  limitWarnRatio: above(
    0.625,
    scoresBelow('P6', 1),
    { positions: [position('a')] },
    { bot: limits({ exposure: '160' }) },
  ),
};

const onePosition = (orders: readonly object[], more: object = {}) =>
  ({ positions: OPEN, orders, equity: EQUITY, ...more }) as never;
const late = (ms: number) =>
  onePosition([stop('a', 's1', at('01:00'), { venue_at: later(at('01:00'), ms) })]);
const twenty = (latencyMs: number) => ({
  positions: many(20, (n) => position(`p${String(n)}`)),
  orders: many(20, (n) =>
    stop(`p${String(n)}`, `s${String(n)}`, at('01:00'), { venue_at: later(at('01:00'), latencyMs) }),
  ),
});
/** Cancelled at 02:00; the next one is acknowledged 500 ms after its request. */
const replaced = (requestedAt: string) =>
  onePosition([
    stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: at('02:00') }),
    stop('a', 's2', requestedAt, { trigger_price: '97' }),
  ]);
const fired = (changes: object, row: object = {}) =>
  ({
    positions: [position('a', { closed_at: at('02:00:01'), exit_order_id: 's', ...row })],
    orders: [
      stop('a', 's', at('01:00'), {
        status: 'filled',
        triggered_at: at('02:00'),
        filled_at: at('02:00:01'),
        filled: '1',
        average_price: '94.05',
        ...changes,
      }),
    ],
  }) as never;
const overPlan = {
  positions: [position('a', { closed_at: at('02:00:01'), exit_order_id: 's2' })],
  orders: [
    stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: at('01:30:01') }),
    stop('a', 's2', at('01:30'), {
      trigger_price: '89.5',
      status: 'filled',
      triggered_at: at('02:00'),
      filled_at: at('02:00:01'),
      filled: '1',
    }),
  ],
  fills: [
    fill('a', 'long', at('01:00')),
    fill('a', 'short', at('02:00:01'), { order_id: 's2', price: '90' }),
  ],
  'stop-changes': [{ position_id: 'a', order_id: 's1', at: at('01:00'), kind: 'placed', new_price: '95' }],
};
/** Four hundred times ten seconds with a stop and 700 ms without: 279.3 s of the 25,200 s that it is held. */
const flicker = {
  positions: OPEN,
  equity: EQUITY,
  orders: many(400, (n) => {
    const start = later(at('01:00'), n * 10_700);
    const end = later(start, 10_000);
    return stop('a', `s${String(n)}`, start, {
      venue_at: start,
      ...(n < 399 && { status: 'cancelled', cancelled_at: end, updated_at: end }),
    });
  }),
};
const moved = {
  ...(onePosition([
    stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: at('02:00:01') }),
    stop('a', 's2', at('02:00'), { trigger_price: '102' }),
  ]) as object),
  prices: [at('01:59'), at('02:59')].map((time) => ({
    exchange: 'binance',
    symbol: 'BTCUSDT',
    bucket: time,
    at: time,
    price: '100',
  })),
} as never;
const twentyUpdates = {
  positions: many(20, (n) => position(`p${String(n)}`)),
  orders: many(20, (n) => [
    stop(`p${String(n)}`, `s${String(n)}`, at('01:00'), { status: 'cancelled', cancelled_at: at('02:00') }),
    stop(`p${String(n)}`, `t${String(n)}`, at('02:00:00.100'), { trigger_price: '97' }),
  ]).flat(),
};
/** 100 for 36 s at an equity of 100: 0.01 of an hour. */
const small = {
  ...(late(36_000) as object),
  equity: EQUITY.map((row) => ({ ...row, equity: '100' })),
} as never;

export const stopLoss = {
  longGapS: above(61, grades('SL-01', 'HIGH'), late(61_000)),
  exposureLow: below(0.01, grades('SL-01', 'LOW'), small),
  exposureCritical: from(0.01, grades('SL-01', 'CRITICAL'), small),
  initialSloMs: above(2_000, scoresBelow('AP4-SL', 0.9), twenty(2_000)),
  initialRedMs: above(6_000, finds('SL-02'), twenty(6_000)),
  initialMaxMs: above(31_000, finds('SL-02'), late(31_000)),
  updateSloMs: above(600, scoresBelow('AP4-SL', 0.9), twentyUpdates),
  nakedGapMs: above(600, finds('SL-05'), replaced(at('02:00:00.100'))),
  nakedGapHighS: above(0.6, grades('SL-05', 'HIGH'), replaced(at('02:00:00.100'))),
  requestLeadMs: upTo(400, isLikely('SL-05'), replaced(at('01:59:59.600'))),
  nakedSharePct: from((100 * 279.3) / 25_200, finds('SL-01'), flicker),
  coverageTolerancePct: above(
    0.5,
    finds('SL-03'),
    onePosition([stop('a', 's1', at('01:00'), { quantity: '0.995' })]),
  ),
  wrongSidePct: above(2, finds('SL-03'), moved),
  pairS: upTo(20.5, measures('stops_updated', 1), replaced(at('02:00:20'))),
  edgeMs: upTo(
    4_000,
    names('SL-01', 'stop-ended'),
    onePosition([
      stop('a', 's1', at('01:00'), {
        status: 'cancelled',
        cancelled_at: at('02:00'),
        triggered_at: at('02:00:04'),
      }),
    ]),
  ),
  triggerFillS: above(6, measures('stops_triggered_failed', 1), fired({ filled_at: at('02:00:06') })),
  slippageGoodBps: above(100, scoresBelow('SL9', 1), fired({}), {
    settings: { slippageWarnBps: 200, slippageWorstBps: 300 },
  }),
  slippageWarnBps: above(100, scoresBelow('SL9', 0.5), fired({}), { settings: { slippageWorstBps: 300 } }),
  slippageWorstBps: above(100, finds('SL-04'), fired({})),
  lossBeyondPlan: above(2, finds('SL-04'), overPlan),
};
