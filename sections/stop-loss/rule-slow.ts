import { sum } from '../../audit/decimal.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { MIN_N, nearestRank } from '../../audit/statistics.ts';
import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import type { Market } from '../shared/facts/market.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num, policy } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { Facts } from './facts.ts';
import { at, idsOf, occurrenceOf, perVenue, POSITION_COLUMNS, symbolsOf } from './found-positions.ts';
import type { InitialStop } from './initial.ts';
import type { Input } from './input.ts';

type SetStop = InitialStop & { readonly setAt: number };

/** The first stop comes late, per exchange; judged on stops that came. Those that never did are SL-01's. */
export const slowInitialStop = rule<Facts, Input>()({
  id: 'SL-02',
  title: 'Slow initial stop',
  dimension: 'performance',
  condition: ({ initialRedMs, initialMaxMs }) =>
    `P95 of the first stop above ${String(initialRedMs / 1000)} s or one above ${String(initialMaxMs / 1000)} s; HIGH when the price passed the planned stop meanwhile`,
  effort: 'medium',
  find: (facts, { settings }) =>
    perVenue(facts.venues, (venue) => {
      const { set, isSlow } = firstStops(facts, venue, settings);
      return isSlow ? set.filter(({ latencyMs }) => latencyMs > settings.initialRedMs) : [];
    }),
  from: ({ from }) => from,
  numbers: ({ found, venue, facts, input: { settings } }) => {
    const { set, p95, max, isTailSlow } = firstStops(facts, venue, settings);
    return {
      slow: num.count('First stops above the limit', 'first stops slower than the P95 limit', found.length),
      samples: num.count('First stops', 'first stops acknowledged in the window', set.length),
      max: num.ms('Slowest first stop', 'max of acknowledgement - entry', max),
      limit: isTailSlow
        ? policy('stop-loss', settings, 'initialRedMs', 'Limit of P95')
        : policy('stop-loss', settings, 'initialMaxMs', 'Limit of one first stop'),
      notional: num.money(
        'Notional opened without a stop meanwhile',
        'sum of the entry notional of these positions',
        sum(found.map(({ position }) => position.fact.notional)),
      ),
      p95:
        isTailSlow && p95 !== null
          ? num.ms('P95 of the first stop', 'nearest-rank P95 of acknowledgement - entry', p95)
          : null,
      slo: policy('stop-loss', settings, 'initialSloMs', 'Objective of P95'),
      max_limit: policy('stop-loss', settings, 'initialMaxMs', 'Longest accepted first stop'),
    };
  },
  stake: 'notional',
  // Its ladder grades what the time without a stop cost, so a small exposure does not lower it.
  severity: ({ found, venue, facts: { market } }, register) =>
    withExposure(
      found.some((late) => movedBeyondPlan(late, market)) ? 'HIGH' : 'MEDIUM',
      exposureOf(
        sum(found.map(({ position, latencyMs }) => notionalMinutes(position.fact.notional, latencyMs))),
        market.equityAt(venue, Math.min(...found.map(({ position }) => position.fact.openedAt))),
      ),
      { lowers: false },
      register,
    ),
  causes: ({ found }) => hypotheses(found),
  otherwise: 'The records do not show where the time passes.',
  occurrence: (late) => occurrenceOf(late, late.position.fact.openedAt, late.setAt),
  evidence: {
    id: 'stop-loss.slow',
    title: 'Slowest first stops',
    table: () =>
      table<SetStop>({
        ...POSITION_COLUMNS,
        notional: col.money('Notional', ({ position }) => position.fact.notional),
        entered: col.time('Entry', ({ position }) => position.fact.openedAt),
        requested: col.time('Stop requested', (late) => orderOf(late)?.requestedAt ?? null),
        set: col.time('Stop in place', ({ setAt }) => setAt),
        latency: col.ms('Took (ms)', ({ latencyMs }) => latencyMs),
      }),
  },
  see: ({ found }) =>
    seeRows(
      'order',
      'position_id, id, status, created_at, venue_at',
      'position_id',
      idsOf(found),
      'position_id, created_at',
    ),
  words: (n, { found, place, note, occurrences, facts, input }) => ({
    title:
      n.p95 === ''
        ? text`A first stop at ${place} took ${n.max}`
        : text`P95 of the first stop at ${place} is ${n.p95}`,
    description: text`${n.slow} of ${n.samples} first stops (${symbolsOf(found)}) came late, the slowest after ${n.max}. The limit is ${n.limit}.${note}`,
    financial: found.some((late) => movedBeyondPlan(late, facts.market))
      ? 'The price moved past the planned stop before the stop was in place.'
      : 'The price did not pass the planned stop in the meantime, as far as prices by the minute show.',
    operational: 'Every entry depends on a second call that is slow.',
    risk: text`${n.notional} was open without a stop until then.`,
    detection: detectionOf(input.rows.alerts, occurrences),
    recommendation:
      'Attach the stop to the entry order or send both together, and do not let stops of several positions wait for each other.',
    verification: text`P95 of the first stop is at most ${n.slo} and no first stop takes longer than ${n.max_limit}.`,
  }),
});

/** The first stops that came at one exchange, the slowest first, and whether they break a limit. */
function firstStops(
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

function orderOf({ position, setAt }: SetStop): StopOrder | undefined {
  return position.stops.find(({ ackAt }) => ackAt === setAt);
}

function hypotheses(found: readonly SetStop[]): readonly Hypothesis[] {
  const spans = found.flatMap((late) => {
    const { fact, stops } = late.position;
    const order = orderOf(late);
    if (order === undefined) return [];
    const isRepeated = stops.some(({ requestedAt }) => requestedAt < order.requestedAt);
    const isLateRequest = order.requestedAt - fact.openedAt > late.setAt - order.requestedAt;
    return [isRepeated ? 'retries' : isLateRequest ? 'requested-late' : 'answered-late'];
  });
  const most = (id: string, sentence: string, predicate: string): Hypothesis => ({
    id,
    text: [sentence],
    predicates: [
      {
        text: predicate,
        held: spans.length === 0 ? null : spans.filter((span) => span === id).length * 2 > spans.length,
      },
    ],
  });
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
function movedBeyondPlan(late: SetStop, market: Market): boolean {
  const { fact } = late.position;
  const trigger = orderOf(late)?.trigger ?? null;
  if (trigger === null || fact.side === 'unknown') return false;
  return market
    .pricesIn(fact.venue, fact.symbol, fact.openedAt, late.setAt)
    .some(({ value }) => (fact.side === 'long' ? value.lessThan(trigger) : value.greaterThan(trigger)));
}
