import { ordersOf } from '../rows/orders.ts';
import { HOUR_MS, MINUTE_MS } from '../shifts.ts';
import type { Defect } from './defect.ts';
import { atLeast, livedIn } from './pick.ts';

export const lowStreamUptime: Defect = {
  name: 'low-stream-uptime',
  title: 'The price stream of Binance is lost for nearly seven minutes',
  causes: [{ rule: 'WS-01', venue: 'binance', severity: 'MEDIUM', subjects: ['market-data'] }],
  inject(world, shift) {
    const from = shift.from + 3 * HOUR_MS + 10 * MINUTE_MS + 4_200;
    const lost = { from, to: from + 6.8 * MINUTE_MS, reason: 'ping timed out', failures: 3 };
    world.outages.push({ venue: 'binance', role: 'prices', ...lost });
    return ['market-data'];
  },
};

export const silentStream: Defect = {
  name: 'silent-stream',
  title: 'The price stream of Bybit is open and silent for four minutes',
  causes: [{ rule: 'WS-02', venue: 'bybit', severity: 'HIGH', subjects: ['market-data'] }],
  inject(world, shift) {
    const from = shift.from + 5 * HOUR_MS + 21 * MINUTE_MS + 8_300;
    world.silentStreams.push({ venue: 'bybit', role: 'prices', from, to: from + 4 * MINUTE_MS });
    return ['market-data'];
  },
};

export const tradedBlind: Defect = {
  name: 'traded-blind',
  title: 'An entry is sent while the stream of orders of Bybit is lost',
  causes: [{ rule: 'WS-04', venue: 'bybit', severity: 'HIGH', subjects: ['user-data'] }],
  inject(world, shift) {
    const [trade] = atLeast(livedIn(world, shift, 'bybit'), 1, 'closes on Bybit');
    const sent = trade?.entry.createdAt ?? shift.from;
    const lost = { from: sent - 38_400, to: sent + 71_900, reason: 'listen key expired', failures: 1 };
    world.outages.push({ venue: 'bybit', role: 'orders', ...lost });
    return ['user-data'];
  },
};

export const reconnectStorm: Defect = {
  name: 'reconnect-storm',
  title: 'The price stream of Binance breaks off fourteen times within an hour',
  causes: [{ rule: 'WS-05', venue: 'binance', severity: 'MEDIUM', subjects: ['market-data'] }],
  inject(world, shift) {
    for (let index = 0; index < 14; index += 1) {
      const from = shift.from + 2 * HOUR_MS + (3 + 4 * index) * MINUTE_MS + 31_500;
      const lost = { from, to: from + 2_600, reason: 'closed by the exchange', failures: 0 };
      world.outages.push({ venue: 'binance', role: 'prices', ...lost });
    }
    return ['market-data'];
  },
};

export const reconnectUnread: Defect = {
  name: 'reconnect-unread',
  title:
    'The stream of orders of Binance is open again, and nothing is read until the next round of questions',
  causes: [{ rule: 'WS-03', venue: 'binance', severity: 'MEDIUM', subjects: ['user-data'] }],
  inject(world, shift) {
    const busy = world.trades
      .filter(({ venue }) => venue === 'binance')
      .flatMap((trade) =>
        ordersOf(trade).flatMap(({ createdAt, filledAt }) => [createdAt, filledAt ?? createdAt]),
      );
    const minutes = Array.from({ length: 60 }, (_, n) => shift.from + 4 * HOUR_MS + n * MINUTE_MS + 1_200);
    // A quiet moment: nothing is sent or filled while the stream is lost.
    const [from] = atLeast(
      minutes.filter((at) => busy.every((time) => time < at - 10_000 || time > at + 20_000)),
      1,
      'quiet minutes',
    );
    const lost = {
      from: from ?? shift.from,
      to: (from ?? shift.from) + 3_400,
      reason: 'closed by the exchange',
      failures: 0,
    };
    world.outages.push({ venue: 'binance', role: 'orders', ...lost, isUnread: true });
    return ['user-data'];
  },
};
