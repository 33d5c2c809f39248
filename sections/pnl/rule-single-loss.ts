import { sum, ZERO } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { alertsStandIn } from '../shared/facts/detection.ts';
import { seePositions } from '../shared/vocabulary/finding-query.ts';
import { groupsByVenue, hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

/** `twice`, `3 x`. */
const times = (n: number): string => (n === 2 ? 'twice' : `${String(n)} x`);

const largeLossTable = table<Facts['largeLosses'][number]>({
  position: col.text('Position', ({ result }) => result.fact.id),
  symbol: col.text('Symbol', ({ result }) => result.fact.symbol),
  closed: col.time('Closed', ({ result }) => result.closedAt),
  loss: col.cash('Loss', ({ loss }) => loss),
  of_plan: col.ratio('x its plan', ({ ofPlan }) => ofPlan),
  of_equity: col.percent('Of equity (%)', ({ ofEquityPercent }) => ofEquityPercent),
  reason: col.text('Exit', ({ result }) => result.fact.exitReason ?? ''),
});

/** A single loss over the per-trade limit, its plan or a share of equity, per exchange. */
export const singleLosses = rule<Facts, Input>()({
  id: 'PN-03',
  title: 'Single-trade loss',
  dimension: 'risk',
  condition: ({ tradeLossOfPlan, tradeLossEquityPercent }) =>
    `a loss over the per-trade limit, over ${times(tradeLossOfPlan)} its plan, or over ${String(tradeLossEquityPercent)} % of equity`,
  effort: 'low',
  find: ({ largeLosses }) => groupsByVenue(largeLosses, ({ result }) => result.fact.venue),
  unseen: ({ closed }) => closed.gap,
  from: ({ from }) => from,
  numbers: ({ found }) => ({
    large_losses: num.count('Large single losses', found.length, {
      formula: 'closed positions with a loss over one of the limits',
    }),
    largest_loss: num.money('Largest single loss', found[0]?.loss ?? ZERO, {
      formula: '-net of the position with the largest loss',
    }),
    large_losses_total: num.money('Large losses together', sum(found.map(({ loss }) => loss)), {
      formula: 'sum of these losses',
    }),
    trade_limit: found[0]?.limit
      ? num.money('Per-trade loss limit', found[0].limit.value, found[0].limit.by)
      : null,
    largest_loss_of_plan:
      found[0]?.ofPlan == null
        ? null
        : num.ratio('Largest loss against its plan', found[0].ofPlan, {
            formula: 'loss / (entry - first stop in the direction of the position, x quantity)',
          }),
  }),
  stake: 'large_losses_total',
  severity: ({ found, input: { settings } }) =>
    found.some(({ ofEquityPercent }) => (ofEquityPercent ?? 0) > settings.tradeLossCriticalPercent)
      ? 'CRITICAL'
      : 'HIGH',
  causes: ({ found, input: { settings } }) => {
    const plans = found.map(({ ofPlan }) => ofPlan);
    const planned = plans.filter((ratio) => ratio !== null);
    const all = (held: (ratio: number) => boolean): boolean | null =>
      planned.length < plans.length ? null : planned.every(held);
    return [
      hypothesis(
        'position-too-large',
        'The position was too large: its stop worked as planned and cost more than a trade may lose.',
        [
          `the loss is within ${times(settings.tradeLossAsPlanned)} of what the first stop would have cost`,
          all((ratio) => ratio <= settings.tradeLossAsPlanned),
        ],
      ),
      hypothesis('slipped', 'The exit came far beyond the first stop.', [
        `the loss is over ${times(settings.tradeLossOfPlan)} of what the first stop would have cost`,
        all((ratio) => ratio > settings.tradeLossOfPlan),
      ]),
      hypothesis('no-stop', 'The position had no stop.', [
        'no stop is recorded for the position',
        found.some(({ hadStop }) => hadStop === null)
          ? null
          : found.every(({ hadStop }) => hadStop === false),
      ]),
    ];
  },
  otherwise: 'What the loss was planned to be is not recorded.',
  occurrence: ({ result }) => ({ subject: result.fact.symbol, at: result.closedAt }),
  evidence: {
    id: 'pnl.large-losses',
    title: 'Losses over the limit of one trade',
    table: largeLossTable,
  },
  see: ({ found }) =>
    seePositions(
      'symbol, side, quantity, entry_price, exit_price, exit_reason, realized_pnl',
      found.map(({ result }) => result.fact),
      'closed_at',
    ),
  words: (n, { found, place, input }) => {
    const { settings } = input;
    const of = found[0]?.limit?.of ?? null;
    const limit = found[0]?.limit
      ? text`the limit of one trade${of === null ? '' : ` of ${of}`} is ${n.trade_limit}`
      : text`${String(settings.tradeLossOfPlan)} x the planned loss and ${String(settings.tradeLossEquityPercent)} % of equity are the limits`;
    const plan = found[0]?.ofPlan == null ? '' : text`, and it is ${n.largest_loss_of_plan} x its plan`;
    return {
      title: text`${n.large_losses} single ${noun(found.length, 'loss', 'losses')} on ${place} over the limit of one trade`,
      description: text`${names(found.map(({ result }) => result.fact.symbol))}: the largest is ${n.largest_loss}, ${limit}${plan}.`,
      financial: text`${n.large_losses_total} lost in ${n.large_losses} ${noun(found.length, 'position')}.`,
      operational: 'The check of the size before the entry did not hold.',
      risk: 'A few such losses undo many winners, and pass the daily limit.',
      detection: alertsStandIn(input, 'the critical events timeline'),
      recommendation:
        'Size every position by the distance to its stop, so that the stop costs less than the limit, and refuse the order otherwise.',
      verification: 'No closed position with a loss over the per-trade limit in the next window.',
    };
  },
});
