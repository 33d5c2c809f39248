import { ms } from '../../audit/time.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

/** A stop replaced by another one, or amended in place. */
export interface StopUpdate {
  readonly position: ProtectedPosition;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Acknowledgement - request; null when only one of the two is known. */
  readonly latencyMs: number | null;
  /** Acknowledgement of the new - end of the old; 0 when they overlap. */
  readonly nakedMs: number;
  /** The trigger moved, the quantity changed, or both. */
  readonly change: 'trigger' | 'quantity' | 'both' | 'unknown';
  readonly oldOrder: string | null;
  readonly newOrder: string | null;
}

/** Updates acknowledged in the window: by pairs of orders at most `pairMs` apart, else as the bot recorded them (SL2, SL7). */
export function stopUpdates(
  positions: readonly ProtectedPosition[],
  window: Span,
  byOrders: boolean,
  pairMs: number,
): readonly StopUpdate[] {
  return positions
    .flatMap((position) => (byOrders ? byPairs(position, pairMs) : byChanges(position)))
    .filter(({ at }) => at >= window.from && at < window.to)
    .sort((a, b) => a.at - b.at || (a.position.fact.id < b.position.fact.id ? -1 : 1));
}

function byPairs(position: ProtectedPosition, pairMs: number): readonly StopUpdate[] {
  const effective = position.stops.filter((stop) => stop.ackAt !== null);
  return effective.flatMap((next): StopUpdate[] => {
    const previous = replacedBy(next, effective, pairMs);
    if (previous === null || next.ackAt === null) return [];
    const requestedAt = Math.min(next.requestedAt, previous.endedAt ?? next.requestedAt);
    const recorded = position.changes.find(({ order_id: id, kind }) => id === next.id && kind === 'updated');
    return [
      {
        position,
        at: next.ackAt,
        latencyMs:
          next.ackAt > next.requestedAt ? next.ackAt - requestedAt : numberOf(recorded?.duration_ms ?? null),
        nakedMs: nakedMs(previous, next.ackAt, effective),
        change: changeOf(previous, next),
        oldOrder: previous.id,
        newOrder: next.id,
      },
    ];
  });
}

/** The stop whose end lies nearest to the acknowledgement of `next`, requested before it. */
function replacedBy(next: StopOrder, stops: readonly StopOrder[], pairMs: number): StopOrder | null {
  const candidates = stops.filter(
    (stop) =>
      stop !== next &&
      stop.end === 'cancelled' &&
      stop.requestedAt < next.requestedAt &&
      stop.endedAt !== null &&
      Math.abs(stop.endedAt - (next.ackAt ?? 0)) <= pairMs,
  );
  const distance = (stop: StopOrder): number => Math.abs((stop.endedAt ?? 0) - (next.ackAt ?? 0));
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** Zero while any other stop of the position stood at the end of the old one. */
function nakedMs(previous: StopOrder, ackAt: number, stops: readonly StopOrder[]): number {
  const end = previous.endedAt ?? ackAt;
  const held = stops.some(
    (stop) =>
      stop !== previous &&
      stop.ackAt !== null &&
      stop.ackAt <= end &&
      (stop.endedAt === null || stop.endedAt > end),
  );
  return held ? 0 : Math.max(0, ackAt - end);
}

function changeOf(previous: StopOrder, next: StopOrder): StopUpdate['change'] {
  if (previous.trigger === null || next.trigger === null) return 'unknown';
  const moved = !previous.trigger.equals(next.trigger);
  const resized =
    previous.quantity !== null && next.quantity !== null && !previous.quantity.equals(next.quantity);
  if (moved && resized) return 'both';
  return resized ? 'quantity' : 'trigger';
}

function byChanges(position: ProtectedPosition): readonly StopUpdate[] {
  return position.changes
    .filter(({ kind }) => kind === 'updated')
    .map((change) => ({
      position,
      at: ms(change.at),
      latencyMs: numberOf(change.duration_ms),
      nakedMs: numberOf(change.unprotected_window_ms) ?? 0,
      change: change.old_price !== null && change.old_price !== change.new_price ? 'trigger' : 'unknown',
      oldOrder: null,
      newOrder: change.order_id,
    }));
}

function numberOf(value: string | null): number | null {
  return decimalOrNull(value)?.toNumber() ?? null;
}
