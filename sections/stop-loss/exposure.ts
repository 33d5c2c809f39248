import { sum, ZERO, type Money } from '../../audit/decimal.ts';
import { mergeIntervals } from '../../audit/time.ts';
import { valueAt } from '../shared/facts/instruments.ts';
import type { Market } from '../shared/facts/market.ts';
import type { Gap, ProtectedPosition, Span } from '../shared/facts/protection.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { notionalMinutes } from '../shared/vocabulary/exposure-modifier.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { POSITION_COLUMNS, type Scope } from './cases.ts';
import { heldAt } from './coverage.ts';
import { causeOf, type GapCause } from './gap-causes.ts';
import type { Settings } from './input.ts';

/** Time without a stop, with what was at risk in it. */
export interface UnprotectedTime {
  readonly gap: Gap;
  readonly position: ProtectedPosition;
  /** Quantity x price at the end of the gap, quote currency. */
  readonly notional: Money;
  /** Integral of the notional over the gap in quote x minutes (SL5). */
  readonly notionalMinutes: Money;
}

export type ExposedGap = UnprotectedTime & {
  readonly cause: GapCause;
  /** Within the grace, and counted together with the others of its exchange. */
  readonly isShort: boolean;
};

/** Gaps longer than the grace, and the shorter ones of positions whose protection came and went. */
export function exposedGaps(scope: Scope): readonly ExposedGap[] {
  const broken = brokenProtection(scope);
  return scope.required
    .flatMap((position) => {
      const exposed = (gap: Gap, cause: GapCause, isShort: boolean): ExposedGap => ({
        ...atRisk(position, gap, scope.market),
        cause,
        isShort,
      });
      return [
        ...(position.gaps ?? []).map((gap) => exposed(gap, causeOf(position, gap, scope), false)),
        ...(broken.get(position) ?? []).map((gap) => exposed(gap, 'cancelled-first', true)),
      ];
    })
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
    notional = valueAt(fact.contract, heldAt(fact, at), price);
    minutes = minutes.plus(notionalMinutes(notional, (edges[index + 1] ?? gap.to) - at));
  });
  return { gap, position, notional, notionalMinutes: minutes };
}

/** Longer than a long gap, alone or together with the others of its kind. */
export function isLong({ gap, isShort }: ExposedGap, longGapS: number): boolean {
  return isShort || gap.to - gap.from > longGapS * 1000;
}

/** The time in which at least one position was unprotected, as merged spans. */
export function unprotectedSpans(gaps: readonly Pick<UnprotectedTime, 'gap'>[]): readonly Span[] {
  return mergeIntervals(gaps.map(({ gap: { from, to } }) => ({ from, to })));
}

/**
 * Gaps between two stops that each lie within the grace, where they are more than a share of the time held and add up
 * at one exchange to more than one long gap. The grace is for a change of a stop, not for a protection that comes and
 * goes. The wait for the first stop and the moment before the close are no part of it: each position has one of each.
 */
function brokenProtection({ required, window, settings }: Scope) {
  const { longGapS, nakedSharePct } = settings;
  const candidates = required.flatMap((position) => {
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
  return new Map<ProtectedPosition, readonly Gap[]>(
    [...groupBy(candidates, ({ position }) => position.fact.venue).values()]
      .filter((broken) => total(broken.flatMap(({ gaps }) => gaps)) > longGapS * 1000)
      .flat()
      .map(({ position, gaps }) => [position, gaps]),
  );
}

function total(gaps: readonly Span[]): number {
  return gaps.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The card's table: what was held, when the stop went, when the next was asked for, and what the exchange answered. */
export const gapTable = (settings: Settings) =>
  table<ExposedGap>({
    ...POSITION_COLUMNS,
    quantity: col.quantity('Quantity', ({ position }) => position.fact.quantity),
    notional: col.money('Notional', ({ position, notional }) => position.fact.unsized ?? notional),
    from: col.time('Unprotected from', ({ gap }) => gap.from),
    until: col.time('Until', ({ gap }) => (gap.atEnd ? null : gap.to)),
    cancelled: col.time('Stop cancelled', (found) => stopBefore(found, settings)?.endedAt ?? null),
    requested: col.time('New stop requested', (found) => nextStop(found, settings)?.requestedAt ?? null),
    answer: col.text('Answer', (found) => answerOf(nextStop(found, settings))),
  });

export function largestFirst(gaps: readonly ExposedGap[]): readonly ExposedGap[] {
  return [...gaps].sort((a, b) => b.notional.comparedTo(a.notional));
}

/** Each position counts once, with the largest notional that it had in a gap. */
export function largestNotional(gaps: readonly ExposedGap[]): Money {
  const byPosition = groupBy(gaps, ({ gap }) => gap.positionId);
  return sum([...byPosition.values()].flatMap((of) => largestFirst(of)[0]?.notional ?? []));
}

function stopBefore({ gap, position }: ExposedGap, { edgeMs }: Settings): StopOrder | undefined {
  return position.stops.findLast(
    ({ end, endedAt }) => end === 'cancelled' && (endedAt ?? Infinity) <= gap.from + edgeMs,
  );
}

function nextStop(found: ExposedGap, settings: Settings): StopOrder | undefined {
  const { gap, position } = found;
  const before = stopBefore(found, settings);
  const since = (before?.endedAt ?? position.fact.openedAt) - settings.pairS * 1000;
  return position.stops.find(
    ({ requestedAt: at }) => at >= since && at < gap.to && at > (before?.requestedAt ?? 0),
  );
}

function answerOf(stop: StopOrder | undefined): string {
  if (stop === undefined) return 'no request';
  if (stop.end === 'rejected') return stop.rejectCode === null ? 'rejected' : `rejected ${stop.rejectCode}`;
  if (stop.void === 'other-type') return `${stop.type}, which is no stop`;
  if (stop.quantity?.isZero() === true) return 'for a quantity of zero';
  return stop.ackAt === null ? 'no answer' : 'accepted';
}
