import { timeCell } from '../rows/time-cells.ts';
import { HOUR_MS, MINUTE_MS } from '../shifts.ts';
import { slotMs } from '../snapshots.ts';
import type { Defect } from './defect.ts';

export const snapshotsMissing: Defect = {
  name: 'snapshots-missing',
  title: 'Eighteen minutes have no snapshot',
  causes: [{ rule: 'MC-01', severity: 'MEDIUM', subjects: ['snapshots'] }],
  inject(world, shift) {
    const from = shift.from + 3 * HOUR_MS + 12 * MINUTE_MS;
    world.silences.push({ entity: 'snapshot', from, to: from + 18 * MINUTE_MS });
    return ['snapshots'];
  },
};

export const reconnectAlerts: Defect = {
  name: 'reconnect-alerts',
  title: 'A stream reconnects in four minutes of the second hour',
  causes: [{ rule: 'MC-02', severity: 'LOW', subjects: ['ws_reconnects'] }],
  inject(world, shift) {
    for (const [index, minute] of [71, 74, 82, 83].entries()) {
      const to = shift.from + minute * MINUTE_MS + 20_700 + index * 1_900;
      const lost = { from: to - 1_900, to, reason: 'connection reset by peer', failures: 0 };
      world.outages.push({ venue: 'bybit', role: 'orders', ...lost });
    }
    return ['ws_reconnects'];
  },
};

export const closedCounterStuck: Defect = {
  name: 'closed-counter-stuck',
  title: 'The snapshots count no closes in the last two hours',
  causes: [{ rule: 'MC-03', severity: 'MEDIUM', subjects: ['open positions'] }],
  inject(world, shift) {
    world.snapshotEdits.push((rows) => {
      for (const row of rows) {
        if (slotMs(row) >= shift.to - 2 * HOUR_MS && slotMs(row) < shift.to) row.closed = 0;
      }
    });
    return ['open positions'];
  },
};

export const heartbeatGap: Defect = {
  name: 'heartbeat-gap',
  title: 'No service writes a heartbeat for a quarter of an hour',
  causes: [{ rule: 'NA-01', severity: 'CRITICAL', subjects: ['stop-keeper', 'trader'] }],
  inject(world, shift) {
    const from = shift.from + 2 * HOUR_MS + 20 * MINUTE_MS + 30_000;
    world.silences.push({ entity: 'heartbeat', from, to: from + 14 * MINUTE_MS });
    return ['stop-keeper', 'trader'];
  },
};

export const heartbeatsDegraded: Defect = {
  name: 'heartbeats-degraded',
  title: 'The stop keeper says degraded in all its heartbeats but those of the first hour',
  causes: [{ rule: 'NA-05', severity: 'MEDIUM', subjects: ['stop-keeper'] }],
  inject(world, shift) {
    const from = shift.from + HOUR_MS;
    world.rowEdits.push(({ heartbeat }) => {
      for (const row of heartbeat) {
        const { at, service } = row;
        if (typeof at !== 'string' || at < timeCell(from) || at >= timeCell(shift.to)) continue;
        if (service === 'stop-keeper') row['status'] = 'degraded';
      }
    });
    return ['stop-keeper'];
  },
};
