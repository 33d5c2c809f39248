import { money, type Money } from '../../../audit/decimal.ts';
import { isKnown, missing, type Missing } from '../../../audit/value.ts';
import type { PositionFact } from './position-facts.ts';
import { firstMissing } from './row-values.ts';

/** A closed position with its net result. */
export interface Result {
  readonly fact: PositionFact;
  readonly closedAt: number;
  readonly net: Money;
  readonly gross: Money | null;
  readonly fees: Money | null;
  readonly funding: Money | null;
}

/** Closed positions of one group: those with a result, and why the others have none. */
export interface Closed {
  readonly closed: number;
  readonly results: readonly Result[];
  /** Why the sums are missing; null when every closed position has a result. */
  readonly gap: Missing | null;
}

/** The figure of closed positions, one number by one name wherever it is stated. */
export const CLOSED_POSITIONS = {
  name: 'positions_closed',
  id: 'P2',
  unit: 'count',
  title: 'Positions closed',
  formula: 'positions whose quantity reached zero in [from, to)',
} as const;

/** Closed in the window, by closing time, then id: ties keep one order. */
export function closedOf(positions: readonly PositionFact[]): Closed {
  const closed = positions
    .filter(({ closedAt }) => closedAt !== null)
    .sort((a, b) => (a.closedAt ?? 0) - (b.closedAt ?? 0) || (a.id < b.id ? -1 : 1));
  const results = closed.flatMap((fact): Result[] => {
    const { closedAt, net, gross, fees, funding } = fact;
    if (!isKnown(net) || closedAt === null) return [];
    const parts = { gross: part(gross), fees: part(fees), funding: part(funding) };
    return [{ fact, closedAt, net: money(net.value), ...parts }];
  });
  const without = firstMissing(closed.map(({ net }) => net));
  if (!without) return { closed: closed.length, results, gap: null };
  const share = `${String(closed.length - results.length)} of ${String(closed.length)} closed positions have no result`;
  const detail = without.detail === undefined ? share : `${share}: ${without.detail}`;
  return { closed: closed.length, results, gap: missing(without.reason, detail) };
}

function part({ value }: PositionFact['gross']): Money | null {
  return value === null ? null : money(value);
}

/** What was traded behind the books belongs to the result, and nobody knows which part of it: the sums are not known. */
export function withUnclaimed(closed: Closed, fills: number): Closed {
  if (fills === 0 || closed.gap !== null) return closed;
  const gap = missing('inadequate_basis', `${String(fills)} fills of the window belong to no position`);
  return { ...closed, gap };
}
