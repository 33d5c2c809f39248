import { amount, sum } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { MIN_N, nearestRank } from '../../audit/statistics.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import type { Market } from '../shared/facts/market.ts';
import { names, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import { of, type Facts, type Input } from './facts.ts';
import type { InitialStop } from './initial.ts';

type SetStop = InitialStop & { readonly setAt: number };

/** SL-02: the first stop comes late, per exchange; judged on stops that came. Those that never did are SL-01's. */
export function slowInitialStop(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  if (facts.initial === null || facts.timesMissing !== null) return [];
  const { initialRedMs, initialMaxMs } = input.settings;
  return facts.venues.flatMap((venue): FindingDraft[] => {
    const set = (facts.initial ?? []).filter(
      (one): one is SetStop => one.setAt !== null && of(one.position, venue),
    );
    const sorted = set.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
    const p95 = sorted.length >= MIN_N.p95 ? nearestRank(sorted, 0.95) : null;
    const max = sorted.at(-1) ?? 0;
    const tail = p95 !== null && p95 > initialRedMs;
    if (!tail && max <= initialMaxMs) return [];
    const slow = set
      .filter(({ latencyMs }) => latencyMs > initialRedMs)
      .sort((a, b) => b.latencyMs - a.latencyMs);
    return [draftOf(venue, slow, set.length, { p95, max, tail }, facts, input, out)];
  });
}

function draftOf(
  venue: string,
  slow: readonly SetStop[],
  samples: number,
  { p95, max, tail }: { p95: number | null; max: number; tail: boolean },
  { protection, market }: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const { bot, settings } = input;
  const queries = protection.ok ? protection.queries : [];
  const figure = ruleFigures(out, {
    rule: 'SL-02',
    exchange: venue,
    basis: protection.ok ? protection.basis : 'no source',
    queries,
    currency: bot.quoteCurrency,
  });
  const k = figure(
    'slow',
    slow.length,
    'count',
    'First stops above the limit',
    'first stops slower than the P95 limit',
  );
  const n = figure('samples', samples, 'count', 'First stops', 'first stops acknowledged in the window');
  const longest = figure('max', max, 'ms', 'Slowest first stop', 'max of acknowledgement - entry');
  const bound = tail
    ? figure('limit', settings.initialRedMs, 'ms', 'Limit of P95', 'policy stop-loss.initialRedMs')
    : figure(
        'limit',
        settings.initialMaxMs,
        'ms',
        'Limit of one first stop',
        'policy stop-loss.initialMaxMs',
      );
  const notional = figure(
    'notional',
    amount(sum(slow.map(({ position }) => position.fact.notional))),
    'money',
    'Notional opened without a stop meanwhile',
    'sum of the entry notional of these positions',
  );
  const exposure = exposureOf(
    sum(slow.map(({ position, latencyMs }) => notionalMinutes(position.fact.notional, latencyMs))),
    market.equityAt(venue, Math.min(...slow.map(({ position }) => position.fact.openedAt))),
  );
  const moved = slow.some((one) => movedBeyondPlan(one, market));
  // Its ladder grades what the time without a stop cost, so a small exposure does not lower it.
  const { severity, note } = withExposure(moved ? 'HIGH' : 'MEDIUM', exposure, { lowers: false }, figure);
  const evidence = out.dataset({
    id: `stop-loss.slow.${venueSlug(venue)}`,
    title: `Slowest first stops, ${capitalised(venue)}`,
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'notional', title: 'Notional', unit: 'money', currency: bot.quoteCurrency },
      { key: 'entered', title: 'Entry', unit: 'time' },
      { key: 'requested', title: 'Stop requested', unit: 'time' },
      { key: 'set', title: 'Stop in place', unit: 'time' },
      { key: 'latency', title: 'Took (ms)', unit: 'ms' },
    ],
    rows: slow.map(({ position: { fact, stops }, setAt, latencyMs }) => {
      const order = stops.find(({ ackAt }) => ackAt === setAt);
      return [
        fact.id,
        fact.symbol,
        fact.notional.toFixed(),
        iso(fact.openedAt),
        order === undefined ? null : iso(order.requestedAt),
        iso(setAt),
        latencyMs,
      ];
    }),
    queries,
  });
  const occurrences = slow.map(({ position, setAt }) => ({
    subject: position.fact.symbol,
    at: iso(position.fact.openedAt),
    until: iso(setAt),
  }));
  const title =
    tail && p95 !== null
      ? figure('p95', p95, 'ms', 'P95 of the first stop', 'nearest-rank P95 of acknowledgement - entry')
      : longest;
  return {
    venue: venue === 'unknown' ? null : venue,
    severity,
    cause: causeOf(slow),
    title: tail
      ? text`P95 of the first stop at ${capitalised(venue)} is ${title}`
      : text`A first stop at ${capitalised(venue)} took ${title}`,
    description: text`${k} of ${n} first stops (${names(slow.map(({ position }) => position.fact.symbol))}) came late, the slowest after ${longest}. The limit is ${bound}.${note}`,
    occurrences,
    evidence,
    atStake: notional.figure,
    impact: {
      financial: moved
        ? text`The price moved past the planned stop before the stop was in place.`
        : text`The price did not pass the planned stop in the meantime, as far as prices by the minute show.`,
      operational: text`Every entry depends on a second call that is slow.`,
      risk: text`${notional} was open without a stop until then.`,
    },
    detection: detectionOf(input.rows.alerts, occurrences),
    recommendation: text`Attach the stop to the entry order or send both together, and do not let stops of several positions wait for each other.`,
    verification: text`P95 of the first stop is at most ${figure('slo', settings.initialSloMs, 'ms', 'Objective of P95', 'policy stop-loss.initialSloMs')} and no first stop takes longer than ${figure('max_limit', settings.initialMaxMs, 'ms', 'Longest accepted first stop', 'policy stop-loss.initialMaxMs')}.`,
    see: seeRows(
      'order',
      'position_id, id, status, created_at, venue_at',
      'position_id',
      slow.map(({ position }) => position.fact.id),
      'position_id, created_at',
    ),
    effort: 'medium',
  };
}

function causeOf(slow: readonly SetStop[]): FindingDraft['cause'] {
  const spans = slow.flatMap(({ position: { fact, stops }, setAt }) => {
    const order = stops.find(({ ackAt }) => ackAt === setAt);
    return order
      ? [
          {
            wait: order.requestedAt - fact.openedAt,
            answer: setAt - order.requestedAt,
            tries: stops.filter(({ requestedAt }) => requestedAt < order.requestedAt).length,
          },
        ]
      : [];
  });
  const most = (test: (span: (typeof spans)[number]) => boolean): boolean | null =>
    spans.length === 0 ? null : spans.filter(test).length * 2 > spans.length;
  return rootCause(
    [
      {
        id: 'retries',
        text: text`Earlier requests for the stop failed and were repeated.`,
        predicates: [
          { text: 'most of the late stops had an earlier request', held: most(({ tries }) => tries > 0) },
        ],
      },
      {
        id: 'requested-late',
        text: text`The bot requests the stop late: it waits for the fill or for other work.`,
        predicates: [
          {
            text: 'most of the time passes between entry and request',
            held: most(({ wait, answer, tries }) => tries === 0 && wait > answer),
          },
        ],
      },
      {
        id: 'answered-late',
        text: text`The exchange, or the way to it, answers late.`,
        predicates: [
          {
            text: 'most of the time passes between request and acknowledgement',
            held: most(({ wait, answer, tries }) => tries === 0 && answer >= wait),
          },
        ],
      },
    ],
    text`The records do not show where the time passes.`,
  );
}

/** Whether the price went past the stop's trigger before the stop was there. */
function movedBeyondPlan({ position: { fact, stops }, setAt }: SetStop, market: Market): boolean {
  const trigger = stops.find(({ ackAt }) => ackAt === setAt)?.trigger ?? null;
  if (trigger === null || fact.side === 'unknown') return false;
  return market
    .pricesIn(fact.venue, fact.symbol, fact.openedAt, setAt)
    .some(({ value }) => (fact.side === 'long' ? value.lessThan(trigger) : value.greaterThan(trigger)));
}
