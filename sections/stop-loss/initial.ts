import { ms } from '../../audit/time.ts';
import type { ProtectedPosition, Span } from '../shared/facts/protection.ts';

/** The first stop of one position opened in the window that needs one. */
export interface InitialStop {
  readonly position: ProtectedPosition;
  /** When it was in place; null when it never was. */
  readonly setAt: number | null;
  /** Entry to acknowledgement, or for a stop that never came the time without it (a lower bound). */
  readonly latencyMs: number;
}

/** First stops of the positions opened in the window, by stop orders or by recorded changes (SL1, SL6). */
export function initialStops(
  required: readonly ProtectedPosition[],
  window: Span,
  byOrders: boolean,
): readonly InitialStop[] {
  return required
    .filter(({ fact }) => fact.openedAt >= window.from)
    .map((position) => {
      const { fact, stops, changes } = position;
      const placed = byOrders
        ? stops.flatMap(({ ackAt }) => ackAt ?? [])
        : changes.filter(({ kind }) => kind === 'placed' || kind === 'updated').map(({ at }) => ms(at));
      const setAt = placed.length === 0 ? null : Math.min(...placed);
      const until = setAt ?? fact.closedAt ?? window.to;
      return { position, setAt, latencyMs: Math.max(0, until - fact.openedAt) };
    });
}
