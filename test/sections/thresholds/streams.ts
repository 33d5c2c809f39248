import { at } from '../support.ts';
import { entryOrder, later, many } from '../trading-rows.ts';
import { held, reportsBefore, rising, TICK, timed } from '../trailing-stop-rows.ts';
import { ASKED, before, event, loss, OPEN, read, type Row } from '../websocket-health-rows.ts';
import { above, below, finds, from, grades, names, scores, scoresBelow, upTo } from './sides.ts';

/** Thirty updates every 20 s over ten minutes: three a minute. */
const storm = {
  positions: [held('A', { closed_at: at('01:10') })],
  instruments: TICK,
  'trailing-updates': rising(30, 20),
};
const NO_FILLS = { lacks: ['fill', 'funding'] };
/** Four of ten updates moved the stop. */
const useless = {
  positions: [held('A', { closed_at: at('02:00') })],
  instruments: TICK,
  'trailing-updates': [
    ...rising(4, 60),
    ...rising(6, 60, 0).map((row, n) => ({ ...row, at: at(`01:${String(30 + n)}`) })),
  ],
};
const passed = {
  positions: [
    held('A', { trailing_activated: false, trailing_activation_price: '105', closed_at: at('01:31') }),
  ],
  instruments: TICK,
  'trailing-updates': [],
  prices: [{ exchange: 'binance', symbol: 'BTCUSDT', price: '106', bucket: at('01:30'), at: at('01:30') }],
};
/** P95 of 300 ms and half of the order requests, in three windows. */
const standing = {
  positions: [held('A', { closed_at: at('02:00') })],
  'trailing-updates': timed(300),
  'api-durations': [
    {
      ...{ exchange: 'binance', operation: 'x', operation_kind: 'update_stop', outcome: 'ok', calls: 40 },
      ...{ attempts: 0, firsts: 0, total_ms: '1', ms: [1], counts: [40] },
    },
  ],
};
const BEFORE = {
  ...NO_FILLS,
  history: reportsBefore(many(2, () => ({ trailing_ack_p95: 300, trailing_call_share: 50 }))),
};
export const trailingStop = {
  ackP95Ms: above(300, finds('AL-01'), standing, BEFORE),
  callSharePercent: above(50, finds('AL-01'), standing, BEFORE),
  standingWindows: from(3, finds('AL-01'), standing, { ...BEFORE, settings: { ackP95Ms: 200 } }),
  stormPerMin: from(3, finds('TS-01'), storm, NO_FILLS),
  stormMediumPerMin: from(3, grades('TS-01', 'MEDIUM'), storm, NO_FILLS),
  stormHighPerMin: from(3, grades('TS-01', 'HIGH'), storm, NO_FILLS),
  stormUpdates: from(30, finds('TS-01'), storm, NO_FILLS),
  rateFromMin: from(10, finds('TS-01'), storm, NO_FILLS),
  usefulPercent: below(40, finds('TS-04'), useless, NO_FILLS),
  usefulUpdates: from(10, finds('TS-04'), useless, NO_FILLS),
  activationGraceS: above(60, finds('TS-03'), passed, NO_FILLS),
  tickLoopS: below(20, names('TS-01', 'tick-loop'), storm, NO_FILLS),
};

const PRICES = { role: 'prices', stream: 'market' };
const lost = (events: readonly object[], more: object = {}) =>
  ({ 'stream-states': [before('connect', PRICES)], 'stream-events': events, ...more }) as never;
/** Lost for 48 minutes of eight hours: open for 90 %. */
const tenth = lost(loss('01:00', '01:48', PRICES));
const silence = (role: Row) => lost([event('01:00', 'stale', role), event('01:00:30', 'subscribe', role)]);
/** Open and silent for an hour of eight. */
const stale = lost([event('01:00', 'stale', PRICES), event('02:00', 'subscribe', PRICES)]);
const orders = { 'stream-states': OPEN, 'stream-events': loss('01:00', '01:02') };
const clock = (minute: number) => at(`01:${String(minute).padStart(2, '0')}`);
export const websocketHealth = {
  uptimeGoodPercent: below(90, scoresBelow('WS5', 1), tenth, {
    settings: { uptimeWarnPercent: 80, uptimeBadPercent: 70 },
  }),
  uptimeWarnPercent: below(90, finds('WS-01'), tenth),
  uptimeBadPercent: below(90, grades('WS-01', 'HIGH'), tenth),
  silentWarnPoints: above(12.5, scoresBelow('WS6', 0.5), stale, { settings: { silentBadPoints: 20 } }),
  silentBadPoints: from(12.5, scores('WS6', 0), stale, { settings: { silentWarnPoints: 0.1 } }),
  reconnectGoodS: above(2_880, scoresBelow('WS7', 1), tenth, {
    settings: { reconnectWarnS: 3_000, reconnectBadS: 4_000 },
  }),
  reconnectWarnS: above(2_880, scoresBelow('WS7', 0.5), tenth, { settings: { reconnectBadS: 4_000 } }),
  reconnectBadS: from(2_880, scores('WS7', 0), tenth),
  silentPricesS: above(30, finds('WS-02'), silence(PRICES)),
  silentOrdersS: above(30, finds('WS-02'), silence({ role: 'orders', stream: 'market' })),
  blindGraceS: above(30, finds('WS-04'), {
    ...orders,
    orders: [entryOrder('o', { created_at: at('01:00:30') })],
  }),
  readAfterS: above(30, finds('WS-03'), {
    ...orders,
    'api-durations': [ASKED],
    'stream-reads': [read('01:02', '01:02:30')],
  }),
  stormFailures: above(
    6,
    finds('WS-05'),
    lost([
      event('01:00', 'disconnect', PRICES),
      ...many(6, (n) => ({ ...event('01:00', 'error', PRICES), at: later(at('01:00:30'), n * 60_000) })),
      event('01:30', 'reconnect', PRICES),
    ]),
  ),
  stormReconnects: above(
    6,
    finds('WS-05'),
    lost(
      many(6, (n) => n).flatMap((n) => [
        event('01:00', 'disconnect', { ...PRICES, at: clock(n) }),
        event('01:00', 'reconnect', { ...PRICES, at: later(clock(n), 2_000) }),
      ]),
    ),
  ),
  togetherS: upTo(20, names('WS-01', 'exchange-down'), {
    'stream-states': [before('connect', PRICES), before('connect', { role: 'prices', stream: 'other' })],
    'stream-events': [
      ...loss('01:00', '01:10', PRICES),
      ...loss('01:00:20', '01:10', { role: 'prices', stream: 'other' }),
    ],
  }),
  keyMin: from(65, names('WS-02', 'key-expired'), {
    'stream-states': OPEN,
    'stream-events': [event('01:00', 'reconnect'), event('02:00', 'stale'), event('02:05', 'subscribe')],
  }),
  keyNearMin: upTo(10, names('WS-02', 'key-expired'), {
    'stream-states': OPEN,
    'stream-events': [event('01:00', 'reconnect'), event('02:10', 'stale'), event('02:15', 'subscribe')],
  }),
};
