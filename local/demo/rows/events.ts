import { amount } from '../../../audit/decimal.ts';
import { VENUES } from '../instruments.ts';
import { MINUTE_MS } from '../shifts.ts';
import {
  averagePrice,
  closedAt,
  fundingOf,
  openedAt,
  quantityOf,
  resultOf,
  type StopChangeFact,
  type Trade,
} from '../trade.ts';
import { earlierErrors, incident } from '../incidents.ts';
import { isLogged, type Outage } from '../streams.ts';
import type { Incident } from '../incident-facts.ts';
import type { Cell, DemoRow, World } from '../world.ts';
import { timeCell, within } from './time-cells.ts';
import { minutesOpen } from './wallets.ts';

/** An event before it has its number. */
interface EventFact extends Incident {
  readonly data?: Readonly<Record<string, string | number>>;
}

const STOP_EVENTS: Readonly<Record<StopChangeFact['kind'], string>> = {
  placed: 'stop_placed',
  updated: 'stop_updated',
  triggered: 'stop_triggered',
  failed: 'stop_failed',
  removed: 'stop_removed',
};

/** Every event of the history that the bot did write, numbered in order of time. */
export function eventFacts(world: World): readonly EventFact[] {
  const silences = world.silences.filter(({ entity }) => entity === 'event');
  const refused = world.failedEntries.map(({ venue, symbol, order }): EventFact => ({
    ...incident({
      at: order.createdAt + 143,
      type: 'order_rejected',
      severity: 'WARNING',
      writer: 'trader',
      venue,
      symbol,
    }),
    orderId: order.id,
    data: { code: order.rejectCode ?? '', reason: order.rejectReason ?? '' },
  }));
  const facts = [
    ...world.trades.flatMap((trade) => tradeEvents(world, trade)),
    ...refused,
    ...world.incidents,
    ...world.outages.flatMap(streamEvents),
  ];
  return [...facts, ...priceUpdates(world)]
    .filter(({ at }) => at >= world.from && at < world.asOf && !within(at, silences))
    .sort((a, b) => a.at - b.at || (a.type < b.type ? -1 : 1));
}

/** What was written of open positions before the history, when the bot counted its events anew. */
function earlierFacts(world: World): readonly EventFact[] {
  const silences = world.silences.filter(({ entity }) => entity === 'event');
  return world.trades
    .flatMap((trade) => tradeEvents(world, trade))
    .filter(({ at }) => at < world.from && !within(at, silences))
    .sort((a, b) => a.at - b.at || (a.type < b.type ? -1 : 1));
}

export function eventRows(world: World): DemoRow[] {
  return [
    ...rowsOf(earlierErrors(world.from), 'EA'),
    ...rowsOf(earlierFacts(world), 'E0'),
    ...rowsOf(eventFacts(world), 'E'),
  ];
}

function rowsOf(events: readonly EventFact[], prefix: string): readonly DemoRow[] {
  return events.map((event, index) => ({
    at: timeCell(event.at),
    type: event.type,
    id: `${prefix}-${String(index + 1).padStart(6, '0')}`,
    severity: event.severity,
    position_id: event.positionId,
    order_id: event.orderId ?? null,
    symbol: event.symbol,
    exchange: event.venue,
    correlation_id: event.positionId === null ? null : `cor-${event.positionId}`,
    writer: event.writer,
    data: (event.data ?? null) satisfies Cell,
    error_message: event.message,
    stack_trace: event.stack,
    duration_ms: event.durationMs,
  }));
}

function tradeEvents(world: World, trade: Trade): EventFact[] {
  const closed = closedAt(trade);
  const about = { venue: trade.venue, symbol: trade.symbol, positionId: trade.id };
  const event = (at: number, type: string, writer: string, rest: Partial<EventFact> = {}): EventFact => ({
    ...incident({ at, type, severity: 'INFO', writer, ...about }),
    ...rest,
  });
  const opening = event(openedAt(trade) + 9, 'position_opened', 'trader', {
    orderId: trade.entry.id,
    data: {
      side: trade.side,
      quantity: amount(quantityOf(trade)),
      price: averagePrice(trade, 'entry').toFixed(8),
    },
  });
  const stops = trade.stopChanges.map((change) =>
    event(change.at + 4, STOP_EVENTS[change.kind], 'stop-keeper', {
      severity: change.kind === 'failed' ? 'ERROR' : 'INFO',
      orderId: change.orderId,
      message: change.error,
      durationMs: change.durationMs,
    }),
  );
  const activated =
    trade.trailingActivatedAt === null
      ? []
      : [event(trade.trailingActivatedAt, 'trailing_activated', 'stop-keeper')];
  const settled = fundingOf(trade, world.market).map(({ at, amount: paid }) =>
    event(at + 1_700, 'funding_settled', 'ledger', { data: { amount: amount(paid) } }),
  );
  if (closed === null || trade.exit === null) return [opening, ...stops, ...activated, ...settled];
  const closing = event(closed + 12, 'position_closed', 'trader', {
    orderId: trade.exit.order.id,
    data: { reason: trade.exit.reason, net: amount(resultOf(trade, world.market).net) },
  });
  return [opening, ...stops, ...activated, ...settled, closing];
}

/** A stream that was lost and is back, as the event log tells it. */
function streamEvents(outage: Outage): EventFact[] {
  const { venue, role, from, to } = outage;
  const stream = role === 'orders' ? 'Private stream' : 'Price stream';
  const shared = { severity: 'WARNING', writer: 'trader', venue } as const;
  const durationMs = to - from;
  const lost = incident({
    ...shared,
    at: from,
    type: 'stream_disconnected',
    message: `${stream} lost: ${outage.reason}`,
  });
  const back = incident({
    ...shared,
    at: to,
    type: 'stream_reconnected',
    message: `${stream} reconnected after ${(durationMs / 1000).toFixed(1)} s`,
    durationMs,
  });
  return isLogged(outage) ? [lost, back] : [back];
}

/** One line a minute and venue: the strategy has repriced its open positions. */
function priceUpdates(world: World): EventFact[] {
  return VENUES.flatMap((venue, index) => {
    const counts = openByMinute(world, venue);
    const out: EventFact[] = [];
    for (let at = world.from; at < world.asOf; at += MINUTE_MS) {
      const positions = counts.get(at) ?? 0;
      out.push({
        ...incident({
          at: at + 2_310 + 640 * index,
          type: 'price_updated',
          severity: 'INFO',
          writer: 'repricer',
          venue,
        }),
        data: { positions },
        durationMs: 18 + ((at / MINUTE_MS) % 23) + positions,
      });
    }
    return out;
  });
}

/** Open positions of one venue, or of all, at each minute of the history. */
export function openByMinute(world: World, venue: string | null): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const trade of world.trades) {
    if (venue !== null && trade.venue !== venue) continue;
    for (const at of minutesOpen(world, trade)) counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return counts;
}
