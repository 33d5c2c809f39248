import { answered, failed, failures, QUIET, step } from '../api-calls.ts';
import { many, position } from '../trading-rows.ts';
import { above, below, finds, from, grades, names, scoresBelow } from './sides.ts';

const quiet = { 'api-durations': QUIET };
/** So many failed calls from 02:10 on, one a minute. */
const burst = (n: number, over: object = {}) =>
  many(n, (index) => failures(`02:${String(10 + index)}`, index + 1, over as never));
/** Ten of a hundred. */
const tenth = {
  'api-durations': [answered('other', 100, 50, { operation: 'fetch_book' })],
  'api-errors': [failed('parse', 10, { operation: 'fetch_book', operation_kind: 'other' })],
};
const limited = { ...quiet, 'api-steps': [step('02:00', { used_percent: 80, price_calls: 4 })] };
/** Two of forty later than a second, one of which had no answer. */
const slow = (kind: string, ms = 1_000) => ({
  'api-durations': [
    answered(kind, 39, 60, { ms: [60, ms], counts: [38, 1] }),
    answered(kind, 1, 60, { outcome: 'timeout' }),
  ],
});
const slower = (kind: string) => ({
  'api-durations': [answered(kind, 40, 60, { ms: [60, 1_000], counts: [38, 2] })],
});
export const apiPerformance = {
  errorsPerHour: above(6, finds('AP-01'), { ...quiet, 'api-failures': burst(6) }),
  errorGoodPct: above(10, scoresBelow('AP2', 1), tenth, { settings: { errorWarnPct: 20, errorBadPct: 30 } }),
  errorWarnPct: above(10, scoresBelow('AP2', 0.5), tenth, { settings: { errorBadPct: 30 } }),
  errorBadPct: above(10, finds('AP-01'), tenth),
  minCalls: from(100, finds('AP-01'), tenth),
  authMin: above(11, grades('AP-01', 'CRITICAL'), {
    ...quiet,
    'api-failures': burst(12, { class: 'auth' }),
    'api-steps': ['02:10', '02:21'].map((clock) => step(clock, { auth_failed: 1, failed: 1 })),
    positions: [position('A')],
  }),
  mainSharePct: from(50, names('AP-01', 'unreadable'), {
    ...quiet,
    'api-failures': burst(6).map((row, n) => ({ ...row, class: n % 2 === 0 ? 'parse' : 'filter' })),
  }),
  limitGoodPct: above(80, scoresBelow('AP5', 1), limited, { settings: { limitWarnPct: 90 } }),
  limitWarnPct: above(80, finds('AP-02'), limited),
  clockCalls: from(3, finds('AP-05'), {
    ...quiet,
    'api-errors': [failed('timestamp', 3, { operation: 'open_position', operation_kind: 'open_position' })],
  }),
  callerPct: from(40, names('AP-02', 'prices-polled'), limited, { settings: { limitWarnPct: 70 } }),
  openSloMs: above(1_000, finds('AP-03'), slower('open_position')),
  closeSloMs: above(1_000, finds('AP-03'), slower('close_position')),
  stopSloMs: above(1_000, finds('AP-03'), slower('update_stop')),
  priceSloMs: above(1_000, finds('AP-03'), slower('fetch_price')),
  sloTargetPct: below(95, finds('AP-03'), slower('fetch_price')),
  slowSharePct: from(50, names('AP-03', 'no-answer'), slow('fetch_price')),
};
