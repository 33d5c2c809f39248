import { amount, sum } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { latency } from '../../audit/statistics.ts';
import { known, missing, type Missing, type Value } from '../../audit/value.ts';
import { positionsQuery, pricesQuery } from '../shared/queries/trading.ts';
import { positiveOrNull } from '../shared/facts/row-values.ts';
import type { ProtectedPosition } from '../shared/facts/protection.ts';
import { adder } from './add-figures.ts';
import { of, type Facts, type Input } from './facts.ts';

/** SL8 to SL11: does the stop cover, what did it cost, did it hold the plan, does it come before the liquidation. */
export function qualityFigures(facts: Facts, input: Input, out: Output): void {
  const { protection, coverage, faults, triggered } = facts;
  const add = adder(facts, out);
  const byOrders = protection.ok && protection.evidence === 'orders';
  const noOrders = missing('inadequate_basis', 'no stop orders');
  const currency = input.bot.quoteCurrency;
  add(
    {
      name: 'stop_coverage',
      id: 'SL8',
      unit: 'percent',
      title: 'Worst stop coverage',
      formula:
        'min over positions and time of min(stop quantity, position quantity) / position quantity, while a stop stood',
    },
    (venue) => {
      if (!byOrders) return noOrders;
      const shares = coverage
        .filter(({ position }) => of(position, venue))
        .map(({ coveragePct }) => coveragePct);
      return shares.length === 0 ? missing('no_data', 'no position with a stop') : known(Math.min(...shares));
    },
  );
  add(
    {
      name: 'stops_uncovering',
      id: 'SL8',
      unit: 'count',
      title: 'Positions whose stop does not cover them',
      formula:
        'positions with coverage below 100 %, a stop on the wrong side, not reduce-only, or behind the liquidation price',
    },
    (venue) => {
      const short = coverage.filter(
        ({ coveragePct }) => coveragePct < 100 - input.settings.coverageTolerancePct,
      );
      const own = [...short, ...faults].filter(({ position }) => of(position, venue));
      const count = new Set(own.map(({ position }) => position.fact.id)).size;
      return byOrders || count > 0 ? known(count) : noOrders;
    },
  );
  const slips = (venue: string | null) =>
    triggered.filter(({ position, slippageBps }) => of(position, venue) && slippageBps !== null);
  const none = byOrders ? missing('no_data', 'no stop was filled') : noOrders;
  const stat = (venue: string | null, pick: 'avg' | 'p95' | 'max'): Value => {
    const values = slips(venue).map(({ slippageBps }) => slippageBps ?? 0);
    return values.length === 0 ? none : latency(values)[pick];
  };
  for (const [pick, title] of [
    ['avg', 'average'],
    ['p95', 'P95'],
    ['max', 'worst'],
  ] as const) {
    add(
      {
        name: 'stop_slippage',
        labels: { stat: pick },
        id: 'SL9',
        unit: 'bps',
        title: `Stop slippage, ${title}`,
        formula: `${title} of (trigger - fill) / trigger x 10,000 in the position's direction; cost positive`,
      },
      (venue) => stat(venue, pick),
    );
  }
  add(
    {
      name: 'stop_slippage_cost',
      id: 'SL9',
      unit: 'money',
      currency,
      title: 'Stop slippage in money',
      formula: 'sum of (trigger - fill) x quantity; cost positive',
    },
    (venue) =>
      slips(venue).length === 0
        ? none
        : known(amount(sum(slips(venue).flatMap(({ slippageCost }) => slippageCost ?? [])))),
  );
  add(
    {
      name: 'stop_slippage_samples',
      id: 'SL9',
      unit: 'count',
      title: 'Stops with a fill price',
      formula: 'triggered stops with trigger and fill price',
    },
    (venue) => (byOrders ? known(slips(venue).length) : noOrders),
  );
  add(
    {
      name: 'loss_over_plan',
      id: 'SL10',
      unit: 'ratio',
      title: 'Loss / planned loss, worst',
      formula: 'loss at the stop exit / (|entry - first stop| x quantity); exits in profit have none',
    },
    (venue) => {
      const values = triggered.flatMap((one) => (of(one.position, venue) ? (one.lossOverPlan ?? []) : []));
      return values.length === 0
        ? byOrders
          ? missing('no_data', 'no losing exit at a planned stop')
          : noOrders
        : known(Math.max(...values));
    },
  );
  liquidationFigure(facts, input, add);
}

function liquidationFigure(
  { required, market, window, protection }: Facts,
  input: Input,
  add: ReturnType<typeof adder>,
): void {
  const why: Missing | null = input.has('position', 'liquidation_price')
    ? null
    : missing('missing_column', 'position.liquidation_price');
  const ratioOf = ({ fact, stops }: ProtectedPosition): number[] => {
    const liquidation = positiveOrNull(fact.row.liquidation_price);
    // A stop that ended after the window stood at its end.
    const stop =
      stops.find(
        ({ ackAt, endedAt, trigger }) =>
          ackAt !== null && (endedAt ?? Infinity) >= window.to && trigger !== null,
      )?.trigger ?? positiveOrNull(fact.row.stop_loss_price);
    const mark =
      market.priceAt(fact.venue, fact.symbol, window.to - 1) ?? positiveOrNull(fact.row.current_price);
    if (fact.closedAt !== null || liquidation === null || stop === null || mark === null || stop.equals(mark))
      return [];
    return [liquidation.minus(mark).abs().div(stop.minus(mark).abs()).toNumber()];
  };
  add(
    {
      name: 'liquidation_over_stop',
      id: 'SL11',
      unit: 'ratio',
      title: 'Distance to liquidation / distance to stop, smallest',
      basis: `${protection.ok ? protection.basis : 'no source'}, positions open at the end`,
      queries: protection.ok
        ? [
            ...new Set([
              ...protection.queries,
              positionsQuery.id,
              ...(market.hasPrices ? [pricesQuery.id] : []),
            ]),
          ]
        : [],
      formula:
        'min over positions open at the end of |liquidation - mark| / |stop - mark|; below 1 the liquidation comes first',
    },
    (venue) => {
      if (why !== null) return why;
      const ratios = required.filter((position) => of(position, venue)).flatMap(ratioOf);
      return ratios.length === 0
        ? missing('no_data', 'no open position with liquidation price, stop and mark')
        : known(Math.min(...ratios));
    },
  );
}
