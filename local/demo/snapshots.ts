import { ms } from '../../audit/time.ts';
import { eventFacts } from './rows/events.ts';
import { timeCell, within } from './rows/time-cells.ts';
import { minutesOpen } from './rows/wallets.ts';
import { HOUR_MS, MINUTE_MS } from './shifts.ts';
import { closedAt, openedAt, type OrderFact } from './trade.ts';
import type { DemoSnapshot, World } from './world.ts';

/** From this age on a position counts as aged. */
const AGED_MS = 12 * HOUR_MS;

/** One snapshot a minute, as the monitor would have taken it: gauges at the minute, counters of the minute before. */
export function snapshotsOf(world: World): DemoSnapshot[] {
  const slots = new Map<number, DemoSnapshot>();
  for (let slot = world.from; slot < world.asOf; slot += MINUTE_MS) slots.set(slot, emptySnapshot(slot));
  countPositions(world, slots);
  countEvents(world, slots);
  const silences = world.silences.filter(({ entity }) => entity === 'snapshot');
  const rows = [...slots.entries()]
    .filter(([slot]) => !within(slot, silences))
    .map(([, snapshot]) => snapshot);
  for (const edit of world.snapshotEdits) edit(rows);
  return rows;
}

function emptySnapshot(slot: number): DemoSnapshot {
  return {
    at: timeCell(slot + 180 + ((slot / MINUTE_MS) % 7) * 41),
    slot: timeCell(slot),
    total: 0,
    by_exchange: { binance: 0, bybit: 0 },
    unprotected: 0,
    new_opened: 0,
    prices_updated: 0,
    ts_activated: 0,
    sl_updates: 0,
    closed: 0,
    aged: 0,
    zombies: 0,
    emergency: 0,
    errors: 0,
    ws_reconnects: 0,
  };
}

function countPositions(world: World, slots: ReadonlyMap<number, DemoSnapshot>): void {
  for (const trade of world.trades) {
    for (const slot of minutesOpen(world, trade)) {
      const snapshot = slots.get(slot);
      if (!snapshot) continue;
      snapshot.total += 1;
      snapshot.by_exchange[trade.venue] = (snapshot.by_exchange[trade.venue] ?? 0) + 1;
      snapshot.prices_updated += 1;
      if (!trade.stops.some((stop) => isLive(stop, slot))) snapshot.unprotected += 1;
      if (slot - openedAt(trade) > AGED_MS) snapshot.aged += 1;
    }
    const opened = slots.get(slotAfter(openedAt(trade)));
    if (opened) opened.new_opened += 1;
    const closed = closedAt(trade);
    const closing = closed === null ? undefined : slots.get(slotAfter(closed));
    if (closing) closing.closed += 1;
  }
}

/** At the venue and working. */
export function isLive(stop: OrderFact, at: number): boolean {
  const ended = stop.cancelledAt ?? stop.filledAt ?? Infinity;
  return stop.venueAt !== null && stop.venueAt <= at && ended > at;
}

function countEvents(world: World, slots: ReadonlyMap<number, DemoSnapshot>): void {
  for (const event of eventFacts(world)) {
    const snapshot = slots.get(slotAfter(event.at));
    if (!snapshot) continue;
    if (event.severity === 'ERROR' || event.severity === 'CRITICAL') snapshot.errors += 1;
    if (event.type === 'trailing_activated') snapshot.ts_activated += 1;
    if (event.type === 'stop_updated') snapshot.sl_updates += 1;
    if (event.type === 'emergency_close') snapshot.emergency += 1;
    if (event.type === 'stream_reconnected') snapshot.ws_reconnects += 1;
  }
}

/** The minute whose counters hold an instant. */
function slotAfter(at: number): number {
  return Math.ceil(at / MINUTE_MS) * MINUTE_MS;
}

/** Slots as milliseconds, for edits that pick by time. */
export function slotMs(snapshot: DemoSnapshot): number {
  return ms(snapshot.slot);
}
