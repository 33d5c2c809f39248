import { sum } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { known, missing } from '../../audit/value.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { symbolsOf } from './cases.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { TRIGGER_RULE, triggerEvidence, triggersOf, type Triggered } from './updates.ts';

const isStopLimit = ({ stop }: Triggered): boolean => stop.type === 'stop_limit';

/** A stop was filled far from its trigger, or lost far more than planned, per exchange. */
export const triggerSlipped = rule<Facts, Input>()({
  ...TRIGGER_RULE,
  find: (facts, { settings, bot }) =>
    settings.muteSlippageOnTestnet && bot.environment === 'testnet'
      ? []
      : triggersOf(
          'slipped',
          facts,
          ({ outcome, slippageBps, lossOverPlan }) =>
            outcome !== 'failed' &&
            ((slippageBps ?? 0) > settings.slippageWorstBps || (lossOverPlan ?? 0) > settings.lossBeyondPlan),
        ),
  numbers: ({ found, input: { settings }, policy }) => {
    const slips = found.flatMap(({ slippageBps }) => slippageBps ?? []);
    const worstLoss = Math.max(...found.flatMap(({ lossOverPlan }) => lossOverPlan ?? []));
    const isOverPlan = worstLoss > settings.lossBeyondPlan;
    return {
      slipped: num.count('Stops filled far from their trigger', found.length, {
        formula: 'slippage or loss beyond the limits',
      }),
      worst: num.bps('Worst slippage', slips.length === 0 ? missing('no_data') : known(Math.max(...slips)), {
        formula: 'max of (trigger - fill) / trigger x 10,000',
      }),
      limit: policy('slippageWorstBps', 'Limit of slippage'),
      cost: num.money('Cost of the slippage', sum(found.flatMap(({ slippageCost }) => slippageCost ?? [])), {
        formula: 'sum of (trigger - fill) x quantity',
      }),
      over_plan: isOverPlan
        ? num.ratio('Worst loss / planned loss', worstLoss, 'max of loss / planned loss')
        : null,
      plan_limit: isOverPlan
        ? num.ratio('Limit of loss / planned loss', settings.lossBeyondPlan, {
            formula: 'policy stop-loss.lossBeyondPlan',
          })
        : null,
    };
  },
  stake: 'cost',
  severity: () => 'HIGH',
  causes: ({ found }) => [
    hypothesis('stop-limit-gap', 'Stop-limit orders waited for their limit while the price moved on.', [
      'every one of them is a stop-limit order',
      found.every(isStopLimit),
    ]),
    hypothesis(
      'thin-book',
      'The book was too thin for the quantity at the trigger: a market order was filled far from it.',
      ['every one of them is a market order once it fires', !found.some(isStopLimit)],
      ['the depth of the book at the trigger was below the quantity', null],
    ),
  ],
  otherwise: 'The records do not show why.',
  evidence: triggerEvidence('slipped', 'Stops filled far from their trigger'),
  words: (n, { found, place, occurrences, input }) => {
    const overPlan =
      n.over_plan === ''
        ? []
        : text` The worst loss was ${n.over_plan} times the planned one; the limit is ${n.plan_limit}.`;
    return {
      title: text`${n.slipped} ${noun(found.length, 'stop')} at ${place} filled far from ${noun(found.length, 'its', 'their')} trigger`,
      description: text`The ${noun(found.length, 'stop')} of ${symbolsOf(found)} slipped by up to ${n.worst}; the limit is ${n.limit}.${overPlan}`,
      financial: text`The slippage cost ${n.cost}.`,
      operational: 'Position sizes are computed from a loss that does not hold.',
      risk: 'In a faster market the same orders lose more than planned.',
      detection: detectionOf(input, occurrences),
      recommendation:
        'Size positions to the depth of the book, and use stop-market orders with the mark price as trigger.',
      verification: text`The worst slippage of stops stays at or below ${n.limit} in the next windows.`,
    };
  },
});
