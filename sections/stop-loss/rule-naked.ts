import { amount, sum } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { names, noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import { of, type Facts, type Input } from './facts.ts';
import type { StopUpdate } from './updates.ts';

/** SL-05: the old stop ends before the new one is acknowledged, per exchange. Longer gaps are SL-01's too. */
export function nakedUpdateGap(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  return facts.venues.flatMap((venue): FindingDraft[] => {
    const updates = facts.updates.filter(({ position }) => of(position, venue));
    const naked = updates.filter(({ nakedMs }) => nakedMs > input.settings.nakedGapMs);
    return naked.length === 0 ? [] : [draftOf(venue, naked, updates.length, facts, input, out)];
  });
}

function draftOf(
  venue: string,
  naked: readonly StopUpdate[],
  all: number,
  { protection, market }: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const { bot, settings } = input;
  const queries = protection.ok ? protection.queries : [];
  const byOrders = protection.ok && protection.evidence === 'orders';
  const figure = ruleFigures(out, {
    rule: 'SL-05',
    exchange: venue,
    basis: protection.ok ? protection.basis : 'no source',
    queries,
    currency: bot.quoteCurrency,
  });
  const longestMs = Math.max(...naked.map(({ nakedMs }) => nakedMs));
  const k = figure(
    'naked',
    naked.length,
    'count',
    'Updates with a naked gap',
    'updates whose old stop ended before the new one was acknowledged',
  );
  const n = figure('updates', all, 'count', 'Stop updates', 'stops replaced or amended in the window');
  const longest = figure(
    'longest',
    longestMs,
    'ms',
    'Longest naked gap',
    'max of acknowledgement of the new - end of the old',
  );
  const total = figure(
    'total',
    naked.reduce((time, { nakedMs }) => time + nakedMs, 0) / 1000,
    's',
    'Sum of the naked gaps',
    'sum of acknowledgement of the new - end of the old',
  );
  const limit = figure(
    'limit',
    settings.nakedGapMs,
    'ms',
    'Accepted naked gap',
    'policy stop-loss.nakedGapMs',
  );
  const distinct = [...groupBy(naked, ({ position }) => position.fact.id).values()].flatMap(
    (own) => own[0] ?? [],
  );
  const notional = figure(
    'notional',
    amount(sum(distinct.map(({ position }) => position.fact.notional))),
    'money',
    'Notional of these positions',
    'sum of entry notional, each position once',
  );
  // Its ladder grades the length of the gap, so a small exposure does not lower it.
  const { severity, note } = withExposure(
    longestMs > settings.nakedGapHighS * 1000 ? 'HIGH' : 'MEDIUM',
    exposureOf(
      sum(naked.map(({ position, nakedMs }) => notionalMinutes(position.fact.notional, nakedMs))),
      market.equityAt(venue, Math.min(...naked.map(({ at, nakedMs }) => at - nakedMs))),
    ),
    { lowers: false },
    figure,
  );
  const longestFirst = [...naked].sort((a, b) => b.nakedMs - a.nakedMs || a.at - b.at);
  const evidence = out.dataset({
    id: `stop-loss.naked.${venueSlug(venue)}`,
    title: `Stop updates with a naked gap, ${capitalised(venue)}`,
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'old', title: 'Old stop', unit: 'text' },
      { key: 'new', title: 'New stop', unit: 'text' },
      { key: 'cancelled', title: 'Old ended', unit: 'time' },
      { key: 'acknowledged', title: 'New acknowledged', unit: 'time' },
      { key: 'gap', title: 'Gap (ms)', unit: 'ms' },
    ],
    rows: longestFirst.map(({ position: { fact }, oldOrder, newOrder, at, nakedMs }) => [
      fact.id,
      fact.symbol,
      oldOrder,
      newOrder,
      iso(at - nakedMs),
      iso(at),
      nakedMs,
    ]),
    queries,
  });
  const occurrences = naked.map(({ position, at, nakedMs }) => ({
    subject: position.fact.symbol,
    at: iso(at - nakedMs),
    until: iso(at),
  }));
  const requestedAfter = naked.every(({ position, newOrder, at, nakedMs }) => {
    const order = position.stops.find(({ id }) => id === newOrder);
    return order !== undefined && order.requestedAt >= at - nakedMs - 1_000;
  });
  return {
    venue: venue === 'unknown' ? null : venue,
    severity,
    cause: rootCause(
      [
        {
          id: 'cancel-then-create',
          text: text`Stops are updated by cancelling the old one and then creating the new one.`,
          predicates: [
            { text: 'each new stop was acknowledged only after the old one had ended', held: true },
            {
              text: 'each new stop was requested at or after the cancellation',
              held: byOrders ? requestedAfter : null,
            },
          ],
        },
      ],
      text`The records do not show how stops are updated.`,
    ),
    title: text`${k} stop ${noun(naked.length, 'update')} at ${capitalised(venue)} left a gap without a stop`,
    description: text`${k} of ${n} stop updates (${names(naked.map(({ position }) => position.fact.symbol))}) ended the old stop before the new one was acknowledged, for up to ${longest} and ${total} in total. The limit is ${limit}.${note}`,
    occurrences,
    evidence,
    atStake: notional.figure,
    impact: {
      financial: text`Positions of ${notional} had no stop for these moments.`,
      operational: text`Every further update repeats it.`,
      risk: text`When the new stop is refused, the position stays without one.`,
    },
    detection: detectionOf(input.rows.alerts, occurrences),
    recommendation: text`Place the new stop first and cancel the old one after its acknowledgement, or amend the order.`,
    verification: text`The longest naked gap is ${limit} in the next windows.`,
    see: byOrders
      ? seeRows(
          'order',
          'position_id, id, status, trigger_price, created_at, venue_at, cancelled_at',
          'id',
          longestFirst.flatMap(({ oldOrder, newOrder }) => [oldOrder, newOrder].filter((id) => id !== null)),
          'position_id, created_at',
        )
      : seeRows(
          'stop_change',
          'position_id, at, kind, old_price, new_price, unprotected_window_ms',
          'position_id',
          longestFirst.map(({ position }) => position.fact.id),
          'position_id, at',
        ),
    effort: 'medium',
  };
}
