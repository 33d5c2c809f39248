import { ms } from '../../audit/time.ts';
import { known, missing, type Missing } from '../../audit/value.ts';
import { median, wilson } from '../../audit/statistics.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { Cell } from '../shared/vocabulary/lines.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { ZombieEvent } from './events-query.ts';
import type { Input } from './input.ts';

/** One order that the bot found without a position, and what became of it; times in milliseconds since the epoch. */
export interface Found {
  /** Null where the event names no order. */
  readonly orderId: string | null;
  readonly venue: string;
  readonly symbol: string;
  readonly at: number;
  readonly lastAt: number;
  /** Events that found it. */
  readonly times: number;
  readonly cancelledAt: number | null;
  readonly messages: readonly string[];
}

/** What the bot's own sweep did in the window (catalogue ZO3), or why nobody can say. */
export type Cleanup =
  { readonly ok: true; readonly found: readonly Found[] } | ({ readonly ok: false } & Missing);

export function cleanupOf(input: Input): Cleanup {
  const { events, orders } = input.rows;
  if (!events.ok) return events;
  const finds = events.rows.filter(({ kind }) => kind === 'zombie_found');
  const cancels = events.rows.filter(({ kind }) => kind === 'zombie_cancelled');
  if (finds.length === 0)
    return { ok: false, ...missing('no_data', 'the bot recorded no order without a position that it found') };
  const rows = new Map(
    rowsOf(orders).flatMap((row) =>
      [row.id, row.exchange_order_id].flatMap((id) => (id === null ? [] : [[id, row] as const])),
    ),
  );
  const latest = ms(input.window.to) - input.settings.graceS * 1_000;
  const named = groupBy(finds, ({ order_id: id, id: event }) =>
    id === null ? `event ${event ?? ''}` : `order ${id}`,
  );
  const unnamed = cancels.filter(({ order_id: id }) => id === null);
  const found = [...named.values()].flatMap((own): Found[] => {
    const [first] = own;
    const at = Date.parse(first?.at ?? '');
    if (first === undefined || at > latest) return [];
    const row = first.order_id === null ? undefined : rows.get(first.order_id);
    const cancelled = cancellationOf(first, at, cancels, unnamed) ?? endedAt(row, at);
    return [
      {
        orderId: first.order_id,
        venue: venueOf(first.exchange ?? row?.exchange ?? null),
        symbol: first.symbol ?? row?.symbol ?? 'unknown',
        at,
        lastAt: Math.max(...own.map((event) => Date.parse(event.at))),
        times: own.length,
        cancelledAt: cancelled,
        messages: own.flatMap(({ message }) => message ?? []),
      },
    ];
  });
  return { ok: true, found };
}

/** The event that cancelled it; where events name no order, each cancellation is of the first find before it. */
function cancellationOf(
  { order_id: id }: ZombieEvent,
  at: number,
  cancels: readonly ZombieEvent[],
  unnamed: ZombieEvent[],
): number | null {
  if (id !== null) {
    const own = cancels.find((event) => event.order_id === id && Date.parse(event.at) >= at);
    return own === undefined ? null : Date.parse(own.at);
  }
  const index = unnamed.findIndex((event) => Date.parse(event.at) >= at);
  const [taken] = index < 0 ? [] : unnamed.splice(index, 1);
  return taken === undefined ? null : Date.parse(taken.at);
}

/** Its own row knows of an end that no event tells. */
function endedAt(
  row: { status: string | null; cancelled_at: string | null } | undefined,
  at: number,
): number | null {
  const cancelled = row?.status === 'cancelled' ? Date.parse(row.cancelled_at ?? '') : NaN;
  return cancelled >= at ? cancelled : null;
}

export const isCancelled = ({ cancelledAt }: Found): boolean => cancelledAt !== null;

/** Cancelled / found in percent, with its interval. */
export function successOf(found: readonly Found[]): Cell {
  const [k, n] = [found.filter(isCancelled).length, found.length];
  return n === 0
    ? { value: missing('no_data', 'none was found'), n }
    : { value: known((100 * k) / n), n, interval: n < 100 ? wilson(k, n) : null };
}

/** Median time from the first find to the cancellation, seconds. */
export function timeToCancel(found: readonly Found[]): Cell {
  const times = found.flatMap(({ at, cancelledAt }) =>
    cancelledAt === null ? [] : [(cancelledAt - at) / 1_000],
  );
  const middle = median(times);
  return {
    value: middle === null ? missing('no_data', 'none was cancelled') : known(middle),
    n: times.length,
  };
}
