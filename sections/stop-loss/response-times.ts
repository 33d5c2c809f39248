import { formatReason } from '../../audit/format.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { latency, MIN_N, nearestRank } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown } from '../../audit/value.ts';
import type { Market } from '../shared/facts/market.ts';
import { levelAt } from '../shared/facts/order-history.ts';
import { moveOf } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { hypothesis } from '../shared/vocabulary/rule.ts';
import { lines, unshown, type ColumnOf, type Line } from '../shared/vocabulary/lines.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { at, first } from './cases.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import type { InitialStop } from './updates.ts';

const STATISTICS = { avg: 'average', p95: 'P95', p99: 'P99', max: 'max' } as const;
type Statistic = keyof typeof STATISTICS;

/** What is timed, with its samples. */
export function operationsOf({ initial, updates }: Facts) {
  return [
    {
      name: 'stop_set',
      id: 'SL6',
      title: 'Initial stop set',
      formula:
        'acknowledgement of the first stop - entry; a stop that never came counts with the time without it',
      samples: initial
        .filter(({ setAt, latencyMs }) => setAt !== null || latencyMs > 0)
        .map(({ position, latencyMs }) => ({
          position,
          latencyMs,
          endedAt: position.fact.openedAt + latencyMs,
        })),
    },
    {
      name: 'stop_update',
      id: 'SL7',
      title: 'Stop updated',
      formula: 'acknowledgement of the new stop - request (or end of the old stop, if earlier)',
      samples: updates.flatMap(({ position, latencyMs, at: endedAt }) =>
        latencyMs === null ? [] : [{ position, latencyMs, endedAt }],
      ),
    },
  ];
}

/** SL6 and SL7 at one exchange or in total: nearest-rank percentiles of pooled samples, each with its n. */
export function responseTimes(facts: Facts, input: Input, venue: string | null) {
  const { timesMissing: unseen } = facts;
  return lines({
    columns: Object.entries(STATISTICS).map(([stat, title]): ColumnOf<Statistic> => ({
      is: stat as Statistic,
      title: capitalised(title),
      labels: { stat, ...(venue !== null && { exchange: venue }) },
      ...(venue !== null && { suffix: `, ${capitalised(venue)}` }),
    })),
    ...facts.from,
    currency: input.bot.quoteCurrency,
    unseen,
    lines: operationsOf(facts).map(({ name, id, title, formula, samples }): Line<Statistic> => {
      const times = latency(at(samples, venue).map(({ latencyMs }) => latencyMs));
      const slowest = first(at(samples, venue), ({ latencyMs }) => latencyMs)?.endedAt ?? null;
      const count = text`${fig(`${name}_samples`)} samples`;
      return {
        name,
        id,
        unit: 'ms',
        title: (stat) => `${title}, ${STATISTICS[stat]}`,
        formula: (stat) => `${STATISTICS[stat]} of ${formula}`,
        of: (stat) => ({ value: times[stat], n: times.n }),
        when: (stat) => (stat === 'max' ? slowest : undefined),
        row: title,
        note:
          unseen !== null
            ? formatReason(unseen.reason, unseen.detail)
            : isKnown(times.p95)
              ? count
              : text`${count}, too few for a percentile`,
      };
    }),
  });
}

/** How many samples each of them has. */
export function sampleLines(facts: Facts): readonly Line[] {
  return operationsOf(facts).map(({ name, id, title, formula, samples }) =>
    unshown(id, 'count', `${name}_samples`, `${title}, samples`, {
      formula: `number of samples of: ${formula}`,
      unseen: facts.timesMissing,
      of: (venue) => at(samples, venue).length,
    }),
  );
}

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
