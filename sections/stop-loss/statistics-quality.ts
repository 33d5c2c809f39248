import { sum } from '../../audit/decimal.ts';
import { latency } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { missing } from '../../audit/value.ts';
import type { ProtectedPosition } from '../shared/facts/protection.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import { positionsQuery, pricesQuery } from '../shared/queries/trading.ts';
import type { Line } from '../shared/vocabulary/lines.ts';
import { unlessSeen, type Facts } from './facts.ts';
import { at, distinct } from './found-positions.ts';
import type { Input } from './input.ts';

const NO_ORDERS = missing('inadequate_basis', 'no stop orders');

/** SL8 to SL11: does the stop cover, what did it cost, did it hold the plan, does it come before the liquidation. */
export function qualityLines(facts: Facts, input: Input): readonly Line[] {
  const { coverage, uncovering, triggered, byOrders } = facts;
  const unseen = unlessSeen(facts, byOrders, NO_ORDERS);
  return [
    {
      name: 'stop_coverage',
      id: 'SL8',
      unit: 'percent',
      title: 'Worst stop coverage',
      formula:
        'min over positions and time of min(stop quantity, position quantity) / position quantity, while a stop stood',
      unseen,
      of: (venue) => {
        const shares = at(coverage, venue).map(({ coveragePct }) => coveragePct);
        return shares.length === 0 ? missing('no_data', 'no position with a stop') : Math.min(...shares);
      },
      row: true,
    },
    {
      name: 'stops_uncovering',
      id: 'SL8',
      unit: 'count',
      title: 'Positions whose stop does not cover them',
      formula:
        'positions with coverage below 100 %, a stop on the wrong side, not reduce-only, or behind the liquidation price',
      of: (venue) => {
        const count = distinct(at(uncovering, venue)).length;
        return byOrders || count > 0 ? count : NO_ORDERS;
      },
    },
    ...slippageLines(facts),
    {
      name: 'loss_over_plan',
      id: 'SL10',
      unit: 'ratio',
      title: 'Loss / planned loss, worst',
      formula: 'loss at the stop exit / (|entry - first stop| x quantity); exits in profit have none',
      unseen,
      of: (venue) => {
        const ratios = at(triggered, venue).flatMap(({ lossOverPlan }) => lossOverPlan ?? []);
        return ratios.length === 0
          ? missing('no_data', 'no losing exit at a planned stop')
          : Math.max(...ratios);
      },
      row: true,
      note: 'first stop is the plan',
    },
    liquidationLine(facts, input),
  ];
}

function slippageLines(facts: Facts): readonly Line[] {
  const unseen = unlessSeen(facts, facts.byOrders, NO_ORDERS);
  const none = missing('no_data', 'no stop was filled');
  const slips = facts.triggered.filter(({ slippageBps }) => slippageBps !== null);
  const statistic = (
    stat: 'avg' | 'p95' | 'max',
    title: string,
    shown: Pick<Line, 'row' | 'note'>,
  ): Line => ({
    name: 'stop_slippage',
    labels: { stat },
    id: 'SL9',
    unit: 'bps',
    title: `Stop slippage, ${title}`,
    formula: `${title} of (trigger - fill) / trigger x 10,000 in the position's direction; cost positive`,
    unseen,
    of: (venue) => {
      const samples = at(slips, venue).flatMap(({ slippageBps }) => slippageBps ?? []);
      return samples.length === 0 ? none : latency(samples)[stat];
    },
    ...shown,
  });
  return [
    statistic('avg', 'average', {
      row: true,
      note: text`${fig('stop_slippage_samples')} stops with a fill price`,
    }),
    statistic('p95', 'P95', {}),
    statistic('max', 'worst', { row: true, note: 'cost positive' }),
    {
      name: 'stop_slippage_cost',
      id: 'SL9',
      unit: 'money',
      title: 'Stop slippage in money',
      formula: 'sum of (trigger - fill) x quantity; cost positive',
      unseen,
      of: (venue) => {
        const costs = at(slips, venue).flatMap(({ slippageCost }) => slippageCost ?? []);
        return costs.length === 0 ? none : sum(costs);
      },
      row: true,
      note: 'cost positive',
    },
    {
      name: 'stop_slippage_samples',
      id: 'SL9',
      unit: 'count',
      title: 'Stops with a fill price',
      formula: 'triggered stops with trigger and fill price',
      unseen,
      of: (venue) => at(slips, venue).length,
    },
  ];
}

function liquidationLine(facts: Facts, input: Input): Line {
  const { required, market, from } = facts;
  const used = [positionsQuery.id, ...(market.hasPrices ? [pricesQuery.id] : [])];
  const ratios = required.flatMap((position) => {
    const ratio = liquidationOverStop(position, facts);
    return ratio === null ? [] : [{ position, ratio }];
  });
  return {
    name: 'liquidation_over_stop',
    id: 'SL11',
    unit: 'ratio',
    title: 'Distance to liquidation / distance to stop, smallest',
    basis: `${from.basis}, positions open at the end`,
    queries: facts.protection.ok ? [...new Set([...from.queries, ...used])] : [],
    formula:
      'min over positions open at the end of |liquidation - mark| / |stop - mark|; below 1 the liquidation comes first',
    unseen: unlessSeen(
      facts,
      input.has('position', 'liquidation_price'),
      missing('missing_column', 'position.liquidation_price'),
    ),
    of: (venue) => {
      const found = at(ratios, venue).map(({ ratio }) => ratio);
      return found.length === 0
        ? missing('no_data', 'no open position with liquidation price, stop and mark')
        : Math.min(...found);
    },
    row: 'Liquidation / stop distance, smallest',
    note: 'positions open at the end',
  };
}

function liquidationOverStop({ fact, stops }: ProtectedPosition, { market, window }: Facts): number | null {
  const { row } = fact;
  const liquidation = positiveOrNull(row.liquidation_price);
  // A stop that ended after the window stood at its end.
  const standing = stops.find(
    ({ ackAt, endedAt, trigger }) => ackAt !== null && (endedAt ?? Infinity) >= window.to && trigger !== null,
  );
  const stop = standing?.trigger ?? positiveOrNull(row.stop_loss_price);
  const mark = market.priceAt(fact.venue, fact.symbol, window.to - 1) ?? positiveOrNull(row.current_price);
  return fact.closedAt !== null || !liquidation || !stop || !mark || stop.equals(mark)
    ? null
    : liquidation.minus(mark).abs().div(stop.minus(mark).abs()).toNumber();
}
