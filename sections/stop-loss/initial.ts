import { ms } from '../../audit/time.ts';
import type { ProtectedPosition, Span, StopEvidence } from '../shared/facts/protection.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';

/** The first stop of one position opened in the window that needs one. */
export interface InitialStop {
  readonly position: ProtectedPosition;
  /** When it was in place; null when it never was. */
  readonly setAt: number | null;
  /** Entry to acknowledgement, or for a stop that never came the time without it (a lower bound). */
  readonly latencyMs: number;
}

/** First stops of the positions opened in the window (SL1, SL6); null when the evidence has no times. */
export function initialStops(
  positions: readonly ProtectedPosition[],
  window: Span,
  evidence: StopEvidence,
): readonly InitialStop[] | null {
  if (evidence === 'price' || evidence === 'flag') return null;
  return positions
    .filter(({ fact, required }) => required && fact.openedAt >= window.from)
    .map((position) => {
      const { fact, stops, changes } = position;
      const placed =
        evidence === 'orders'
          ? stops.flatMap(({ ackAt }) => (ackAt === null ? [] : [ackAt]))
          : changes.filter(({ kind }) => kind === 'placed' || kind === 'updated').map(({ at }) => ms(at));
      const setAt = placed.length === 0 ? null : Math.min(...placed);
      const until = setAt ?? fact.closedAt ?? window.to;
      return { position, setAt, latencyMs: Math.max(0, until - fact.openedAt) };
    });
}

/** Whether the positions opened in the window carry a stop, by their rows alone (the bot's rung of SL1). */
export function rowsWithStop(
  positions: readonly ProtectedPosition[],
  window: Span,
): { readonly set: number; readonly required: number } {
  const own = positions.filter(({ fact, required }) => required && fact.openedAt >= window.from);
  const set = own.filter(({ gaps, fact }) => gaps?.length === 0 && timeOrNull(fact.row.opened_at) !== null);
  return { set: set.length, required: own.length };
}
