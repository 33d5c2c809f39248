import type { Queries, SectionInput } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { ProtectionFacts } from '../shared/facts/protection.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';

/** An open position that nothing has evaluated for too long. */
export interface Abandoned {
  readonly fact: PositionFact;
  /** Last evaluation, or the opening when there was none. */
  readonly lastAt: number;
  readonly silentMs: number;
  /** Null when the stop evidence cannot say. */
  readonly unprotected: boolean | null;
}

export type AbandonedPositions =
  | { readonly ok: true; readonly found: readonly Abandoned[]; readonly open: readonly PositionFact[] }
  | ({ readonly ok: false } & Missing);

/** Positions open at the window's end without an evaluation for longer than the limit (PM-04). */
export function abandonedPositions(
  positions: readonly PositionFact[],
  protection: ProtectionFacts,
  input: Pick<SectionInput<Queries, unknown>, 'window' | 'has'>,
  afterMin: number,
): AbandonedPositions {
  if (!input.has('position', 'last_evaluated_at')) {
    return { ok: false, ...missing('missing_column', 'position.last_evaluated_at') };
  }
  const open = positions.filter(({ closedAt }) => closedAt === null);
  if (open.length > 0 && open.every(({ row }) => row.last_evaluated_at === null)) {
    return { ok: false, ...missing('no_data', 'no open position has a last evaluation') };
  }
  const to = ms(input.window.to);
  const found = open.flatMap((fact): Abandoned[] => {
    const lastAt = timeOrNull(fact.row.last_evaluated_at) ?? fact.openedAt;
    const silentMs = to - lastAt;
    if (silentMs <= afterMin * 60_000) return [];
    const gaps = protection.ok ? protection.positions.find((one) => one.fact.id === fact.id)?.gaps : null;
    return [{ fact, lastAt, silentMs, unprotected: gaps == null ? null : gaps.some(({ atEnd }) => atEnd) }];
  });
  return { ok: true, found, open };
}
