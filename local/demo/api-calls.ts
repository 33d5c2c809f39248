import { call, type ApiCall, type Failure } from './api-call.ts';
import { VENUES, type Venue } from './instruments.ts';
import { createPrng, type Prng } from './prng.ts';
import { ordersOf } from './rows/orders.ts';
import { MINUTE_MS, WORLD_MS } from './shifts.ts';
import type { Outage } from './streams.ts';
import type { OrderFact, OrderRole, Trade } from './trade.ts';
import type { World } from './world.ts';

/** What the bot asks for again and again: every so many ms, and the usual duration by exchange. */
const POLLS: readonly { operation: string; everyMs: number; usualMs: Readonly<Record<Venue, number>> }[] = [
  { operation: 'fetch_tickers', everyMs: 4_000, usualMs: { binance: 62, bybit: 88 } },
  { operation: 'fetch_positions', everyMs: MINUTE_MS, usualMs: { binance: 54, bybit: 81 } },
  { operation: 'fetch_open_orders', everyMs: MINUTE_MS, usualMs: { binance: 71, bybit: 96 } },
  { operation: 'fetch_balance', everyMs: MINUTE_MS, usualMs: { binance: 48, bybit: 77 } },
];

const SUBMITS: Readonly<Record<OrderRole, string>> = {
  entry: 'open_position',
  exit: 'close_position',
  stop: 'set_stop',
  take_profit: 'set_target',
};

/** The failures that the event log tells of, by its message. */
const LOGGED: readonly { start: string; operation: string; failure: Failure; durationMs: number }[] = [
  {
    start: 'GET /v5/market/kline timed out',
    operation: 'fetch_candles',
    failure: { outcome: 'timeout', httpStatus: null, errorClass: 'timeout', code: null },
    durationMs: 5_000,
  },
  {
    start: 'HTTP 502 from the order book endpoint',
    operation: 'fetch_order_book',
    failure: { outcome: 'error', httpStatus: 502, errorClass: 'venue_down', code: null },
    durationMs: 812,
  },
];

/** Every call of the history, in order of time: the polls, what orders were sent and taken back, what failed. */
export function apiCallsOf(world: World): ApiCall[] {
  return [
    ...pollsOf(world),
    ...world.trades.flatMap(callsOfTrade),
    ...refusedOf(world),
    ...loggedOf(world),
    ...world.outages.flatMap(readsAfter),
    ...world.calls,
  ]
    .filter(({ at }) => at >= world.from && at < world.asOf)
    .sort(byTime);
}

const byTime = (a: ApiCall, b: ApiCall): number => a.at - b.at || (a.operation < b.operation ? -1 : 1);

/** Polls do not depend on what was traded, so they are drawn once for all worlds, in ms from the history's start. */
let polls: readonly ApiCall[] | null = null;

function pollsOf({ from }: World): ApiCall[] {
  polls ??= VENUES.flatMap((venue) =>
    POLLS.flatMap(({ operation, everyMs, usualMs }) => {
      const prng = createPrng(`api-calls/${operation}/${venue}`, 'calls');
      return Array.from({ length: Math.floor(WORLD_MS / everyMs) }, (_, index) => {
        const at = index * everyMs + prng.integer(150, 900);
        return call({ at, venue, operation, durationMs: lognormal(prng, usualMs[venue]) });
      });
    }),
  ).sort(byTime);
  return polls.map((poll) => ({ ...poll, at: from + poll.at }));
}

/** Most calls near the usual time, few far above it, none above 450 ms. */
function lognormal(prng: Prng, usualMs: number): number {
  return Math.min(450, Math.round(usualMs * Math.exp(0.38 * prng.normal())));
}

function callsOfTrade(trade: Trade): ApiCall[] {
  return ordersOf(trade).flatMap((order) => {
    const sent = submitOf(order, trade);
    if (order.cancelledAt === null || order.venueAt === null) return [sent];
    const at = order.cancelledAt - 70;
    return [sent, call({ ...about(order, trade), at, operation: 'cancel_order', durationMs: 70 })];
  });
}

/** A stop that replaces another is sent when that one is done with: no request of it takes longer than this. */
const LONGEST_UPDATE_MS = 640;

function submitOf(order: OrderFact, trade: Trade): ApiCall {
  const { createdAt, venueAt, parentId, rejectCode } = order;
  const given = { ...about(order, trade), operation: SUBMITS[order.role] };
  if (venueAt === null)
    return call({
      ...given,
      at: createdAt,
      durationMs: 58,
      failure: refusal(trade.venue, rejectCode, 'would_trigger'),
    });
  const took = Math.max(1, venueAt - createdAt);
  const durationMs = parentId === null ? took : Math.min(LONGEST_UPDATE_MS, took);
  return call({ ...given, at: venueAt - durationMs, durationMs });
}

function refusal(venue: Venue, code: string | null, errorClass: string): Failure {
  return { outcome: 'error', httpStatus: venue === 'binance' ? 400 : 200, errorClass, code };
}

const about = (order: OrderFact, { venue, id }: Trade) => ({ venue, orderId: order.id, tradeId: id });

function refusedOf({ failedEntries }: World): ApiCall[] {
  return failedEntries.map(({ venue, order }) =>
    call({
      at: order.createdAt,
      venue,
      operation: SUBMITS.entry,
      durationMs: 64,
      orderId: order.id,
      failure: refusal(
        venue,
        order.rejectCode,
        /margin|balance/i.test(order.rejectReason ?? '') ? 'insufficient_margin' : 'filter',
      ),
    }),
  );
}

/** A failure is asked again, and then answered. */
function loggedOf({ incidents }: World): ApiCall[] {
  return incidents.flatMap(({ at, venue, message }) => {
    const known = LOGGED.find(({ start }) => message?.startsWith(start) === true);
    if (known === undefined || venue === null) return [];
    const { operation, failure, durationMs } = known;
    return [
      call({ at: at - durationMs, venue, operation, durationMs, failure }),
      call({ at: at + 400, venue, operation, durationMs: 91, attempt: 2 }),
    ];
  });
}

/** What a lost stream of orders did not tell is asked for as soon as it is open again. */
function readsAfter({ venue, role, to, isUnread }: Outage): ApiCall[] {
  if (role !== 'orders' || isUnread === true) return [];
  return [
    call({ at: to + 140, venue, operation: 'fetch_positions', durationMs: 84 }),
    call({ at: to + 260, venue, operation: 'fetch_open_orders', durationMs: 97 }),
  ];
}
