import { sum } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { idsOf, occurrenceOf, perVenue, POSITION_COLUMNS, symbolsOf } from './cases.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { firstStops, hypothesesOf, movedBeyondPlan, orderOf, type SetStop } from './response-times.ts';

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
  unseen: ({ timesMissing }) => timesMissing,
  from: ({ from }) => from,
  numbers: ({ found, venue, facts, input: { settings }, policy }) => {
    const { set, p95, max, isTailSlow } = firstStops(facts, venue, settings);
    return {
      slow: num.count('First stops above the limit', found.length, 'first stops slower than the P95 limit'),
      samples: num.count('First stops', set.length, 'first stops acknowledged in the window'),
      max: num.ms('Slowest first stop', max, 'max of acknowledgement - entry'),
      limit: isTailSlow
        ? policy('initialRedMs', 'Limit of P95')
        : policy('initialMaxMs', 'Limit of one first stop'),
      notional: num.money(
        'Notional opened without a stop meanwhile',
        sum(found.map(({ position }) => position.fact.notional)),
        'sum of the entry notional of these positions',
      ),
      p95:
        isTailSlow && p95 !== null
          ? num.ms('P95 of the first stop', p95, 'nearest-rank P95 of acknowledgement - entry')
          : null,
      slo: policy('initialSloMs', 'Objective of P95'),
      max_limit: policy('initialMaxMs', 'Longest accepted first stop'),
    };
  },
  stake: 'notional',
  // Its ladder grades what the time without a stop cost, so a small exposure does not lower it.
  severity: ({ found, venue, facts: { market }, input }, register) =>
    withExposure(
      found.some((late) => movedBeyondPlan(late, market)) ? 'HIGH' : 'MEDIUM',
      exposureOf(
        sum(found.map(({ position, latencyMs }) => notionalMinutes(position.fact.notional, latencyMs))),
        market.equityAt(venue, Math.min(...found.map(({ position }) => position.fact.openedAt))),
      ),
      { lowers: false, thresholds: input.shared.thresholds },
      register,
    ),
  causes: ({ found }) => hypothesesOf(found),
  otherwise: 'The records do not show where the time passes.',
  occurrence: (late) => occurrenceOf(late, late.position.fact.openedAt, late.setAt),
  evidence: {
    id: 'stop-loss.slow',
    title: 'Slowest first stops',
    table: table<SetStop>({
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
    detection: detectionOf(input, occurrences),
    recommendation:
      'Attach the stop to the entry order or send both together, and do not let stops of several positions wait for each other.',
    verification: text`P95 of the first stop is at most ${n.slo} and no first stop takes longer than ${n.max_limit}.`,
  }),
});
