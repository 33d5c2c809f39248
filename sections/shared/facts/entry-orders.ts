import type { Queries, Rows, SectionInput } from '../../../audit/section.ts';
import { ms } from '../../../audit/time.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import { isEntry } from './order-roles.ts';
import type { OrderRow } from '../queries/trading-rows.ts';
import type { PositionFacts } from './position-facts.ts';
import { positiveOrNull, requestedAt, timeOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

/** What became of one order that was to open a position. */
export interface EntryOrder {
  readonly id: string;
  readonly venue: string;
  readonly symbol: string;
  readonly at: number;
  readonly outcome: 'filled' | 'failed' | 'by-design' | 'pending';
  /** Reject code, else the order's final status. */
  readonly code: string;
  /** What the answer means; null where nothing says so. */
  readonly rejectClass: OrderRow['reject_class'];
  readonly reason: string | null;
}

export type EntryOrders =
  | { readonly ok: true; readonly orders: readonly EntryOrder[]; readonly basis: string }
  | ({ readonly ok: false } & Missing);

/** Cancelled on purpose: the bot's own timeout or replacement is not a failure of the venue. */
const BY_DESIGN = /timeout|timed out|\bttl\b|replac|amend|by design/i;

/** Entry orders of the window (P7): by their role, else as orders that may increase a position. */
export function entryOrders(
  orders: Rows<OrderRow>,
  facts: PositionFacts,
  input: Pick<SectionInput<Queries, unknown>, 'window' | 'has'>,
): EntryOrders {
  const asked = entryRows(orders, input);
  if (!asked.ok) return fromRows(facts, input, asked);
  // The venue's id is one order, however many rows have it: copies must not thin out the failures.
  const entries = new Map<string, EntryOrder>();
  for (const [order, at] of asked.rows) {
    const entry = entryOf(order, at);
    const key = order.exchange_order_id === null ? order.id : `${entry.venue}\n${order.exchange_order_id}`;
    if (entries.get(key)?.outcome !== 'filled') entries.set(key, entry);
  }
  return { ok: true, orders: [...entries.values()], basis: 'orders' };
}

/** Rows of entry orders that were asked for in the window, each with when, or why nobody can tell them from others. */
export function entryRows(
  orders: Rows<OrderRow>,
  { window, has }: Pick<SectionInput<Queries, unknown>, 'window' | 'has'>,
):
  | { readonly ok: true; readonly rows: readonly (readonly [OrderRow, number])[] }
  | ({ readonly ok: false } & Missing) {
  if (!orders.ok) return orders;
  if (!has('order', 'role') && !has('order', 'reduce_only'))
    return { ok: false, ...missing('missing_column', 'order.role or order.reduce_only') };
  const [from, to] = [ms(window.from), ms(window.to)];
  const rows = orders.rows.flatMap((order) => {
    const at = requestedAt(order);
    return at === null || at < from || at >= to || !isEntry(order) ? [] : [[order, at] as const];
  });
  return { ok: true, rows };
}

const FAILED = { outcome: 'failed', code: 'failed', rejectClass: null } as const;
const OPENED = { outcome: 'filled', code: 'opened', rejectClass: null, reason: null } as const;

/** Without orders, rows that the bot itself marked as failed; a bot that never marks any proves nothing. */
function fromRows(
  facts: PositionFacts,
  input: Pick<SectionInput<Queries, unknown>, 'window'>,
  why: Missing,
): EntryOrders {
  if (!facts.ok || facts.failedRows.length === 0) return { ok: false, ...why };
  const from = ms(input.window.from);
  const failed = facts.failedRows.flatMap((row): EntryOrder[] => {
    const at = timeOrNull(row.opened_at);
    if (at === null || at < from || at >= ms(input.window.to)) return [];
    const { id, exchange, symbol, exit_reason: reason } = row;
    return [{ ...FAILED, id, venue: venueOf(exchange), symbol: symbol ?? 'unknown', at, reason }];
  });
  const opened = facts.positions
    .filter(({ openedAt }) => openedAt >= from)
    .map(({ id, venue, symbol, openedAt }): EntryOrder => ({ ...OPENED, id, venue, symbol, at: openedAt }));
  return { ok: true, orders: [...failed, ...opened], basis: 'bot-reported positions' };
}

function entryOf(order: OrderRow, at: number): EntryOrder {
  const { id, status, reject_code: code, reject_class: rejectClass, reject_reason: reason } = order;
  const filled =
    status === 'filled' || status === 'partially_filled' || positiveOrNull(order.filled) !== null;
  const ended = status === 'rejected' || status === 'expired' || status === 'cancelled';
  const byDesign = status === 'cancelled' && BY_DESIGN.test(`${code ?? ''} ${reason ?? ''}`);
  return {
    id,
    venue: venueOf(order.exchange),
    symbol: order.symbol ?? 'unknown',
    at,
    outcome: filled ? 'filled' : byDesign ? 'by-design' : ended ? 'failed' : 'pending',
    code: code ?? status ?? 'unknown',
    rejectClass,
    reason,
  };
}
