import { sum, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { endOfRow, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import type { PositionRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

export type ForcedClose = ReturnType<typeof closeOf>;

/** Liquidations and ADL from events, each position once, and from exit kinds that no event tells of. */
export function forcedCloses({ rows, window, settings }: Input): readonly ForcedClose[] {
  const positions = rowsOf(rows.positions);
  const byEvent = rowsOf(rows.critical).flatMap((event) => {
    const { kind } = event;
    if (kind !== 'liquidation' && kind !== 'adl') return [];
    const position = positions.find(({ id }) => id === event.position_id) ?? null;
    return [closeOf(kind, ms(event.first_at), position, event)];
  });
  const byReason = positions.flatMap((row) => {
    const kind = row.exit_kind;
    const at = endOfRow(row)?.at ?? null;
    const isInside = at !== null && at >= ms(window.from) && at < ms(window.to);
    return (kind === 'liquidation' || kind === 'adl') && isInside ? [closeOf(kind, at, row, row)] : [];
  });
  const closes: ForcedClose[] = [];
  for (const close of [...byEvent, ...byReason])
    if (!closes.some((other) => isSame(other, close, settings.sameCloseS))) closes.push(close);
  return closes.sort((a, b) => a.at - b.at);
}

function closeOf(
  kind: 'liquidation' | 'adl',
  at: number,
  position: PositionRow | null,
  { exchange, symbol }: { readonly exchange: string | null; readonly symbol: string | null },
) {
  const quantity = positiveOrNull(position?.quantity ?? null);
  const price = positiveOrNull(position?.entry_price ?? null);
  return {
    kind,
    venue: exchange ?? position?.exchange ?? null,
    symbol: symbol ?? position?.symbol ?? 'unknown',
    at,
    position,
    notional: quantity && price ? quantity.times(price) : null,
  };
}

/** By the position where both name one; else by instrument and time, since several events may tell of one close. */
function isSame(one: ForcedClose, other: ForcedClose, sameCloseS: number): boolean {
  if (one.kind !== other.kind) return false;
  if (one.position !== null && other.position !== null) return one.position.id === other.position.id;
  return (
    one.symbol === other.symbol &&
    (one.venue === null || other.venue === null || one.venue === other.venue) &&
    Math.abs(one.at - other.at) < sameCloseS * 1000
  );
}

/** Null when the notional of any of them is unknown. */
export function totalNotional(closes: readonly ForcedClose[]): Money | null {
  const values = closes.flatMap(({ notional }) => notional ?? []);
  return values.length === closes.length ? sum(values) : null;
}

/** False when a row still names its stop; else null, because many bots clear it when they close. */
export function hadNoStop(closes: readonly ForcedClose[]): false | null {
  const isNamed = closes.some(({ position }) => positiveOrNull(position?.stop_loss_price ?? null) !== null);
  return isNamed ? false : null;
}

/** Null when no position names both prices. */
export function stopBeyondLiquidation(closes: readonly ForcedClose[]): boolean | null {
  const judged = closes.flatMap(({ position }) => {
    const stop = positiveOrNull(position?.stop_loss_price ?? null);
    const liquidation = positiveOrNull(position?.liquidation_price ?? null);
    if (!stop || !liquidation) return [];
    return [position?.side === 'short' ? stop.greaterThan(liquidation) : stop.lessThan(liquidation)];
  });
  return judged.length === 0 ? null : judged.every(Boolean);
}

/** Null when the mapping or a row does not say the margin mode. */
export function isCross(closes: readonly ForcedClose[]): boolean | null {
  const modes = closes.map(({ position }) => position?.margin_mode ?? null);
  if (modes.includes(null)) return null;
  return modes.every((mode) => /^cross/i.test((mode ?? '').trim()));
}

/** Whether each of them had company that could take its margin; null when positions cannot be read. */
export function hadCompany(closes: readonly ForcedClose[], { rows: { positions } }: Input): boolean | null {
  if (!positions.ok) return null;
  return closes.every(({ at, position, venue }) =>
    positions.rows.some((row) => {
      const [opened, closed] = [timeOrNull(row.opened_at), timeOrNull(row.closed_at)];
      const isOpen =
        opened !== null && opened < at && (closed === null ? row.status === 'open' : closed > at);
      return isOpen && row.id !== position?.id && row.exchange === venue;
    }),
  );
}
