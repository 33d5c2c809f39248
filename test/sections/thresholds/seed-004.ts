import { at, WINDOW } from '../support.ts';
import { trades } from '../closed-trades.ts';
import { above, below, finds, from, grades, measures, names, says } from './sides.ts';
import { many } from '../trading-rows.ts';

const last = { last_at: at('07:00'), last_good_at: at('07:00'), last_failed_at: null, error: null };
export const ingestion = {
  zeroIngestionH: above(1, finds('OP-01'), { 'ingestion-last': [last] }),
  quotaWarnPct: above(
    85,
    says('near its quota'),
    {
      'ingestion-last': [last],
      'call-days': [{ exchange: 'quiverquant', day: '2026-11-20', calls: 850 }],
    },
    { settings: { callsPerDay: { quiverquant: 1000 } } },
  ),
};

const signal = { symbol: 'BTCUSDT', signals: 3, first_at: at('01:00'), last_at: at('07:00') };
const watched = {
  symbol: 'BTCUSDT',
  exchange: 'binance',
  alerts_enabled: true,
  trade_enabled: true,
  last_price_at: at('07:45'),
};
const signalled = { 'signals-by-symbol': [signal], 'watch-list': [watched] };
export const signals = {
  priceMaxAgeMin: above(15, measures('watched_stale', 1), signalled),
  minSignals: from(3, finds('NA-03'), signalled),
};

const day = (executed: number, failed: number) => ({
  day: '2026-11-20',
  decisions: executed + failed,
  executed,
  failed,
  pending: 0,
  cancelled: 0,
  executed_later: 0,
  first_failed_at: at('01:00'),
  last_failed_at: at('02:00'),
});
const failed = (index: number, message: string) => ({
  id: `D${String(index)}`,
  at: at(`01:0${String(index)}`),
  symbol: 'BTCUSDT',
  exchange: 'binance',
  strategy: 'trend',
  decision: 'open',
  side: 'long',
  refused_at: null,
  execution_id: null,
  error_message: message,
  http_status: null,
});
/** Two of four have one reason. */
const REASONS = ['Market closed', 'Market closed', 'Invalid symbol', 'odd'].map((one, n) => failed(n, one));
const days = { 'decision-days': [day(6, 4)] };
export const decisions = {
  failurePct: above(40, finds('OP-02'), days),
  failureCriticalPct: above(40, grades('OP-02', 'CRITICAL'), days),
  minDecided: from(10, finds('OP-02'), days),
  mainReasonPct: from(50, names('OP-02', 'one-reason'), { ...days, 'failed-decisions': REASONS }),
  waitingMin: above(60, measures('decisions_waiting', 1), {
    ...days,
    'pending-decisions': [
      { id: 'D', at: at('07:00'), symbol: 'BTCUSDT', exchange: 'binance', strategy: 'trend' },
    ],
  }),
};

const outcome = {
  strategy: 'trend',
  symbol: 'BTCUSDT',
  exchange: 'binance',
  decisions: 10,
  executed: 4,
  failed: 6,
  pending: 0,
  cancelled: 0,
  longest_run: 2,
};
const outcomes = { 'decision-outcomes': [outcome] };
const traded = trades([{ gross: 1 }]);
export const strategies = {
  successPct: below(40, finds('OP-04'), outcomes),
  minDecided: from(10, finds('OP-04'), outcomes),
  mainReasonPct: from(50, names('OP-04', 'one-reason'), { ...outcomes, 'failed-decisions': REASONS }),
  breakevenEps: above('0.92', measures('strategy_win_rate', 100, { strategy: 'trend' }), {
    ...outcomes,
    ...traded,
    positions: traded.positions.map((row) => ({ ...row, strategy: 'trend' })),
  }),
};

export const failures = {
  consistently: from(3, measures('consistently_failing', 1), {
    'failed-decisions': many(3, (n) => failed(n, 'odd')),
    'decision-outcomes': [{ ...outcome, executed: 0, failed: 3 }],
  }),
};

const GB = 1e9;
const table = { schema: 'bot', name: 'api_payloads', rows: 5, bytes: 20 * GB };
const daysBefore = (days: number) => new Date(Date.parse(WINDOW.to) - days * 86_400_000).toISOString();
/** One GB more a day, over six earlier reports. */
const grown = [1, 2, 3, 4, 5, 6].map((back) => ({
  window: { from: WINDOW.from, to: daysBefore(back) },
  verdict: 'PASS',
  overall: 9,
  reportHash: 'x',
  findings: [],
  figures: { storage_bytes: (20 - back) * GB },
}));
const sizes = { 'table-sizes': [{ ...table, name: 'orders' }] };
export const storage = {
  payloadGb: above(20, finds('OP-05'), { 'table-sizes': [table] }),
  diskGb: above(50, finds('OP-05'), sizes, { history: grown }),
  daysLeft: below(30, finds('OP-05'), sizes, { history: grown, settings: { diskGb: 50 } }),
  slopeReports: from(7, (result) => !measures('storage_growth', '<insufficient_n>')(result), sizes, {
    history: grown,
  }),
  purgeGraceDays: above(40, finds('OP-05'), { 'oldest-decision': [{ oldest_at: daysBefore(770), past: 3 }] }),
};
