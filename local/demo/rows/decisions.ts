import { amount, money, sum } from '../../../audit/decimal.ts';
import type { FailedEntry } from '../incident-facts.ts';
import { filledOf } from '../orders.ts';
import { createPrng } from '../prng.ts';
import { MINUTE_MS } from '../shifts.ts';
import { closedAt, feeOf, type OrderFact, type Trade } from '../trade.ts';
import type { DemoRow, World } from '../world.ts';
import { timeCell, within } from './time-cells.ts';

/** A decision with the order that carried it out, before it is written. */
interface Decided {
  readonly id: string;
  readonly decision: 'open' | 'close';
  readonly of: Pick<Trade, 'venue' | 'symbol' | 'strategy'> & { readonly id: string; readonly side: string };
  readonly order: OrderFact;
  readonly trade: Trade | null;
  readonly reason: string;
}

const STATUSES: Readonly<Record<string, string>> = { filled: 'executed', rejected: 'failed' };
const EXECUTED_AS: Readonly<Record<string, string>> = { new: 'submitted' };
/** Of a hundred decisions so many met an exchange that was away, and were sent again. */
const RETRIED = 0.02;

/** Each entry and each exit by the bot's own order was decided first; a few decisions were called off. */
export function decisionRows(world: World): DemoRow[] {
  return [...decided(world).map(decisionRow), ...calledOff(world)];
}

/** One execution an order, and before it now and then one that failed. */
export function executionRows(world: World): DemoRow[] {
  return decided(world).flatMap((one) => {
    const prng = createPrng(one.id, 'execution');
    const sent = executionRow(one);
    if (!prng.chance(RETRIED)) return [sent];
    const failedAt = one.order.createdAt - prng.integer(30, 60);
    return [{ ...sent, ...REFUSED, id: `${one.id}-r`, at: timeCell(failedAt) }, sent];
  });
}

const REFUSED: DemoRow = {
  status: 'failed',
  error_message: 'HTTP 502 Bad Gateway, sent again',
  http_status: 502,
  order_id: null,
  filled_quantity: '0',
  filled_price: null,
  commission: '0',
  response_payload_id: null,
};

function decided({ trades, failedEntries }: World): readonly Decided[] {
  const opened = trades.map((trade) => decidedOf(trade, 'open', trade.entry, trade, 'entry_signal'));
  const closed = trades.flatMap((trade) =>
    trade.exit?.order.role === 'exit' && closedAt(trade) !== null
      ? [decidedOf(trade, 'close', trade.exit.order, trade, trade.exit.reason)]
      : [],
  );
  const refused = failedEntries.map((failed) =>
    decidedOf(refusedOf(failed), 'open', failed.order, null, 'entry_signal'),
  );
  return [...opened, ...closed, ...refused];
}

function decidedOf(
  of: Decided['of'],
  decision: Decided['decision'],
  order: OrderFact,
  trade: Trade | null,
  reason: string,
): Decided {
  return { id: `D-${of.id}-${decision}`, decision, of, order, trade, reason };
}

function refusedOf({ venue, symbol, strategy, order }: FailedEntry): Decided['of'] {
  return { id: order.id, venue, symbol, strategy, side: order.side === 'buy' ? 'long' : 'short' };
}

function decisionRow({ id, decision, of, order, trade, reason }: Decided): DemoRow {
  const prng = createPrng(id, 'decision');
  const at = order.createdAt - prng.integer(90, 700);
  return {
    id,
    at: timeCell(at),
    symbol: of.symbol,
    decision,
    status: STATUSES[order.status] ?? 'pending',
    exchange: of.venue,
    strategy: of.strategy,
    side: of.side,
    quantity: amount(order.quantity),
    reason_code: reason,
    rationale: { score: prng.between(0.55, 0.97).toFixed(3), rule: reason },
    correlation_id: `cor-${of.id}`,
    signal_id: trade === null ? null : `sig-${of.id}`,
    executed_at: timeCell(order.filledAt),
    failed_at: order.status === 'rejected' ? timeCell(order.createdAt + 143) : null,
  };
}

function executionRow({ id, order, trade }: Decided): DemoRow {
  const { filled, average } = filledOf(order, trade?.fills ?? []);
  const fills = (trade?.fills ?? []).filter(({ orderId }) => orderId === order.id);
  return {
    id: `${id}-x`,
    decision_id: id,
    status: EXECUTED_AS[order.status] ?? order.status,
    at: timeCell(order.createdAt),
    error_message: order.rejectReason,
    http_status: order.status === 'rejected' ? 400 : 200,
    order_id: order.id,
    filled_quantity: filled,
    filled_price: average,
    commission: amount(fills.length === 0 ? money(0) : sum(fills.map(feeOf))),
    request_payload_id: `${id}-req`,
    response_payload_id: `${id}-res`,
  };
}

/** Two a shift that the limits refused before anything was sent. */
function calledOff({ shifts, silences }: World): readonly DemoRow[] {
  const silent = silences.filter(({ entity }) => entity === 'event');
  return shifts.flatMap(({ name, from }) =>
    [0, 1].flatMap((index): DemoRow[] => {
      const id = `D-${name}-refused-${String(index + 1)}`;
      const prng = createPrng(id, 'decision');
      const at =
        from + prng.integer(40 + 200 * index, 220 + 200 * index) * MINUTE_MS + prng.integer(0, 59_000);
      if (within(at, silent)) return [];
      return [
        {
          id,
          at: timeCell(at),
          symbol: prng.pick(['SOLUSDT', 'ADAUSDT', 'LINKUSDT']),
          decision: 'open',
          status: 'cancelled',
          exchange: prng.pick(['binance', 'bybit']),
          strategy: prng.pick(['trend', 'breakout', 'mean-reversion']),
          side: prng.pick(['long', 'short']),
          quantity: null,
          reason_code: 'exposure_budget',
          rationale: { score: prng.between(0.55, 0.97).toFixed(3), rule: 'exposure_budget' },
          correlation_id: null,
          signal_id: null,
          executed_at: null,
          failed_at: null,
        },
      ];
    }),
  );
}
