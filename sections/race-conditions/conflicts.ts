import { iso, ms } from '../../audit/time.ts';
import { groupBy, timeOrNull } from '../shared/facts/row-values.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';
import type { ConcurrentEventRow, Effect } from './queries.ts';

/** What a conflict changes: money or a quantity (C), a protection (B). */
type ConflictClass = 'B' | 'C';

/** Two rows on one position or order whose effects conflict, nearer to each other than the limit. */
export interface Conflict {
  readonly kind: ConflictClass;
  readonly what: string;
  readonly position: string;
  readonly symbol: string;
  readonly venue: string | null;
  readonly first: Side;
  readonly second: Side;
  readonly apartS: number;
  /** Whether the rows name two writers; else who wrote one of them is not known. */
  readonly known: boolean;
  /** The fills of the position say more than it held: the conflict took effect. */
  readonly bad: boolean;
}

interface Side {
  readonly type: string;
  readonly writer: string | null;
  readonly at: number;
  readonly order: string | null;
}

/** Pairs of effects, in no order, with what they come to. */
const MEET: readonly (readonly [Effect, Effect, ConflictClass, string])[] = [
  ['open', 'open', 'C', 'Two entries'],
  ['close', 'close', 'C', 'Two closes'],
  ['close', 'trigger', 'C', 'Close and fired stop'],
  ['close', 'stop', 'B', 'Close and stop change'],
  ['stop', 'stop', 'B', 'Two stop changes'],
  ['removal', 'stop', 'B', 'Stop removed and changed'],
];

/** Conflicts by time: of events, of orders filled after their cancellation, and of entries into one instrument. */
export function conflictsOf(input: Input): readonly Conflict[] {
  return [...fromEvents(input), ...cancelledAndFilled(input), ...enteredTwice(input)]
    .filter(({ apartS }) => apartS < input.settings.raceS)
    .sort((a, b) => a.second.at - b.second.at || (a.position < b.position ? -1 : 1));
}

function fromEvents(input: Input): readonly Conflict[] {
  const beyond = overfilled(input);
  return rowsOf(input.rows.pairs).flatMap((row): Conflict[] => {
    const met = MEET.find(([a, b]) => isBetween(row, a, b));
    if (met === undefined || isOneAct(row)) return [];
    const [, , kind, what] = met;
    const first = {
      type: row.first_type,
      writer: row.first_writer,
      at: ms(row.first_at),
      order: row.first_order_id,
    };
    const second = {
      type: row.second_type,
      writer: row.second_writer,
      at: ms(row.second_at),
      order: row.second_order_id,
    };
    return [
      {
        kind,
        what,
        position: row.position_id,
        symbol: row.symbol ?? 'unknown',
        venue: row.exchange,
        first,
        second,
        apartS: (second.at - first.at) / 1000,
        known: first.writer !== null && second.writer !== null,
        bad: kind === 'C' && beyond.has(row.position_id),
      },
    ];
  });
}

function isBetween({ first_effect: a, second_effect: b }: ConcurrentEventRow, x: Effect, y: Effect): boolean {
  return (a === x && b === y) || (a === y && b === x);
}

/**
 * Two records of one act: both name the same order, and no second change of a stop is told. A close and the stop that
 * fired are two acts only where both name their orders, and these differ: else the stop is what closed.
 */
function isOneAct(row: ConcurrentEventRow): boolean {
  const { first_order_id: first, second_order_id: second, first_effect: a, second_effect: b } = row;
  if (first === null || second === null) return a === 'trigger' || b === 'trigger';
  if (first !== second) return false;
  const isMovedTwice = row.first_kind === row.second_kind && row.first_kind === 'stop_updated';
  return !isMovedTwice;
}

/** Positions whose exits exceed what they held. */
function overfilled({ shared: { positions } }: Input): ReadonlySet<string> {
  const ids = positions.ok ? positions.surplus.map(({ fill }) => fill.position_id) : [];
  return new Set(ids.filter((id) => id !== null));
}

/** A fill after the cancellation of its order; of a market order that is how its rest ends. */
function cancelledAndFilled({ rows, window }: Input): readonly Conflict[] {
  const fills = groupBy(rowsOf(rows.fills), ({ order_id: id }) => id ?? '');
  return rowsOf(rows.orders).flatMap((order): Conflict[] => {
    const cancelled = timeOrNull(order.cancelled_at);
    if (cancelled === null || order.type === 'market') return [];
    const late = (fills.get(order.id) ?? []).find(({ at }) => {
      const time = timeOrNull(at);
      return time !== null && time > cancelled && iso(time) >= window.from && iso(time) < window.to;
    });
    const at = timeOrNull(late?.at ?? null);
    if (late === undefined || at === null) return [];
    return [
      {
        kind: 'C',
        what: 'Cancel and fill',
        position: late.position_id ?? order.position_id ?? order.id,
        symbol: order.symbol ?? late.symbol ?? 'unknown',
        venue: order.exchange ?? late.exchange,
        first: { type: 'order cancelled', writer: null, at: cancelled, order: order.id },
        second: { type: 'order filled', writer: 'exchange', at, order: order.id },
        apartS: (at - cancelled) / 1000,
        // The exchange fills and never asks for the cancellation that the bot's own row tells of.
        known: true,
        bad: false,
      },
    ];
  });
}

/** Entry orders for one instrument and side that name different positions; who sent an order no row says. */
function enteredTwice({ rows, window }: Input): readonly Conflict[] {
  const entries = rowsOf(rows.orders).flatMap((order) => {
    const at = timeOrNull(order.created_at);
    const isEntry = order.role === 'entry' && order.status !== 'rejected' && order.position_id !== null;
    return isEntry && at !== null ? [{ order, at }] : [];
  });
  const groups = groupBy(entries, ({ order }) => JSON.stringify([order.exchange, order.symbol, order.side]));
  return [...groups.values()].flatMap((group) => {
    const inTime = [...group].sort((a, b) => a.at - b.at);
    return inTime.slice(1).flatMap(({ order, at }, index): Conflict[] => {
      const before = inTime[index];
      if (before === undefined || before.order.position_id === order.position_id) return [];
      if (iso(at) < window.from || iso(at) >= window.to) return [];
      const side = { type: 'entry order', writer: null };
      return [
        {
          kind: 'C',
          what: 'Two entries',
          position: order.position_id ?? order.id,
          symbol: order.symbol ?? 'unknown',
          venue: order.exchange,
          first: { ...side, at: before.at, order: before.order.id },
          second: { ...side, at, order: order.id },
          apartS: (at - before.at) / 1000,
          known: false,
          bad: false,
        },
      ];
    });
  });
}
