import { sum } from '../../audit/decimal.ts';
import type { Hypothesis } from '../../audit/root-cause.ts';
import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { symbolsOf } from './cases.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';
import { leftOpen, TRIGGER_RULE, triggerEvidence, triggersOf, type Triggered } from './updates.ts';

/** A stop fired and was not filled whole in time, per exchange. */
export const triggerFailed = rule<Facts, Input>()({
  ...TRIGGER_RULE,
  find: (facts) => triggersOf('failed', facts, ({ outcome }) => outcome === 'failed'),
  numbers: ({ found, policy }) => ({
    failed: num.count('Stops that fired and were not filled', found.length, {
      formula: 'triggered without a complete fill within the limit',
    }),
    limit: policy('triggerFillS', 'Time in which a triggered stop must be filled'),
    notional: num.money('Notional behind these stops', sum(found.map(leftOpen)), {
      formula: 'sum of entry notional, without what the stops filled in part',
    }),
  }),
  stake: 'notional',
  severity: ({ found }) => (found.some(({ remained }) => remained) ? 'CRITICAL' : 'HIGH'),
  causes: ({ found }) => hypotheses(found),
  otherwise: 'The records do not show why they were not filled.',
  evidence: triggerEvidence('failed', 'Stops that fired and were not filled'),
  words: (n, { found, place, occurrences, input }) => {
    const were = noun(found.length, 'was', 'were');
    return {
      title: text`${n.failed} ${noun(found.length, 'stop')} fired at ${place} and ${were} not filled in time`,
      description: text`The ${noun(found.length, 'stop')} of ${symbolsOf(found)} fired and ${were} not filled whole within ${n.limit}.`,
      financial: text`${n.notional} stayed in the market after its stop had fired.`,
      operational: 'The bot takes the position as stopped.',
      risk: found.some(({ remained }) => remained)
        ? 'The position outlived its stop and had none from then on.'
        : 'The position was closed another way.',
      detection: detectionOf(input, occurrences),
      recommendation:
        'Use stop-market orders, watch every trigger for its fill, and close at market when it does not come.',
      verification: text`No triggered stop is unfilled after ${n.limit} in the next windows.`,
    };
  },
});

function hypotheses(found: readonly Triggered[]): readonly Hypothesis[] {
  const every = (id: string, sentence: string, predicate: string, holds: (fired: Triggered) => boolean) =>
    hypothesis(id, sentence, [`every one of them ${predicate}`, found.every(holds)]);
  return [
    every(
      'stop-limit-passed',
      'These are stop-limit orders, and the price went past their limit.',
      'is a stop-limit order',
      ({ stop }) => stop.type === 'stop_limit',
    ),
    every(
      'partial-fill',
      'The exchange filled only a part of them, and the rest was left open.',
      'is filled in part and no more',
      ({ stop, fillPrice }) => stop.end !== 'filled' && (stop.filled ?? fillPrice) !== null,
    ),
    every(
      'late-fill',
      'The exchange filled them late.',
      'was filled in the end',
      ({ stop }) => stop.end === 'filled',
    ),
    every(
      'refused-after-trigger',
      'The exchange refused the order that the trigger released.',
      'ended rejected, cancelled or expired',
      ({ stop }) => stop.end !== null && stop.end !== 'filled',
    ),
  ];
}
