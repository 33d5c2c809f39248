import { money, sum, type Money } from '../../audit/decimal.ts';
import type { Window } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import { forcedExit, forcedWord } from '../shared/words/forced-words.ts';
import { endOfRow, positiveOrNull } from '../shared/facts/row-values.ts';
import type { CriticalEventRow } from '../shared/queries/monitoring.ts';
import type { PositionRow } from '../shared/queries/trading-rows.ts';

/** A position that the exchange closed by force. */
export interface ForcedClose {
  readonly kind: 'liquidation' | 'adl';
  readonly venue: string | null;
  readonly symbol: string;
  readonly at: number;
  readonly position: PositionRow | null;
  readonly notional: Money | null;
}

/** Events and rows of one instrument this near to each other tell of the same close. */
const SAME_MS = 60_000;

/** Liquidations and ADL from events, each position once, and from exit reasons that no event tells of. */
export function forcedCloses(
  events: readonly CriticalEventRow[],
  positions: readonly PositionRow[],
  window: Window,
): readonly ForcedClose[] {
  const told: ForcedClose[] = [];
  const add = (close: ForcedClose): void => {
    if (!told.some((one) => isSame(one, close))) told.push(close);
  };
  for (const event of events) {
    const kind = forcedWord(event.type);
    if (kind === null || kind === 'margin-call') continue;
    const position = positions.find(({ id }) => id === event.position_id) ?? null;
    add({
      kind,
      venue: event.exchange ?? position?.exchange ?? null,
      symbol: event.symbol ?? position?.symbol ?? 'unknown',
      at: ms(event.first_at),
      position,
      notional: notionalOf(position),
    });
  }
  for (const row of positions) {
    const kind = forcedExit(row.exit_reason);
    const closed = endOfRow(row)?.at ?? null;
    if (kind === null || closed === null) continue;
    if (closed < ms(window.from) || closed >= ms(window.to)) continue;
    add({
      kind,
      venue: row.exchange,
      symbol: row.symbol ?? 'unknown',
      at: closed,
      position: row,
      notional: notionalOf(row),
    });
  }
  return told.sort((a, b) => a.at - b.at);
}

/** By the position where both name one; else by instrument and time, since several events may tell of one close. */
function isSame(one: ForcedClose, other: ForcedClose): boolean {
  if (one.kind !== other.kind) return false;
  if (one.position !== null && other.position !== null) return one.position.id === other.position.id;
  return (
    one.symbol === other.symbol &&
    (one.venue === null || other.venue === null || one.venue === other.venue) &&
    Math.abs(one.at - other.at) < SAME_MS
  );
}

function notionalOf(position: PositionRow | null): Money | null {
  const quantity = positiveOrNull(position?.quantity ?? null);
  const price = positiveOrNull(position?.entry_price ?? null);
  return quantity && price ? quantity.times(price) : null;
}

/** Null when the notional of any of them is unknown. */
export function totalNotional(closes: readonly ForcedClose[]): Money | null {
  const values = closes.flatMap(({ notional }) => notional ?? []);
  return values.length === closes.length ? sum(values.map((value) => money(value))) : null;
}
