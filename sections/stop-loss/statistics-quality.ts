import { sum, type Money } from '../../audit/decimal.ts';
import { latency } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import { levelAt } from '../shared/facts/order-history.ts';
import type { ProtectedPosition } from '../shared/facts/protection.ts';
import { liquidationOf } from '../shared/facts/liquidation.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import { positionsQuery, pricesQuery } from '../shared/queries/trading.ts';
import { shown, unshown, type Computed, type Line } from '../shared/vocabulary/lines.ts';
import { at, distinct, first, type OfPosition } from './cases.ts';
import { areSpot, NONE_IN_SPOT } from '../shared/facts/spot-positions.ts';
import { NO_ORDERS, unlessSeen, type Facts } from './facts.ts';
import type { Input } from './input.ts';

/** What comes of the values that the cases of a column have; `none` says why it is not known without any. */
const overValues =
  <C extends OfPosition, V>(
    cases: readonly C[],
    valueOf: (one: C) => V | null,
    computed: (values: readonly V[]) => Computed,
    none: string,
  ): Line['of'] =>
  (venue) => {
    const values = at(cases, venue).flatMap((one) => valueOf(one) ?? []);
    return values.length === 0 ? missing('no_data', none) : computed(values);
  };
const smallest = (values: readonly number[]) => Math.min(...values);

/** SL8 to SL11: does the stop cover, what did it cost, did it hold the plan, does it come before the liquidation. */
export function qualityLines(facts: Facts, input: Input): readonly Line[] {
  const { coverage, uncovering, triggered, byOrders } = facts;
  const unseen = unlessSeen(facts, byOrders, NO_ORDERS);
  return [
    shown('SL8', 'percent', 'stop_coverage', 'Worst coverage while a stop stood', {
      formula:
        'min over positions and time of min(stop quantity, position quantity) / position quantity, while a stop stood',
      unseen,
      of: overValues(coverage, ({ coveragePct }) => coveragePct, smallest, 'no position with a stop'),
      when: (venue) => first(at(coverage, venue), ({ coveragePct }) => -coveragePct)?.from ?? null,
    }),
    unshown('SL8', 'count', 'stops_uncovering', 'Positions whose stop does not cover them', {
      formula:
        'positions with coverage below 100 %, a stop on the wrong side, not reduce-only, or behind the liquidation price',
      of: (venue) => {
        const count = distinct(at(uncovering, venue)).length;
        return byOrders || count > 0 ? count : NO_ORDERS;
      },
    }),
    ...slippageLines(facts),
    shown('SL10', 'ratio', 'loss_over_plan', 'Loss / planned loss, worst', {
      formula: 'loss at the stop exit / (|entry - first stop| x quantity); exits in profit have none',
      unseen,
      of: overValues(
        triggered,
        ({ lossOverPlan }) => lossOverPlan,
        (ratios) => Math.max(...ratios),
        'no losing exit at a planned stop',
      ),
      note: 'first stop is the plan',
      when: (venue) =>
        first(
          at(triggered, venue).filter(({ lossOverPlan }) => lossOverPlan !== null),
          ({ lossOverPlan }) => lossOverPlan ?? 0,
        )?.at ?? null,
    }),
    liquidationLine(facts, input),
  ];
}

function slippageLines(facts: Facts): readonly Line[] {
  const unseen = unlessSeen(facts, facts.byOrders, NO_ORDERS);
  const slips = facts.triggered.filter(({ slippageBps }) => slippageBps !== null);
  const none = 'no stop was filled';
  const statistic = (stat: 'avg' | 'p95' | 'max', title: string) =>
    unshown('SL9', 'bps', 'stop_slippage', `Stop slippage, ${title}`, {
      labels: { stat },
      formula: `${title} of (trigger - fill) / trigger x 10,000 in the position's direction; cost positive`,
      unseen,
      of: overValues(
        slips,
        ({ slippageBps }) => slippageBps,
        (samples) => latency(samples)[stat],
        none,
      ),
    });
  return [
    {
      ...statistic('avg', 'average'),
      row: true,
      note: text`${fig('stop_slippage_samples')} stops with a fill price`,
    },
    statistic('p95', 'P95'),
    {
      ...statistic('max', 'worst'),
      row: true,
      note: 'cost positive',
      when: (venue) => first(at(slips, venue), ({ slippageBps }) => slippageBps ?? 0)?.at ?? null,
    },
    shown('SL9', 'money', 'stop_slippage_cost', 'Stop slippage in money', {
      formula: 'sum of (trigger - fill) x quantity; cost positive',
      unseen,
      of: overValues<(typeof slips)[number], Money>(slips, ({ slippageCost }) => slippageCost, sum, none),
      note: 'cost positive',
    }),
    unshown('SL9', 'count', 'stop_slippage_samples', 'Stops with a fill price', {
      formula: 'triggered stops with trigger and fill price',
      unseen,
      of: (venue) => at(slips, venue).length,
    }),
  ];
}

function liquidationLine(facts: Facts, input: Input): Line {
  const { required, market, from } = facts;
  const used = [positionsQuery.id, ...(market.hasPrices ? [pricesQuery.id] : [])];
  const later = required.filter(({ fact }) => fact.closedAt === null && fact.isWrittenLater).length;
  const isSpot = areSpot(required.map(({ fact }) => fact));
  const none = 'no open position with liquidation price, stop and mark';
  return unshown(
    'SL11',
    'ratio',
    'liquidation_over_stop',
    'Distance to liquidation / distance to stop, smallest',
    {
      basis: `${from.basis}, positions open at the end`,
      queries: facts.protection.ok ? [...new Set([...from.queries, ...used])] : [],
      formula:
        'min over positions open at the end of |liquidation - mark| / |stop - mark|; below 1 the liquidation comes first',
      unseen: isSpot
        ? NONE_IN_SPOT
        : unlessSeen(
            facts,
            input.has('position', 'liquidation_price'),
            missing('missing_column', 'position.liquidation_price'),
          ),
      of: overValues(
        required.map((position) => ({ position })),
        ({ position }) => liquidationOverStop(position, facts),
        smallest,
        later === 0 ? none : `${none}: ${String(later)} position rows changed after the window`,
      ),
      row: 'Liquidation / stop distance, smallest',
      note: 'positions open at the end',
    },
  );
}

function liquidationOverStop({ fact, stops }: ProtectedPosition, { market, window }: Facts): number | null {
  const { row } = fact;
  if (fact.isWrittenLater) return null;
  // A stop that ended after the window stood at its end.
  const standing = stops.find(
    ({ ackAt, endedAt, trigger }) => ackAt !== null && (endedAt ?? Infinity) >= window.to && trigger !== null,
  );
  const stop = standing
    ? levelAt(standing.triggers, window.to - 1).value
    : positiveOrNull(row.stop_loss_price);
  const mark = market.priceAt(fact.venue, fact.symbol, window.to - 1) ?? positiveOrNull(row.current_price);
  const liquidation = liquidationOf(row, mark);
  return fact.closedAt !== null || !liquidation || !stop || !mark || stop.equals(mark)
    ? null
    : liquidation.minus(mark).abs().div(stop.minus(mark).abs()).toNumber();
}
