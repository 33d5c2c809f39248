import { ZERO, type Money } from '../../audit/decimal.ts';
import { mergeIntervals } from '../../audit/time.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { Gap, ProtectedPosition, Span } from '../shared/facts/protection.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

/** A gap with what was at risk in it. */
export interface ExposedGap {
  readonly gap: Gap;
  readonly position: ProtectedPosition;
  /** Quantity x price at the end of the gap, quote currency. */
  readonly notional: Money;
  /** Integral of the notional over the gap in quote x minutes (SL5). */
  readonly notionalMinutes: Money;
  readonly cause: GapCause;
}

export type GapCause =
  | 'stop-rejected'
  | 'cancelled-not-replaced'
  | 'never-requested'
  | 'acknowledged-late'
  | 'stop-filled-remainder'
  | 'stop-fired-remainder'
  | 'stop-without-quantity'
  | 'stop-on-other-exchange'
  | 'never-acknowledged'
  | 'stop-expired'
  | 'update-gap'
  | 'intermittent'
  | 'unseen';

/** A request this long before a gap, or a replacement this long after a cancel, belongs to it. */
const NEAR_MS = 60_000;
const EDGE_MS = 5_000;

/** Gaps longer than the grace, and the shorter ones of positions whose protection came and went. */
export function exposedGaps(
  positions: readonly ProtectedPosition[],
  market: Market,
  byOrders: boolean,
  broken: ReadonlyMap<ProtectedPosition, readonly Gap[]>,
): readonly ExposedGap[] {
  return positions
    .flatMap((position) => [
      ...exposed(position, position.gaps ?? [], market, (gap) =>
        byOrders ? causeOf(position, gap) : 'unseen',
      ),
      ...exposed(position, broken.get(position) ?? [], market, () => 'intermittent'),
    ])
    .sort((a, b) => a.gap.from - b.gap.from || (a.position.fact.id < b.position.fact.id ? -1 : 1));
}

function exposed(
  position: ProtectedPosition,
  gaps: readonly Gap[],
  market: Market,
  cause: (gap: Gap) => GapCause,
): readonly ExposedGap[] {
  return gaps.map((gap) => ({ gap, position, ...atRisk(position.fact, gap, market), cause: cause(gap) }));
}

/** All time without a stop with what was at risk: SL5 knows no grace. */
export function bareTime(
  positions: readonly ProtectedPosition[],
  market: Market,
): readonly Omit<ExposedGap, 'cause'>[] {
  return positions.flatMap((position) =>
    (position.bare ?? []).map((gap) => ({ gap, position, ...atRisk(position.fact, gap, market) })),
  );
}

function atRisk(fact: PositionFact, gap: Span, market: Market): { notional: Money; notionalMinutes: Money } {
  const edges = [
    gap.from,
    ...market.pricesIn(fact.venue, fact.symbol, gap.from, gap.to).map(({ at }) => at),
    ...fact.steps.map(({ at }) => at).filter((at) => at > gap.from && at < gap.to),
  ].sort((a, b) => a - b);
  let [notional, minutes] = [ZERO, ZERO];
  edges.forEach((at, index) => {
    const held = fact.steps.findLast((step) => step.at <= at)?.quantity ?? fact.quantity;
    notional = held.times(market.priceAt(fact.venue, fact.symbol, at) ?? fact.entryPrice);
    minutes = minutes.plus(notional.times((edges[index + 1] ?? gap.to) - at).div(60_000));
  });
  return { notional, notionalMinutes: minutes };
}

/** What the stop orders around a gap say about it; the first that fits. */
function causeOf({ stops, fact }: ProtectedPosition, gap: Gap): GapCause {
  const inForce = (stop: StopOrder): boolean =>
    stop.requestedAt < gap.to && (stop.endedAt ?? Infinity) > gap.from;
  if (stops.some((stop) => stop.void === 'other-exchange' && inForce(stop))) return 'stop-on-other-exchange';
  if (stops.some((stop) => stop.void === 'never-acknowledged' && inForce(stop))) return 'never-acknowledged';
  if (stops.some((stop) => stop.quantity?.isZero() === true && inForce(stop))) return 'stop-without-quantity';
  const fired = ({ triggeredAt, end }: StopOrder): boolean =>
    end !== 'filled' && triggeredAt !== null && triggeredAt <= gap.from + EDGE_MS;
  if (stops.some((stop) => fired(stop) && stop.ackAt !== null)) return 'stop-fired-remainder';
  const asked = stops.filter(({ requestedAt }) => requestedAt >= gap.from - NEAR_MS && requestedAt < gap.to);
  if (asked.some(({ end, endedAt }) => end === 'rejected' && (endedAt ?? 0) <= gap.to))
    return 'stop-rejected';
  const before = stops.filter(
    ({ ackAt, endedAt }) => ackAt !== null && endedAt !== null && Math.abs(endedAt - gap.from) <= EDGE_MS,
  );
  const late = asked.some(({ ackAt }) => ackAt !== null && Math.abs(ackAt - gap.to) <= EDGE_MS);
  if (before.some(({ end }) => end === 'cancelled')) {
    return late && gap.to - gap.from <= NEAR_MS ? 'update-gap' : 'cancelled-not-replaced';
  }
  if (before.some(({ end }) => end === 'expired')) return 'stop-expired';
  if (before.some(({ end }) => end === 'filled')) return 'stop-filled-remainder';
  if (late) return 'acknowledged-late';
  return gap.from - fact.openedAt <= EDGE_MS || stops.length === 0 ? 'never-requested' : 'unseen';
}

/** Longer than a long gap, alone or together with the others of its kind. */
export function isLong({ gap, cause }: ExposedGap, longGapS: number): boolean {
  return cause === 'intermittent' || gap.to - gap.from > longGapS * 1000;
}

/** Minutes of the window in which at least one position was unprotected, as merged spans. */
export function unprotectedSpans(gaps: readonly Pick<ExposedGap, 'gap'>[]): readonly Span[] {
  return mergeIntervals(gaps.map(({ gap: { from, to } }) => ({ from, to })));
}
