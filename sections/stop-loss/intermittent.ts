import { groupBy } from '../shared/facts/row-values.ts';
import type { Gap, ProtectedPosition, Span } from '../shared/facts/protection.ts';
import type { Settings } from './settings.ts';

/**
 * Gaps between two stops that each lie within the grace, where they are more than a share of the time held and add up
 * at one exchange to more than one long gap. The grace is for a change of a stop, not for a protection that comes and
 * goes. The wait for the first stop and the moment before the close are no part of it: each position has one of each.
 */
export function brokenProtection(
  positions: readonly ProtectedPosition[],
  window: Span,
  { longGapS, nakedSharePct }: Settings,
): ReadonlyMap<ProtectedPosition, readonly Gap[]> {
  const candidates = positions.flatMap((position) => {
    const { fact, gaps: longer, bare } = position;
    const end = Math.min(fact.closedAt ?? window.to, window.to);
    const long = new Set(longer?.map(({ from }) => from));
    const gaps = (bare ?? []).filter(({ from, to }) => !long.has(from) && from > fact.openedAt && to < end);
    const held = end - Math.max(fact.openedAt, window.from);
    if (gaps.length === 0 || total(gaps) < (held * nakedSharePct) / 100) return [];
    const since = end - longGapS * 1000;
    const last = (bare ?? []).map(({ from, to }) => ({ from: Math.max(from, since), to }));
    // More often without a stop than with one when the window ended.
    const atEnd = fact.closedAt === null && total(last.filter(({ from, to }) => to > from)) > longGapS * 500;
    return { position, gaps: gaps.map((gap) => ({ ...gap, atEnd: atEnd && gap === gaps.at(-1) })) };
  });
  return new Map(
    [...groupBy(candidates, ({ position }) => position.fact.venue).values()]
      .filter((broken) => total(broken.flatMap(({ gaps }) => gaps)) > longGapS * 1000)
      .flat()
      .map(({ position, gaps }) => [position, gaps]),
  );
}

function total(gaps: readonly Span[]): number {
  return gaps.reduce((sum, { from, to }) => sum + to - from, 0);
}
