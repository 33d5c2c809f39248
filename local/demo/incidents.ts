import { money } from '../../audit/decimal.ts';
import { INSTRUMENTS, VENUES, type Venue } from './instruments.ts';
import type { Market } from './market.ts';
import { newOrder } from './orders.ts';
import { createPrng, type Prng } from './prng.ts';
import { HOUR_MS, MINUTE_MS, type Shift } from './shifts.ts';
import type { AlertFact, FailedEntry, Incident } from './incident-facts.ts';

const ERRORS = [
  ['api_error', 'GET /v5/market/kline timed out after 5000 ms', 'fetchCandles (src/market/candles.ts:88:13)'],
  ['api_error', 'HTTP 502 from the order book endpoint', 'fetchBook (src/market/book.ts:41:9)'],
  [
    'parse_error',
    'Unexpected field "st" in the mark price message',
    'parseMark (src/stream/mark-price.ts:57:11)',
  ],
  [
    'database_error',
    'could not serialize access due to concurrent update',
    'saveMark (src/store/mark.ts:33:5)',
  ],
] as const;

/** The ordinary trouble of three shifts: a few refused entries and errors, far below every threshold. */
export function incidentsOf(
  market: Market,
  shifts: readonly Shift[],
  seed: string,
): { failedEntries: FailedEntry[]; incidents: Incident[]; alerts: AlertFact[] } {
  const prng = createPrng(seed, 'incidents');
  const failedEntries = shifts.flatMap((shift) =>
    VENUES.map((venue) => {
      const at = shift.from + prng.integer(60, 400) * MINUTE_MS + prng.integer(11_000, 50_000);
      const reject =
        venue === 'binance'
          ? ['-4003', 'Quantity less than zero']
          : ['110007', 'Insufficient available balance'];
      const id = `R-${shift.name}-${venue}`;
      return refusedEntry(market, { id, venue, at, code: reject[0] ?? '', reason: reject[1] ?? '' }, prng);
    }),
  );
  const incidents = shifts.flatMap((shift) => [
    ...scatteredErrors(shift, prng),
    incident({
      at: shift.from + 5.4 * HOUR_MS + 217,
      type: 'reconciliation_done',
      severity: 'INFO',
      writer: 'reconciler',
    }),
  ]);
  const alerts = failedEntries.map((failed) => alertOf(failed, prng));
  return { failedEntries, incidents, alerts };
}

export function refusedEntry(
  market: Market,
  refusal: { id: string; venue: Venue; at: number; code: string; reason: string },
  prng: Prng,
): FailedEntry {
  const { id, venue, at, code, reason } = refusal;
  const { symbol, quantityDecimals } = prng.pick(INSTRUMENTS.filter(({ reserved }) => !reserved));
  const order = newOrder({
    id: `${id}-e1`,
    role: 'entry',
    type: 'market',
    side: prng.pick(['buy', 'sell'] as const),
    quantity: money((prng.between(1_100, 2_400) / market.markAt(symbol, at)).toFixed(quantityDecimals)),
    createdAt: at,
    status: 'rejected',
    rejectCode: code,
    rejectReason: reason,
  });
  return { venue, symbol, strategy: prng.pick(['trend', 'breakout', 'mean-reversion']), order };
}

/** Five errors a shift, never two in one hour. */
function scatteredErrors(shift: Shift, prng: Prng): Incident[] {
  return prng
    .shuffle([0, 1, 2, 3, 4, 5, 6, 7])
    .slice(0, 5)
    .map((hour) => {
      const kind = prng.pick(ERRORS);
      const at = shift.from + hour * HOUR_MS + prng.integer(4, 55) * MINUTE_MS + prng.integer(3_000, 55_000);
      return errorAt(at, kind, prng.pick(VENUES));
    });
}

function errorAt(at: number, [type, message, frame]: (typeof ERRORS)[number], venue: Venue): Incident {
  const stack = `Error: ${message}\n    at ${frame}\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;
  return incident({ at, type, severity: 'ERROR', writer: 'trader', message, stack, venue });
}

/** Days before the history of which the bot still has its errors. */
const EARLIER_DAYS = 5;

/** The same ordinary errors, once a day before the history: none of them is new to the bot. */
export function earlierErrors(from: number): readonly Incident[] {
  const prng = createPrng('earlier', 'errors');
  return Array.from(
    { length: EARLIER_DAYS },
    (_, index) => from - (EARLIER_DAYS - index) * 24 * HOUR_MS,
  ).flatMap((day) =>
    ERRORS.map((kind, index) =>
      errorAt(day + (1 + 5 * index) * HOUR_MS + prng.integer(0, 50 * 60_000), kind, prng.pick(VENUES)),
    ),
  );
}

function alertOf({ venue, symbol, order }: FailedEntry, prng: Prng): AlertFact {
  const at = order.createdAt + prng.integer(900, 2_600);
  return {
    at,
    severity: 'WARNING',
    text: `Entry order on ${venue} was refused: ${order.rejectReason ?? 'no reason given'} (${order.rejectCode ?? '-'})`,
    symbol,
    acknowledgedAt: at + prng.integer(40, 400) * 1_000,
  };
}

/** An incident with the usual blanks. */
export function incident(
  given: Pick<Incident, 'at' | 'type' | 'severity' | 'writer'> & Partial<Incident>,
): Incident {
  return {
    venue: null,
    symbol: null,
    positionId: null,
    message: null,
    stack: null,
    durationMs: null,
    ...given,
  };
}
