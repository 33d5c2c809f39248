import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import type { Input } from './input.ts';

/** An open position that nothing has evaluated for too long. */
export interface Abandoned {
  readonly fact: PositionFact;
  /** Last evaluation, or the opening when there was none. */
  readonly lastAt: number;
  readonly silentMs: number;
  /** Null when the stop evidence cannot say. */
  readonly unprotected: boolean | null;
}

/** Positions open at the window's end without an evaluation for longer than the limit (PM-04). */
export function abandonedPositions({
  shared,
  window,
  has,
}: Input):
  | { readonly ok: true; readonly found: readonly Abandoned[]; readonly watched: number }
  | ({ readonly ok: false } & Missing) {
  if (!shared.positions.ok) return shared.positions;
  if (!has('position', 'last_evaluated_at'))
    return { ok: false, ...missing('missing_column', 'position.last_evaluated_at') };
  const open = shared.positions.positions.filter(({ closedAt }) => closedAt === null);
  if (open.length > 0 && open.every(({ row }) => row.last_evaluated_at === null))
    return { ok: false, ...missing('no_data', 'no open position has a last evaluation') };
  const { protection, thresholds } = shared;
  const gapsOf = new Map(
    protection.ok ? protection.positions.map(({ fact, gaps }) => [fact.id, gaps] as const) : [],
  );
  const found = open.flatMap((fact): Abandoned[] => {
    const lastAt = timeOrNull(fact.row.last_evaluated_at) ?? fact.openedAt;
    const silentMs = ms(window.to) - lastAt;
    if (silentMs <= thresholds.evaluatedMin * 60_000) return [];
    const unprotected = gapsOf.get(fact.id)?.some(({ atEnd }) => atEnd) ?? null;
    return [{ fact, lastAt, silentMs, unprotected }];
  });
  // Watched are those that were evaluated in time.
  return { ok: true, found, watched: open.length - found.length };
}
