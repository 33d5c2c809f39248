import { ms } from '../../audit/time.ts';
import type { ProtectedPosition } from '../shared/facts/protection.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import type { Scope } from './cases.ts';

/** First stops of the positions opened in the window, by stop orders or by recorded changes (SL1, SL6). */
export function initialStops({ required, window, byOrders }: Scope) {
  return required
    .filter(({ fact }) => fact.openedAt >= window.from)
    .map((position) => {
      const { fact, stops, changes } = position;
      const placed = byOrders
        ? stops.flatMap(({ ackAt }) => ackAt ?? [])
        : changes.filter(({ kind }) => kind === 'placed' || kind === 'updated').map(({ at }) => ms(at));
      /** When it was in place; null when it never was. */
      const setAt = placed.length === 0 ? null : Math.min(...placed);
      const until = setAt ?? fact.closedAt ?? window.to;
      /** Entry to acknowledgement, or for a stop that never came the time without it (a lower bound). */
      const latencyMs = Math.max(0, until - fact.openedAt);
      return { position, setAt, latencyMs };
    });
}
export type InitialStop = ReturnType<typeof initialStops>[number];

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
export function stopUpdates({ required, window, byOrders, settings }: Scope) {
  const pairMs = settings.pairS * 1000;
  return required
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
  const distance = ({ endedAt }: StopOrder): number => Math.abs((endedAt ?? Infinity) - (next.ackAt ?? 0));
  const candidates = stops.filter(
    (stop) => stop.end === 'cancelled' && stop.requestedAt < next.requestedAt && distance(stop) <= pairMs,
  );
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** Zero while any other stop of the position stood at the end of the old one. */
function nakedMs(previous: StopOrder, ackAt: number, stops: readonly StopOrder[]): number {
  const end = previous.endedAt ?? ackAt;
  const held = stops.some(
    (stop) => stop !== previous && (stop.ackAt ?? Infinity) <= end && (stop.endedAt ?? Infinity) > end,
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
