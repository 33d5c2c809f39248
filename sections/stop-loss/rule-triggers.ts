import { amount, money, sum } from '../../audit/decimal.ts';
import type { FindingDraft } from '../../audit/finding.ts';
import { rootCause } from '../../audit/root-cause.ts';
import type { Output } from '../../audit/section.ts';
import { text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { known, missing } from '../../audit/value.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { names, noun, ruleFigures, type RuleFigure } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import type { Facts, Input } from './facts.ts';
import { leftOpen, type Triggered } from './triggers.ts';

/** SL-04: a stop fired and did not do its work, or at a price far from its trigger. */
export function triggerFailedOrSlipped(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const { settings, bot } = input;
  const muted = settings.muteSlippageOnTestnet && bot.environment === 'testnet';
  return facts.venues.flatMap((venue): FindingDraft[] => {
    const own = facts.triggered.filter(({ position }) => position.fact.venue === venue);
    const failed = own.filter(({ outcome }) => outcome === 'failed');
    const slipped = own.filter(
      ({ outcome, slippageBps, lossOverPlan }) =>
        outcome !== 'failed' &&
        ((slippageBps ?? 0) > settings.slippageWorstBps || (lossOverPlan ?? 0) > settings.lossBeyondPlan),
    );
    return [
      ...(failed.length > 0 ? [failedDraft(venue, failed, facts, input, out)] : []),
      ...(slipped.length > 0 && !muted ? [slippedDraft(venue, slipped, facts, input, out)] : []),
    ];
  });
}

type Common = Pick<FindingDraft, 'venue' | 'occurrences' | 'evidence' | 'detection' | 'see' | 'effort'>;

function commonOf(
  venue: string,
  kind: string,
  title: string,
  found: readonly Triggered[],
  facts: Facts,
  input: Input,
  out: Output,
): { readonly common: Common; readonly figure: RuleFigure } {
  const { protection } = facts;
  const queries = protection.ok ? protection.queries : [];
  const currency = input.bot.quoteCurrency;
  const occurrences = found.map(({ position, at, stop }) => ({
    subject: position.fact.symbol,
    at: iso(at),
    ...(stop.filledAt !== null && { until: iso(Math.max(at, stop.filledAt)) }),
  }));
  return {
    figure: ruleFigures(out, {
      rule: 'SL-04',
      exchange: venue,
      cause: kind,
      basis: protection.ok ? protection.basis : 'no source',
      queries,
      currency,
    }),
    common: {
      venue: venue === 'unknown' ? null : venue,
      occurrences,
      evidence: out.dataset({
        id: `stop-loss.triggers.${venueSlug(venue)}.${kind}`,
        title: `${title}, ${capitalised(venue)}`,
        columns: [
          { key: 'position', title: 'Position', unit: 'text' },
          { key: 'symbol', title: 'Symbol', unit: 'text' },
          { key: 'type', title: 'Stop', unit: 'text' },
          { key: 'triggered', title: 'Triggered', unit: 'time' },
          { key: 'filled', title: 'Filled', unit: 'time' },
          { key: 'trigger', title: 'Trigger', unit: 'price' },
          { key: 'fill', title: 'Fill', unit: 'price' },
          { key: 'slippage', title: 'Slippage (bps)', unit: 'bps' },
          { key: 'cost', title: 'Cost', unit: 'money', currency },
          { key: 'plan', title: 'Loss / plan', unit: 'ratio' },
        ],
        rows: found.map(({ position, stop, at, fillPrice, slippageBps, slippageCost, lossOverPlan }) => [
          position.fact.id,
          position.fact.symbol,
          stop.type,
          iso(at),
          stop.filledAt === null ? null : iso(stop.filledAt),
          stop.trigger?.toFixed() ?? null,
          fillPrice === null ? null : amount(fillPrice.toDecimalPlaces(12)),
          slippageBps,
          slippageCost === null ? null : amount(slippageCost),
          lossOverPlan,
        ]),
        queries,
      }),
      detection: detectionOf(input.rows.alerts, occurrences),
      see: seeRows(
        'order',
        'position_id, id, type, status, trigger_price, average_price, triggered_at, filled_at',
        'id',
        found.map(({ stop }) => stop.id),
        'triggered_at',
      ),
      effort: 'medium',
    },
  };
}

function failedDraft(
  venue: string,
  found: readonly Triggered[],
  facts: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const { common, figure } = commonOf(
    venue,
    'failed',
    'Stops that fired and were not filled',
    found,
    facts,
    input,
    out,
  );
  const n = figure(
    'failed',
    found.length,
    'count',
    'Stops that fired and were not filled',
    'triggered without a complete fill within the limit',
  );
  const limit = figure(
    'limit',
    input.settings.triggerFillS,
    's',
    'Time in which a triggered stop must be filled',
    'policy stop-loss.triggerFillS',
  );
  const notional = figure(
    'notional',
    amount(sum(found.map(leftOpen))),
    'money',
    'Notional behind these stops',
    'sum of entry notional, without what the stops filled in part',
  );
  const remained = found.some((one) => one.remained);
  const limitOrders = found.every(({ stop }) => stop.type === 'stop_limit');
  return {
    ...common,
    severity: remained ? 'CRITICAL' : 'HIGH',
    cause: rootCause(
      [
        {
          id: 'stop-limit-passed',
          text: text`These are stop-limit orders, and the price went past their limit.`,
          predicates: [{ text: 'every one of them is a stop-limit order', held: limitOrders }],
        },
        {
          id: 'partial-fill',
          text: text`The exchange filled only a part of them, and the rest was left open.`,
          predicates: [
            {
              text: 'every one of them is filled in part and no more',
              held: found.every(
                ({ stop, fillPrice }) => stop.end !== 'filled' && (stop.filled ?? fillPrice) !== null,
              ),
            },
          ],
        },
        {
          id: 'late-fill',
          text: text`The exchange filled them late.`,
          predicates: [
            {
              text: 'every one of them was filled in the end',
              held: found.every(({ stop }) => stop.end === 'filled'),
            },
          ],
        },
        {
          id: 'refused-after-trigger',
          text: text`The exchange refused the order that the trigger released.`,
          predicates: [
            {
              text: 'every one of them ended rejected, cancelled or expired',
              held: found.every(({ stop }) => stop.end !== null && stop.end !== 'filled'),
            },
          ],
        },
      ],
      text`The records do not show why they were not filled.`,
    ),
    title: text`${n} ${noun(found.length, 'stop')} fired at ${capitalised(venue)} and ${found.length === 1 ? 'was' : 'were'} not filled in time`,
    description: text`The ${noun(found.length, 'stop')} of ${names(found.map(({ position }) => position.fact.symbol))} fired and ${found.length === 1 ? 'was' : 'were'} not filled whole within ${limit}.`,
    atStake: notional.figure,
    impact: {
      financial: text`${notional} stayed in the market after its stop had fired.`,
      operational: text`The bot takes the position as stopped.`,
      risk: remained
        ? text`The position outlived its stop and had none from then on.`
        : text`The position was closed another way.`,
    },
    recommendation: text`Use stop-market orders, watch every trigger for its fill, and close at market when it does not come.`,
    verification: text`No triggered stop is unfilled after ${limit} in the next windows.`,
  };
}

function slippedDraft(
  venue: string,
  found: readonly Triggered[],
  facts: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const { settings } = input;
  const { common, figure } = commonOf(
    venue,
    'slipped',
    'Stops filled far from their trigger',
    found,
    facts,
    input,
    out,
  );
  const n = figure(
    'slipped',
    found.length,
    'count',
    'Stops filled far from their trigger',
    'slippage or loss beyond the limits',
  );
  const slips = found.flatMap(({ slippageBps }) => slippageBps ?? []);
  const worst = figure(
    'worst',
    slips.length === 0 ? missing('no_data') : known(Math.max(...slips)),
    'bps',
    'Worst slippage',
    'max of (trigger - fill) / trigger x 10,000',
  );
  const limit = figure(
    'limit',
    settings.slippageWorstBps,
    'bps',
    'Limit of slippage',
    'policy stop-loss.slippageWorstBps',
  );
  const cost = figure(
    'cost',
    amount(sum(found.map(({ slippageCost }) => slippageCost ?? money(0)))),
    'money',
    'Cost of the slippage',
    'sum of (trigger - fill) x quantity',
  );
  const plans = found.flatMap(({ lossOverPlan }) => lossOverPlan ?? []);
  const plan = plans.length > 0 && Math.max(...plans) > settings.lossBeyondPlan;
  const overPlan = plan
    ? text` The worst loss was ${figure('over_plan', Math.max(...plans), 'ratio', 'Worst loss / planned loss', 'max of loss / planned loss')} times the planned one; the limit is ${figure('plan_limit', settings.lossBeyondPlan, 'ratio', 'Limit of loss / planned loss', 'policy stop-loss.lossBeyondPlan')}.`
    : [];
  return {
    ...common,
    severity: 'HIGH',
    cause: rootCause(
      [
        {
          id: 'stop-limit-gap',
          text: text`Stop-limit orders waited for their limit while the price moved on.`,
          predicates: [
            {
              text: 'every one of them is a stop-limit order',
              held: found.every(({ stop }) => stop.type === 'stop_limit'),
            },
          ],
        },
        {
          id: 'thin-book',
          text: text`The book was too thin for the quantity at the trigger: a market order was filled far from it.`,
          predicates: [
            {
              text: 'every one of them is a market order once it fires',
              held: found.every(({ stop }) => stop.type !== 'stop_limit'),
            },
            { text: 'the depth of the book at the trigger was below the quantity', held: null },
          ],
        },
      ],
      text`The records do not show why.`,
    ),
    title: text`${n} ${noun(found.length, 'stop')} at ${capitalised(venue)} filled far from ${found.length === 1 ? 'its' : 'their'} trigger`,
    description: text`The ${noun(found.length, 'stop')} of ${names(found.map(({ position }) => position.fact.symbol))} slipped by up to ${worst}; the limit is ${limit}.${overPlan}`,
    atStake: cost.figure,
    impact: {
      financial: text`The slippage cost ${cost}.`,
      operational: text`Position sizes are computed from a loss that does not hold.`,
      risk: text`In a faster market the same orders lose more than planned.`,
    },
    recommendation: text`Size positions to the depth of the book, and use stop-market orders with the mark price as trigger.`,
    verification: text`The worst slippage of stops stays at or below ${limit} in the next windows.`,
  };
}
