import type { Hypothesis } from '../../audit/root-cause.ts';
import { MIN_N, nearestRank } from '../../audit/statistics.ts';
import { hypothesis } from '../shared/vocabulary/hypothesis.ts';
import type { Market } from '../shared/facts/market.ts';
import { levelAt } from '../shared/facts/order-history.ts';
import { moveOf } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { at } from './cases.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import type { InitialStop } from './updates.ts';

/** A first stop that came. */
export type SetStop = InitialStop & { readonly setAt: number };

/** The first stops that came at one exchange, the slowest first, and whether they break a limit. */
export function firstStops(
  { initial, timesMissing }: Facts,
  venue: string | null,
  { initialRedMs, initialMaxMs }: Input['settings'],
) {
  const set = (timesMissing === null ? at(initial, venue) : [])
    .filter((stop): stop is SetStop => stop.setAt !== null)
    .sort((a, b) => b.latencyMs - a.latencyMs);
  const sorted = set.map(({ latencyMs }) => latencyMs).reverse();
  const p95 = sorted.length >= MIN_N.p95 ? nearestRank(sorted, 0.95) : null;
  const max = sorted.at(-1) ?? 0;
  const isTailSlow = p95 !== null && p95 > initialRedMs;
  return { set, p95, max, isTailSlow, isSlow: isTailSlow || max > initialMaxMs };
}

export function orderOf({ position, setAt }: SetStop): StopOrder | undefined {
  return position.stops.find(({ ackAt }) => ackAt === setAt);
}

/** Where most of the time passed. */
export function hypothesesOf(found: readonly SetStop[]): readonly Hypothesis[] {
  const spans = found.flatMap((late) => {
    const { fact, stops } = late.position;
    const order = orderOf(late);
    if (order === undefined) return [];
    const isRepeated = stops.some(({ requestedAt }) => requestedAt < order.requestedAt);
    const isLateRequest = order.requestedAt - fact.openedAt > late.setAt - order.requestedAt;
    return [isRepeated ? 'retries' : isLateRequest ? 'requested-late' : 'answered-late'];
  });
  const most = (id: string, sentence: string, predicate: string): Hypothesis => {
    const held = spans.filter((span) => span === id).length * 2 > spans.length;
    return hypothesis(id, sentence, [predicate, spans.length === 0 ? null : held]);
  };
  return [
    most(
      'retries',
      'Earlier requests for the stop failed and were repeated.',
      'most of the late stops had an earlier request',
    ),
    most(
      'requested-late',
      'The bot requests the stop late: it waits for the fill or for other work.',
      'most of the time passes between entry and request',
    ),
    most(
      'answered-late',
      'The exchange, or the way to it, answers late.',
      'most of the time passes between request and acknowledgement',
    ),
  ];
}

/** Whether the price went past the stop's trigger before the stop was there. */
export function movedBeyondPlan(late: SetStop, market: Market): boolean {
  const { venue, symbol, side, openedAt } = late.position.fact;
  const order = orderOf(late);
  const trigger = order ? levelAt(order.triggers, late.setAt).value : null;
  return (
    trigger !== null &&
    side !== 'unknown' &&
    market
      .pricesIn(venue, symbol, openedAt, late.setAt)
      .some(({ value }) => moveOf(side, trigger, value).lessThan(0))
  );
}
