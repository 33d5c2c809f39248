import { sum } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { at, distinct, idsOf, occurrenceOf, perVenue, POSITION_COLUMNS, symbolsOf } from './cases.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import type { StopUpdate } from './updates.ts';
import { missing } from '../../audit/value.ts';

const longestFirst = (found: readonly StopUpdate[]): readonly StopUpdate[] =>
  [...found].sort((a, b) => b.nakedMs - a.nakedMs || a.at - b.at);
const longestMs = (found: readonly StopUpdate[]): number => Math.max(...found.map(({ nakedMs }) => nakedMs));

/** The old stop ends before the new one is acknowledged, per exchange. Longer gaps are SL-01's too. */
export const nakedUpdateGap = rule<Facts, Input>()({
  id: 'SL-05',
  title: 'Gap without a stop while it is moved',
  dimension: 'risk',
  condition: ({ nakedGapMs, nakedGapHighS }) =>
    `an old stop ended ${nakedGapMs > 0 ? `more than ${String(nakedGapMs)} ms ` : ''}before the new one was acknowledged; HIGH above ${String(nakedGapHighS)} s, else MEDIUM`,
  effort: 'medium',
  find: ({ venues, updates }, { settings }) =>
    perVenue(venues, (venue) => at(updates, venue).filter(({ nakedMs }) => nakedMs > settings.nakedGapMs)),
  unseen: ({ hasTimes, from }) =>
    hasTimes ? null : missing('inadequate_basis', `${from.basis} has no times`),
  from: ({ from }) => from,
  numbers: ({ found, venue, facts, policy }) => ({
    naked: num.count('Updates that left a gap without a stop', found.length, {
      formula: 'updates whose old stop ended before the new one was acknowledged',
    }),
    updates: num.count('Stop updates', at(facts.updates, venue).length, {
      formula: 'stops replaced or amended in the window',
    }),
    longest: num.ms('Longest gap', longestMs(found), {
      formula: 'max of acknowledgement of the new - end of the old',
    }),
    total: num.s('Sum of the gaps', found.reduce((time, { nakedMs }) => time + nakedMs, 0) / 1000, {
      formula: 'sum of acknowledgement of the new - end of the old',
    }),
    limit: policy('nakedGapMs', 'Accepted gap'),
    notional: num.money('Notional of these positions', sum(distinct(found).map(({ notional }) => notional)), {
      formula: 'sum of entry notional, each position once',
    }),
  }),
  stake: 'notional',
  // Its ladder grades the length of the gap, so a small exposure does not lower it.
  severity: ({ found, venue, facts, input }, register) =>
    withExposure(
      longestMs(found) > input.settings.nakedGapHighS * 1000 ? 'HIGH' : 'MEDIUM',
      exposureOf(
        sum(found.map(({ position, nakedMs }) => notionalMinutes(position.fact.notional, nakedMs))),
        facts.market.equityAt(venue, Math.min(...found.map((update) => update.at - update.nakedMs))),
      ),
      { lowers: false, thresholds: input.shared.thresholds },
      register,
    ),
  causes: ({ found, facts, input }) => [
    {
      ...hypothesis(
        'cancel-then-create',
        'Stops are updated by cancelling the old one and then creating the new one.',
        [
          'each new stop was requested at or after the cancellation',
          facts.byOrders ? found.every((update) => isRequestedAfter(update, input.settings)) : null,
        ],
      ),
      recorded: true,
    },
  ],
  otherwise: 'The records do not show how stops are updated.',
  occurrence: (update) => occurrenceOf(update, update.at - update.nakedMs, update.at),
  evidence: {
    id: 'stop-loss.naked',
    title: 'Stop updates that left a gap without a stop',
    rows: ({ found }) => longestFirst(found),
    table: table<StopUpdate>({
      ...POSITION_COLUMNS,
      old: col.text('Old stop', ({ oldOrder }) => oldOrder),
      new: col.text('New stop', ({ newOrder }) => newOrder),
      cancelled: col.time('Old ended', (update) => update.at - update.nakedMs),
      acknowledged: col.time('New acknowledged', (update) => update.at),
      gap: col.ms('Gap (ms)', ({ nakedMs }) => nakedMs),
    }),
  },
  see: ({ found, facts }) =>
    facts.byOrders
      ? seeRows(
          'order',
          'position_id, id, status, trigger_price, created_at, venue_at, cancelled_at',
          'id',
          longestFirst(found).flatMap(({ oldOrder, newOrder }) => [oldOrder ?? [], newOrder ?? []].flat()),
          'position_id, created_at',
        )
      : seeRows(
          'stop_change',
          'position_id, at, kind, old_price, new_price, unprotected_window_ms',
          'position_id',
          idsOf(longestFirst(found)),
          'position_id, at',
        ),
  words: (n, { found, place, note, occurrences, input }) => ({
    title: text`${n.naked} stop ${noun(found.length, 'update')} at ${place} left a gap without a stop`,
    description: text`${n.naked} of ${n.updates} stop updates (${symbolsOf(found)}) ended the old stop before the new one was acknowledged, for up to ${n.longest} and ${n.total} in total. The limit is ${n.limit}.${note}`,
    financial: text`Positions of ${n.notional} had no stop for these moments.`,
    operational: 'Every further update repeats it.',
    risk: 'When the new stop is refused, the position stays without one.',
    detection: detectionOf(input, occurrences),
    recommendation:
      'Place the new stop first and cancel the old one after its acknowledgement, or amend the order.',
    verification: text`The longest gap without a stop while one is moved is ${n.limit} in the next windows.`,
  }),
});

function isRequestedAfter(
  { position, newOrder, at: acknowledgedAt, nakedMs }: StopUpdate,
  { requestLeadMs }: Input['settings'],
): boolean {
  const order = position.stops.find(({ id }) => id === newOrder);
  return order !== undefined && order.requestedAt >= acknowledgedAt - nakedMs - requestLeadMs;
}
