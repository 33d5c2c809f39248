import type { Hypothesis } from '../../audit/root-cause.ts';
import { isKnown } from '../../audit/value.ts';
import { hypothesis } from '../shared/vocabulary/rule.ts';
import { partSum } from '../shared/facts/result-summary.ts';
import type { LimitUse } from './loss-limits.ts';
import { losersOf } from './day-losers.ts';

export const isOver = ({ used }: LimitUse): boolean => isKnown(used) && used.value > 100;

export function breachCauses(use: LimitUse): readonly Hypothesis[] {
  const { limit, day, deepest, byEquity, openedAfter, results } = use;
  const limited = limit?.value ?? 0;
  const gross = partSum(results, 'gross');
  return [
    hypothesis(
      'limit-on-realised',
      'The limit is checked on closed positions: what open ones lose is not in it.',
      ['equity passed the limit', byEquity && isOver(use)],
      ['closed positions lost less than the limit', day === null || day.loss.lessThanOrEqualTo(limited)],
    ),
    hypothesis(
      'limit-on-gross',
      'The limit is checked on gross results: fees and funding are not in it.',
      ['the limit was passed net', isOver(use) && !byEquity],
      [
        'the gross loss of the day is within the limit',
        gross === null ? null : gross.neg().lessThanOrEqualTo(limited),
      ],
    ),
    hypothesis('limit-not-enforced', 'The limit is configured and does not stop the bot.', [
      'positions were opened after the limit was passed',
      deepest?.breachedAt == null ? null : openedAfter > 0,
    ]),
    hypothesis('many-losers', 'Losing positions came in a row, each within its own limit.', [
      'no single loss is over a third of the daily limit',
      losersOf(use).every(({ net }) => net.abs().times(3).lessThan(limited)),
    ]),
  ];
}
