import { incident } from '../incidents.ts';
import { ordersOf } from '../rows/orders.ts';
import { timeCell, within } from '../rows/time-cells.ts';
import { HOUR_MS, MINUTE_MS } from '../shifts.ts';
import { closedAt, openedAt, type Trade } from '../trade.ts';
import type { Defect } from './defect.ts';
import { atLeast, livedIn, symbolsOf } from './pick.ts';

const API_ERROR = { type: 'api_error', severity: 'ERROR', writer: 'trader' } as const;

export const errorCluster: Defect = {
  name: 'error-cluster',
  title: 'Twenty-two errors fall into the fifth hour',
  causes: [{ rule: 'TL-01', severity: 'MEDIUM', subjects: ['hour 5'] }],
  inject(world, shift) {
    const message = 'HTTP 503 Service Unavailable from GET /v5/position/list';
    const stack = `Error: ${message}\n    at request (src/exchange/bybit/client.ts:132:15)\n    at syncPositions (src/exchange/bybit/sync.ts:58:20)`;
    for (let index = 0; index < 22; index += 1) {
      const at = shift.from + 4 * HOUR_MS + (2 + index * 2.5) * MINUTE_MS + 17_260 + index * 311;
      world.incidents.push(
        incident({ ...API_ERROR, at, venue: 'bybit', message, stack, durationMs: 2_400 + index * 37 }),
      );
    }
    return ['hour 5'];
  },
};

export const errorFlood: Defect = {
  name: 'error-flood',
  title: 'Every 50 seconds a call fails, all window long',
  causes: [{ rule: 'CE-03', severity: 'HIGH', subjects: ['api_error'] }],
  inject(world, shift) {
    for (let at = shift.from + 20_400; at < shift.to; at += 50_000) {
      world.incidents.push(
        incident({
          ...API_ERROR,
          at,
          venue: 'binance',
          message: 'HTTP 429 Too Many Requests from GET /fapi/v2/positionRisk',
          durationMs: 310,
        }),
      );
    }
    return ['api_error'];
  },
};

export const newErrorSignature: Defect = {
  name: 'new-error-signature',
  title: 'Bybit sends an order status that the parser has never met, five times',
  causes: [{ rule: 'CQ-01', venue: 'bybit', severity: 'MEDIUM' }],
  inject(world, shift) {
    const file = 'src/exchange/bybit/orders.ts';
    for (let index = 0; index < 5; index += 1) {
      const message = `Unknown order status "PartiallyFilledCanceled" in message ${String(48_211 + 977 * index)}`;
      const stack = `Error: ${message}\n    at parseStatus (${file}:211:13)\n    at onOrder (${file}:87:5)`;
      const at = shift.from + (0.4 + 1.5 * index) * HOUR_MS + 9_410;
      world.incidents.push(
        incident({
          at,
          type: 'parse_error',
          severity: 'ERROR',
          writer: 'trader',
          venue: 'bybit',
          message,
          stack,
        }),
      );
    }
    return [file];
  },
};

export const deadHour: Defect = {
  name: 'dead-hour',
  title: 'For an hour nothing happens while heartbeats go on',
  causes: [{ rule: 'TL-02', severity: 'HIGH', subjects: ['hour 5'] }],
  inject(world, shift) {
    const hour = { from: shift.from + 4 * HOUR_MS, to: shift.from + 5 * HOUR_MS };
    const dead = (at: number | null): boolean => at !== null && within(at, [hour]);
    const acts = (trade: Trade): boolean =>
      [openedAt(trade), closedAt(trade), ...trade.stopChanges.map(({ at }) => at)].some(dead) ||
      ordersOf(trade).some(({ createdAt, cancelledAt }) => dead(createdAt) || dead(cancelledAt));
    world.trades = world.trades.filter((trade) => !acts(trade));
    world.failedEntries = world.failedEntries.filter(({ order }) => !dead(order.createdAt));
    world.alerts = world.alerts.filter(({ at }) => !dead(at));
    world.silences.push({ entity: 'event', ...hour });
    return ['hour 5'];
  },
};

export const criticalEventUnalerted: Defect = {
  name: 'critical-event-unalerted',
  title: 'A circuit breaker opens and nobody is told',
  causes: [{ rule: 'CE-01', venue: 'bybit', severity: 'HIGH', subjects: ['circuit_breaker_open'] }],
  inject(world, shift) {
    const at = shift.from + 2.4 * HOUR_MS + 33_180;
    const message = 'Circuit breaker opened after 5 failures in a row';
    world.incidents.push(
      incident({
        at,
        type: 'circuit_breaker_open',
        severity: 'CRITICAL',
        writer: 'trader',
        venue: 'bybit',
        message,
      }),
      incident({
        at: at + 245_000,
        type: 'circuit_breaker_closed',
        severity: 'INFO',
        writer: 'trader',
        venue: 'bybit',
      }),
    );
    return ['circuit_breaker_open'];
  },
};

export const breakerOpenAtEnd: Defect = {
  name: 'breaker-open-at-end',
  title: 'The circuit breaker trips in the sixth hour and nobody resets it',
  causes: [{ rule: 'HC-02', severity: 'HIGH', subjects: ['circuit_breaker'] }],
  inject(world, shift) {
    const since = shift.from + 5 * HOUR_MS;
    world.rowEdits.push(({ state }) => {
      for (const row of state) {
        const at = typeof row['at'] === 'string' ? Date.parse(row['at']) : since;
        if (row['name'] !== 'circuit_breaker' || at < since || at >= shift.to) continue;
        Object.assign(row, {
          value: 'open',
          since: timeCell(since + 750),
          by: 'trader',
          reason: '5 failures in a row',
          failures: 5,
        });
      }
    });
    return ['circuit_breaker'];
  },
};

export const liquidation: Defect = {
  name: 'liquidation',
  title: 'Bybit liquidates a cross-margin position',
  causes: [{ rule: 'CE-02', venue: 'bybit', severity: 'CRITICAL' }],
  inject(world, shift) {
    const losers = livedIn(world, shift, 'bybit').filter(
      (trade) => trade.exit?.order.role === 'exit' && trade.exit.reason === 'signal',
    );
    const taken = atLeast(losers, 1, 'closes on Bybit');
    for (const trade of taken) {
      if (!trade.exit) continue;
      trade.exit.reason = 'liquidation';
      trade.marginMode = 'cross';
      for (const fill of trade.fills) if (fill.part === 'exit') fill.feeRate = '0.0012';
      const at = (closedAt(trade) ?? shift.from) + 31;
      const { venue, symbol, id } = trade;
      const message = `Position ${id} was liquidated by the venue`;
      world.incidents.push(
        incident({
          at,
          type: 'liquidation',
          severity: 'CRITICAL',
          writer: 'ledger',
          venue,
          symbol,
          positionId: id,
          message,
        }),
      );
      world.alerts.push({
        at: at + 3_900,
        severity: 'CRITICAL',
        text: `Liquidation of ${symbol} on ${venue}: ${message}`,
        symbol,
        acknowledgedAt: at + 184_000,
      });
    }
    return symbolsOf(taken);
  },
};
