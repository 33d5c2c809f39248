import { ZERO, type Money } from '../../audit/decimal.ts';
import { mergeIntervals } from '../../audit/time.ts';
import type { Market } from '../shared/facts/market.ts';
import type { Gap, ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { notionalMinutes } from '../shared/vocabulary/exposure-modifier.ts';
import { heldAt } from './coverage.ts';
import { causeOf, type GapCause } from './gap-causes.ts';
import { brokenProtection } from './intermittent.ts';
import type { Settings } from './settings.ts';

/** Time without a stop, with what was at risk in it. */
export interface UnprotectedTime {
  readonly gap: Gap;
  readonly position: ProtectedPosition;
  /** Quantity x price at the end of the gap, quote currency. */
  readonly notional: Money;
  /** Integral of the notional over the gap in quote x minutes (SL5). */
  readonly notionalMinutes: Money;
}

export type ExposedGap = UnprotectedTime & { readonly cause: GapCause };

/** Gaps longer than the grace, and the shorter ones of positions whose protection came and went. */
export function exposedGaps(
  positions: readonly ProtectedPosition[],
  window: Span,
  market: Market,
  byOrders: boolean,
  settings: Settings,
): readonly ExposedGap[] {
  const broken = brokenProtection(positions, window, settings);
  return positions
    .flatMap((position) => [
      ...(position.gaps ?? []).map((gap): ExposedGap => ({
        ...atRisk(position, gap, market),
        cause: byOrders ? causeOf(position, gap, settings) : 'unseen',
      })),
      ...(broken.get(position) ?? []).map((gap): ExposedGap => ({
        ...atRisk(position, gap, market),
        cause: 'intermittent',
      })),
    ])
    .sort((a, b) => a.gap.from - b.gap.from || (a.position.fact.id < b.position.fact.id ? -1 : 1));
}

/** What was at risk in a gap: the notional changes with every price and every fill in the gap. */
export function atRisk(position: ProtectedPosition, gap: Gap, market: Market): UnprotectedTime {
  const { fact } = position;
  const edges = [
    gap.from,
    ...market.pricesIn(fact.venue, fact.symbol, gap.from, gap.to).map(({ at }) => at),
    ...fact.steps.map(({ at }) => at).filter((at) => at > gap.from && at < gap.to),
  ].sort((a, b) => a - b);
  let [notional, minutes] = [ZERO, ZERO];
  edges.forEach((at, index) => {
    const price = market.priceAt(fact.venue, fact.symbol, at) ?? fact.entryPrice;
    notional = heldAt(fact, at).times(price);
    minutes = minutes.plus(notionalMinutes(notional, (edges[index + 1] ?? gap.to) - at));
  });
  return { gap, position, notional, notionalMinutes: minutes };
}

/** Longer than a long gap, alone or together with the others of its kind. */
export function isLong({ gap, cause }: ExposedGap, longGapS: number): boolean {
  return cause === 'intermittent' || gap.to - gap.from > longGapS * 1000;
}

/** The time in which at least one position was unprotected, as merged spans. */
export function unprotectedSpans(gaps: readonly Pick<UnprotectedTime, 'gap'>[]): readonly Span[] {
  return mergeIntervals(gaps.map(({ gap: { from, to } }) => ({ from, to })));
}
