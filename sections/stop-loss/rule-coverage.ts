import { sum, ZERO } from '../../audit/decimal.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { exposureOf, notionalMinutes, withExposure } from '../shared/vocabulary/exposure-modifier.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { noun } from '../shared/vocabulary/words.ts';
import type { Uncovered } from './coverage.ts';
import { FAULTS } from './fault-words.ts';
import type { Facts } from './facts.ts';
import { distinct, idsOf, occurrenceOf, POSITION_COLUMNS, symbolsOf, venueOf } from './found-positions.ts';
import type { Input } from './input.ts';
import { growthsOf } from './quantity-steps.ts';

const faultOf = (found: readonly Uncovered[]) => found[0]?.fault ?? 'quantity';
const wordsOf = (found: readonly Uncovered[]) => FAULTS[faultOf(found)];

/** A stop that does not do its work, one finding per exchange and fault. */
export const stopDoesNotCover = rule<Facts, Input>()({
  id: 'SL-03',
  title: 'Stop does not cover',
  dimension: 'risk',
  condition:
    'coverage below 100 % HIGH; wrong side, not reduce-only or beyond the liquidation price CRITICAL',
  effort: 'low',
  find: ({ uncovering }) =>
    groupsByVenue(uncovering, venueOf, ({ fault }) => ({ cause: FAULTS[fault].cause })),
  from: ({ from }) => from,
  numbers: ({ found }) => ({
    positions: num.count(
      `Positions ${wordsOf(found).title}`,
      'distinct positions of this finding',
      distinct(found).length,
    ),
    uncovered: num.money(
      'Notional that no stop covers',
      'sum of entry notional x (100 % - coverage)',
      sum(
        [...new Map(found.map((part) => [part.position.fact.id, part])).values()].map(
          ({ position, coveragePct }) => position.fact.notional.times(100 - coveragePct).div(100),
        ),
      ),
    ),
    worst: num.percent(
      'Worst coverage',
      'min of stop quantity / position quantity',
      Math.min(...found.map(({ coveragePct }) => coveragePct)),
    ),
    limit: num.percent('Coverage that is needed', 'catalogue SL8', 100),
  }),
  stake: 'uncovered',
  // Sides, flags and liquidation prices are CRITICAL whatever the exposure; a part without a stop is graded by it.
  severity: ({ found, venue, facts }, register) =>
    faultOf(found) !== 'quantity'
      ? 'CRITICAL'
      : withExposure(
          'HIGH',
          exposureOf(
            sum(
              found.map(({ position, uncoveredQuantityMs }) =>
                notionalMinutes(position.fact.entryPrice, 1).times(uncoveredQuantityMs ?? ZERO),
              ),
            ),
            facts.market.equityAt(venue, Math.min(...found.map(({ from }) => from))),
          ),
          { lowers: true },
          register,
        ),
  causes: ({ found, facts }) =>
    faultOf(found) === 'quantity' ? quantityHypotheses(found) : [faultHypothesis(found, facts.byOrders)],
  otherwise: 'The records do not show why the stop was placed like this.',
  occurrence: (uncovered) => occurrenceOf(uncovered, uncovered.from, uncovered.to),
  evidence: {
    id: 'stop-loss.coverage',
    suffix: ({ found }) => faultOf(found),
    title: ({ found }) => `Positions ${wordsOf(found).title}`,
    table: () =>
      table<Uncovered>({
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
    facts.byOrders
      ? seeRows(
          'order',
          'position_id, id, side, quantity, trigger_price, reduce_only, status, created_at',
          'position_id',
          idsOf(found),
          'position_id, created_at',
        )
      : seeRows(
          'position',
          'id, exchange, symbol, side, entry_price, stop_loss_price, status',
          'id',
          idsOf(found),
          'opened_at',
        ),
  words: (n, { found, place, note, occurrences, facts, input }) => {
    const { title, advice, risk } = wordsOf(found);
    const symbols = symbolsOf(found);
    const positions = text`${n.positions} ${noun(distinct(found).length, 'position')} ${title}`;
    const source = facts.byOrders ? '' : ', by the stop price in the bot\u2019s own rows';
    return {
      title: positions,
      description:
        faultOf(found) === 'quantity'
          ? text`The stops of ${symbols} on ${place} covered as little as ${n.worst} of the position; ${n.limit} is needed.${note}`
          : text`${symbols} on ${place}: ${positions}${source}. None is allowed.`,
      financial: text`${n.uncovered} had no working stop.`,
      operational: 'A stop is counted as placed although it does not protect.',
      risk,
      detection: detectionOf(input.rows.alerts, occurrences),
      recommendation: advice,
      verification: text`Every stop covers ${n.limit} of its position, on the right side, reduce-only and before the liquidation price.`,
    };
  },
});

function faultHypothesis(found: readonly Uncovered[], byOrders: boolean): Hypothesis {
  const { cause, sent } = wordsOf(found);
  return {
    id: cause,
    text: [
      byOrders
        ? sent
        : 'The stop price in the row lies past the entry: it was computed for the other side, or written to the wrong position.',
    ],
    predicates: [
      { text: 'the recorded trigger, side or flag of every listed stop shows it', held: true },
      ...(byOrders ? [] : [{ text: 'the stop at the exchange has the same trigger', held: null }]),
    ],
  };
}

function quantityHypotheses(found: readonly Uncovered[]): readonly Hypothesis[] {
  const grew = found.map(({ position, from }) => growthsOf(position.fact).some(({ at }) => at <= from));
  return [
    {
      id: 'scale-in-without-resize',
      text: ['The position grew by further fills, and the stop was not resized.'],
      predicates: [
        { text: 'each position grew before the time of the worst coverage', held: !grew.includes(false) },
      ],
    },
    {
      id: 'placed-too-small',
      text: ['The stop was placed for less than the position held at that time.'],
      predicates: [
        { text: 'no position grew before the time of the worst coverage', held: !grew.includes(true) },
      ],
    },
  ];
}
