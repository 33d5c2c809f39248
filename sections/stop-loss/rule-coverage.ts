import { sum, ZERO } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { valueAt } from '../shared/facts/instruments.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { noun } from '../shared/vocabulary/words.ts';
import {
  distinct,
  occurrenceOf,
  POSITION_COLUMNS,
  seeStops,
  symbolsOf,
  unsizedOf,
  venueOf,
} from './cases.ts';
import type { Uncovered } from './coverage.ts';
import { coverageHypotheses, FAULTS } from './gap-causes.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** What one finding is about. */
function aboutOf(found: readonly Uncovered[]) {
  const fault = found[0]?.fault ?? 'quantity';
  return { ...FAULTS[fault], fault, count: distinct(found).length };
}

/** A stop that does not do its work, one finding per exchange and fault. */
export const stopDoesNotCover = rule<Facts, Input>()({
  id: 'SL-03',
  title: 'Stop does not cover',
  dimension: 'risk',
  condition:
    'coverage below 100 % HIGH; wrong side, not reduce-only or beyond the liquidation price CRITICAL',
  effort: 'low',
  find: ({ uncovering }) =>
    groupsByVenue(uncovering, venueOf, ({ fault }) => ({ cause: FAULTS[fault].cause })).map((group) => ({
      ...group,
      of: aboutOf(group.found),
    })),
  from: ({ from }) => from,
  numbers: ({ found, of }) => ({
    positions: num.count(`Positions ${of.title}`, of.count, 'distinct positions of this finding'),
    uncovered: num.money(
      'Notional that no stop covers',
      unsizedOf(found) ??
        sum(
          [...new Map(found.map((part) => [part.position.fact.id, part])).values()].map(
            ({ position, coveragePct }) => position.fact.notional.times(100 - coveragePct).div(100),
          ),
        ),
      'sum of entry notional x (100 % - coverage)',
    ),
    worst: num.percent('Worst coverage', Math.min(...found.map(({ coveragePct }) => coveragePct)), {
      formula: 'min of stop quantity / position quantity',
    }),
    limit: num.percent('Coverage that is needed', 100, 'catalogue SL8'),
  }),
  stake: 'uncovered',
  // Sides, flags and liquidation prices are CRITICAL whatever the exposure; a part without a stop is graded by it.
  severity: ({ found, of, venue, facts, input }, register) =>
    of.fault !== 'quantity'
      ? 'CRITICAL'
      : withExposure(
          'HIGH',
          unsizedOf(found) === null
            ? exposureOf(
                sum(
                  found.map(({ position: { fact }, uncoveredQuantityMs }) =>
                    notionalMinutes(valueAt(fact.contract, uncoveredQuantityMs ?? ZERO, fact.entryPrice), 1),
                  ),
                ),
                facts.market.equityAt(venue, Math.min(...found.map(({ from }) => from))),
              )
            : null,
          { lowers: true, thresholds: input.shared.thresholds },
          register,
        ),
  causes: ({ found, of, facts }) => coverageHypotheses(of.fault, found, facts.byOrders),
  otherwise: 'The records do not show why the stop was placed like this.',
  occurrence: (uncovered) => occurrenceOf(uncovered, uncovered.from, uncovered.to),
  evidence: {
    id: 'stop-loss.coverage',
    suffix: ({ of }) => of.fault,
    title: ({ of }) => `Positions ${of.title}`,
    table: table<Uncovered>({
      ...POSITION_COLUMNS,
      side: col.text('Side', ({ position }) => position.fact.side),
      held: col.quantity('Held', ({ heldQuantity }) => heldQuantity),
      stop: col.quantity('Stop quantity', ({ stopQuantity }) => stopQuantity),
      entry: col.price('Entry', ({ position }) => position.fact.entryPrice),
      trigger: col.price('Trigger', ({ trigger }) => trigger),
      from: col.time('From', ({ from }) => from),
      until: col.time('Until', ({ to }) => to),
    }),
  },
  see: ({ found, facts }) =>
    seeStops(found, facts.byOrders, {
      order: 'side, quantity, trigger_price, reduce_only, status, created_at',
      position: 'side, entry_price, stop_loss_price, status',
    }),
  words: (n, { found, of, place, note, occurrences, facts, input }) => {
    const { fault, title, now, advice, risk, count } = of;
    const symbols = symbolsOf(found);
    const standing = found.filter(({ to }) => to >= ms(input.window.to));
    const positions = text`${n.positions} ${noun(count, 'position')} ${title}`;
    const source = facts.byOrders ? '' : ', by the stop price in the bot\u2019s own rows';
    return {
      title: positions,
      description:
        fault === 'quantity'
          ? text`The stops of ${symbols} on ${place} covered as little as ${n.worst} of the position; ${n.limit} is needed.${note}`
          : text`${symbols} on ${place}: ${positions}${source}. None is allowed.`,
      financial: text`${n.uncovered} ${standing.length === found.length ? 'has' : 'had'} no working stop.`,
      operational: 'A stop is counted as placed although it does not protect.',
      risk,
      detection: detectionOf(input, occurrences),
      recommendation:
        standing.length === 0
          ? advice
          : `${now(`${noun(distinct(standing).length, 'the stop', 'the stops')} of ${symbolsOf(standing)} on ${place}`)}. ${advice}`,
      verification: text`Every stop covers ${n.limit} of its position, on the right side, reduce-only and before the liquidation price.`,
    };
  },
});
