import { newStop } from '../open-trade.ts';
import { cancelOrder } from '../orders.ts';
import { HOUR_MS, MINUTE_MS } from '../shifts.ts';
import { averagePrice, closedAt, directionOf, openedAt, type OrderFact, type Trade } from '../trade.ts';
import type { Defect } from './defect.ts';
import { atLeast, livedIn, openAtEnd, symbolsOf } from './pick.ts';

const BARE_BEFORE_END_MS = 12 * MINUTE_MS;

export const stopMissingAtEnd: Defect = {
  name: 'stop-missing-at-end',
  title: 'Two stops are cancelled to be moved, and the venue refuses the new ones',
  causes: [{ rule: 'SL-01', venue: 'binance', severity: 'CRITICAL' }],
  inject(world, shift) {
    const candidates = openAtEnd(world, shift, 'binance', 25 * MINUTE_MS).filter(
      ({ stops, exit }) =>
        (stops.at(-1)?.createdAt ?? Infinity) < shift.to - 15 * MINUTE_MS && exit?.order.role !== 'stop',
    );
    const bare = atLeast(candidates, 2, 'open positions with a settled stop');
    bare.forEach((trade, index) => {
      loseStop(trade, shift.to - BARE_BEFORE_END_MS + 7_000 + index * 11_000);
    });
    return symbolsOf(bare);
  },
};

/** Cancel first, create afterwards: when the new stop is refused three times, nothing protects the position. */
function loseStop(trade: Trade, at: number): void {
  const stop = trade.stops.at(-1);
  if (!stop) throw new Error(`${trade.id} has no stop to lose`);
  cancelOrder(stop, at + 180);
  const nothing = { durationMs: null, unprotectedMs: null, error: null };
  trade.stopChanges = trade.stopChanges.filter(({ kind }) => kind !== 'removed');
  trade.stopChanges.push({
    kind: 'removed',
    at: at + 180,
    oldPrice: stop.triggerPrice,
    newPrice: null,
    orderId: stop.id,
    ...nothing,
  });
  const first = trade.stops.length;
  [410, 30_520, 95_640].forEach((delayMs, attempt) => {
    const trigger = stop.triggerPrice ?? '0';
    const refused = newStop(trade, {
      at: at + delayMs,
      trigger,
      index: first + attempt,
      quantity: stop.quantity,
    });
    refused.status = 'rejected';
    refused.parentId = stop.id;
    refused.rejectCode = '-2021';
    refused.rejectReason = 'Order would immediately trigger.';
    trade.stops.push(refused);
    trade.stopChanges.push({
      kind: 'failed',
      at: at + delayMs + 140,
      oldPrice: stop.triggerPrice,
      newPrice: refused.triggerPrice,
      orderId: refused.id,
      durationMs: 140,
      unprotectedMs: null,
      error: '-2021 Order would immediately trigger.',
    });
  });
}

export const slowInitialStop: Defect = {
  name: 'slow-initial-stop',
  title: 'The first stop of a position is acknowledged after 37 seconds',
  causes: [{ rule: 'SL-02', venue: 'binance', severity: 'MEDIUM' }],
  inject(world, shift) {
    const candidates = livedIn(world, shift, 'binance').filter(
      (trade) =>
        openedAt(trade) % MINUTE_MS < 20_000 && (closedAt(trade) ?? 0) - openedAt(trade) > 20 * MINUTE_MS,
    );
    const slow = atLeast(candidates, 1, 'entries early in a minute');
    for (const trade of slow) {
      const [stop] = trade.stops;
      const [placed] = trade.stopChanges;
      if (!stop || !placed) continue;
      stop.venueAt = openedAt(trade) + 37_240;
      placed.at = stop.venueAt;
      placed.durationMs = stop.venueAt - stop.createdAt;
    }
    return symbolsOf(slow);
  },
};

/** Slippage of the bad fill, basis points of the trigger. */
const SLIPPED_BPS = 122;

export const stopSlippage: Defect = {
  name: 'stop-slippage',
  title: 'A stop fills 122 basis points behind its trigger',
  causes: [{ rule: 'SL-04', severity: 'HIGH' }],
  inject(world, shift) {
    const stopped = livedIn(world, shift).filter(({ exit }) => exit?.reason === 'stop');
    const widest = atLeast(
      [...stopped].sort((a, b) => stopDistance(b) - stopDistance(a)),
      1,
      'stop exits',
    );
    for (const trade of widest) {
      const trigger = Number(trade.exit?.order.triggerPrice);
      const price = world.market.quote(
        trade.symbol,
        trigger * (1 - (directionOf(trade) * SLIPPED_BPS) / 10_000),
      );
      for (const fill of trade.fills) if (fill.part === 'exit') fill.price = price;
    }
    return symbolsOf(widest);
  },
};

/** Planned loss as a fraction of the entry: with the widest one the slip stays below twice the plan. */
function stopDistance(trade: Trade): number {
  const entry = Number(averagePrice(trade, 'entry'));
  return Math.abs(Number(trade.exit?.order.triggerPrice) - entry) / entry;
}

export const nakedStopUpdates: Defect = {
  name: 'naked-stop-updates',
  title: 'Twelve stops on Bybit are moved by cancelling first and creating afterwards',
  causes: [{ rule: 'SL-05', venue: 'bybit', severity: 'MEDIUM' }],
  inject(world, shift) {
    const moves = world.trades
      .filter(({ venue }) => venue === 'bybit')
      .flatMap((trade) =>
        trade.stops.slice(1).map((stop, index) => ({ trade, old: trade.stops[index], stop })),
      )
      .filter(({ stop }) => stop.createdAt >= shift.from + HOUR_MS && stop.createdAt < shift.to - HOUR_MS)
      .sort((a, b) => (a.stop.id < b.stop.id ? -1 : 1));
    const every = Math.floor(moves.length / 12);
    const naked = atLeast(
      moves.filter((_, index) => every > 0 && index % every === 0),
      12,
      'stop moves on Bybit',
    );
    naked.forEach(({ trade, old, stop }, index) => {
      if (old) cancelBeforeCreate(trade, old, stop, 900 + ((index * 7) % 12) * 330);
    });
    return symbolsOf(naked.map(({ trade }) => trade));
  },
};

function cancelBeforeCreate(trade: Trade, old: OrderFact, stop: OrderFact, gapMs: number): void {
  const asked = stop.createdAt;
  cancelOrder(old, asked + 190);
  stop.createdAt = asked + 230;
  stop.venueAt = asked + 190 + gapMs;
  const change = trade.stopChanges.find(({ orderId, kind }) => orderId === stop.id && kind === 'updated');
  if (!change) return;
  change.at = stop.venueAt;
  change.durationMs = stop.venueAt - asked;
  change.unprotectedMs = gapMs;
}
