import { call, type Failure } from '../api-call.ts';
import { timeCell } from '../rows/time-cells.ts';
import { HOUR_MS, MINUTE_MS } from '../shifts.ts';
import type { DemoRow } from '../world.ts';
import type { Defect } from './defect.ts';
import { atLeast, livedIn, symbolsOf } from './pick.ts';

const UNAVAILABLE: Failure = { outcome: 'error', httpStatus: 503, errorClass: 'venue_down', code: null };
const LIMITED: Failure = { outcome: 'error', httpStatus: 429, errorClass: 'rate_limit', code: '-1003' };

export const apiErrorBurst: Defect = {
  name: 'api-error-burst',
  title: 'Nine price calls to Bybit are answered with 503 within half an hour',
  causes: [{ rule: 'AP-01', venue: 'bybit', severity: 'MEDIUM', subjects: ['Exchange down'] }],
  inject(world, shift) {
    const prices = { venue: 'bybit', operation: 'fetch_tickers' } as const;
    for (let index = 0; index < 9; index += 1) {
      const at = shift.from + 2.2 * HOUR_MS + index * 3.4 * MINUTE_MS + 1_730;
      world.calls.push(
        call({ ...prices, at, durationMs: 310 + 23 * index, failure: UNAVAILABLE }),
        call({ ...prices, at: at + 900, durationMs: 95, attempt: 2 }),
      );
    }
    return ['Exchange down'];
  },
};

export const rateLimitHit: Defect = {
  name: 'rate-limit-hit',
  title: 'A loop asks Binance for its open orders over and over for a minute, until three calls are refused',
  causes: [
    { rule: 'AP-02', venue: 'binance', severity: 'MEDIUM', subjects: ['refused calls', 'used limit'] },
  ],
  inject(world, shift) {
    const from = shift.from + 5 * HOUR_MS + 17 * MINUTE_MS;
    for (let index = 0; index < 48; index += 1)
      world.calls.push(
        call({
          at: from + 2_000 + index * 1_100,
          venue: 'binance',
          operation: 'fetch_open_orders',
          durationMs: index < 45 ? 74 : 31,
          failure: index < 45 ? null : LIMITED,
        }),
      );
    return ['refused calls', 'used limit'];
  },
};

const OUT_OF_TIME: Failure = { outcome: 'error', httpStatus: 400, errorClass: 'timestamp', code: '-1021' };

export const clockDrift: Defect = {
  name: 'clock-drift',
  title:
    'Binance refuses four reads of the open orders for the time of the request, and takes them a second later',
  causes: [{ rule: 'AP-05', venue: 'binance', severity: 'HIGH', subjects: ['Account fetch'] }],
  inject(world, shift) {
    const orders = { venue: 'binance', operation: 'fetch_open_orders' } as const;
    for (let index = 0; index < 4; index += 1) {
      const at = shift.from + (1.3 + index * 0.7) * HOUR_MS + 3_410;
      world.calls.push(
        call({ ...orders, at, durationMs: 41 + index, failure: OUT_OF_TIME }),
        call({ ...orders, at: at + 1_000, durationMs: 73, attempt: 2 }),
      );
    }
    return ['Account fetch'];
  },
};

/** Rows of the shift whose operation is this, at this exchange. */
const isCall = (row: DemoRow, operation: string, exchange: string, from: number, to: number): boolean =>
  row['operation'] === operation &&
  row['exchange'] === exchange &&
  row['outcome'] === 'ok' &&
  typeof row['at'] === 'string' &&
  row['at'] >= timeCell(from) &&
  row['at'] < timeCell(to);

export const slowEntries: Defect = {
  name: 'slow-entries',
  title: 'Every fifth entry on Bybit waits more than three seconds for its answer',
  causes: [{ rule: 'AP-03', venue: 'bybit', severity: 'MEDIUM', subjects: ['Open position'] }],
  inject(world, { from, to }) {
    world.rowEdits.push(({ api_call: calls }) => {
      const entries = calls.filter((row) => isCall(row, 'open_position', 'bybit', from, to));
      for (const [index, row] of entries.entries())
        if (index % 5 === 0) row['duration_ms'] = String(3_140 + 37 * index);
    });
    return ['Open position'];
  },
};

export const targetsUnanswered: Defect = {
  name: 'targets-unanswered',
  title: 'Two take-profit orders get no answer from Binance, which took them',
  causes: [{ rule: 'AP-04', venue: 'binance', severity: 'HIGH' }],
  inject(world, shift) {
    const hit = atLeast(livedIn(world, shift, 'binance'), 2, 'trades on Binance');
    const ids = new Set<unknown>(hit.map(({ takeProfit }) => `demo-${takeProfit?.id ?? ''}`));
    world.rowEdits.push(({ api_call: calls }) => {
      for (const row of calls)
        if (row['operation'] === 'set_target' && ids.has(row['client_order_id']))
          Object.assign(row, {
            outcome: 'timeout',
            http_status: null,
            error_class: 'timeout',
            duration_ms: '10000',
            rate_limit_used: null,
            rate_limit_remaining: null,
          });
    });
    return symbolsOf(hit);
  },
};
