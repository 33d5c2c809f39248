import type { CheckOutcome } from '../../audit/check.ts';
import { figureKey } from '../../audit/figure.ts';
import { formatReason } from '../../audit/format.ts';
import type { CheckDefinition, GateDefinition, Output } from '../../audit/section.ts';
import { ladder, latencyScore } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown, missing, type Missing } from '../../audit/value.ts';
import { capitalised } from '../shared/vocabulary/venue-figures.ts';
import { isLong } from './exposure.ts';
import { DOUBTFUL, type Facts, type Input } from './facts.ts';

type Check = CheckDefinition<Facts, Input>;

export const checks: readonly Check[] = [
  {
    id: 'SL4-5',
    title: 'No unprotected exposure',
    dimension: 'risk',
    weight: 10,
    source: 'database',
    evaluate({ protection, gaps }, input, out) {
      const count = out.value('positions_without_stop');
      if (!protection.ok) return unseen(protection);
      if (!isKnown(count)) return unseen(count);
      const atEnd = gaps.some(({ gap }) => gap.atEnd);
      const long = gaps.some((one) => isLong(one, input.settings.longGapS));
      return {
        state: 'known',
        r: atEnd || long ? 0 : Number(count.value) > 0 ? 0.5 : 1,
        credit: input.credit[protection.rung],
        text: text`${fig('positions_without_stop')} positions were without a stop during the window, ${fig('positions_without_stop_at_end')} at its end.`,
      };
    },
  },
  {
    id: 'SL8',
    title: 'Stops cover their positions',
    dimension: 'risk',
    weight: 10,
    source: 'database',
    evaluate({ protection, coverage, coverageInDoubt, required, faults }, input, out) {
      if (!protection.ok) return unseen(protection);
      const known = (r: number): CheckOutcome => ({
        state: 'known',
        r,
        credit: input.credit[protection.rung],
        text: text`${fig('stops_uncovering')} positions have a stop that does not cover them.`,
      });
      if (faults.length > 0) return known(0);
      const uncovering = out.value('stops_uncovering');
      if (!isKnown(uncovering)) return unseen(uncovering);
      // Positions without any stop are SL4's; with no stop at all to look at, coverage was not seen.
      if (coverage.length === 0 && required.length > 0)
        return unseen(missing('no_data', 'no stop stood long enough to be judged'));
      if (Number(uncovering.value) > 0) return known(0);
      return coverageInDoubt > 0
        ? unseen(
            missing(
              'inadequate_basis',
              `the stop orders of ${String(coverageInDoubt)} positions ${DOUBTFUL}, or no price to judge their side by`,
            ),
          )
        : known(1);
    },
  },
  {
    id: 'SL9',
    title: 'Stop slippage',
    dimension: 'risk',
    weight: 5,
    source: 'database',
    evaluate({ protection, triggered, required }, input, out) {
      if (!protection.ok) return unseen(protection);
      const { settings, bot, credit } = input;
      if (settings.muteSlippageOnTestnet && bot.environment === 'testnet') {
        return { state: 'not_applicable', text: text`The prices of a testnet say nothing about slippage.` };
      }
      const average = out.value(figureKey('stop_slippage', { stat: 'avg' }));
      const worst = out.value(figureKey('stop_slippage', { stat: 'max' }));
      if (protection.evidence === 'orders' && (triggered.length === 0 || required.length === 0)) {
        return {
          state: 'known',
          r: 1,
          credit: credit[protection.rung],
          text: text`No stop fired, so none slipped.`,
        };
      }
      if (!isKnown(average)) return unseen(average);
      if (!isKnown(worst)) return unseen(worst);
      const r = Math.min(
        ladder(
          Number(average.value),
          settings.slippageGoodBps,
          settings.slippageGoodBps * 3,
          settings.slippageWorstBps,
        ),
        Number(worst.value) > settings.slippageWorstBps ? 0.5 : 1,
      );
      return {
        state: 'known',
        r,
        credit: credit[protection.rung],
        text: text`Stops slipped by ${fig(figureKey('stop_slippage', { stat: 'avg' }))} on average and ${fig(figureKey('stop_slippage', { stat: 'max' }))} at worst.`,
      };
    },
  },
  {
    id: 'AP4-SL',
    title: 'Stops are set and updated in time',
    dimension: 'performance',
    weight: 7.5,
    source: 'database',
    evaluate({ protection, timesMissing }, input, out) {
      if (timesMissing !== null) return unseen(timesMissing);
      if (!protection.ok) return unseen(protection);
      const set = out.value(figureKey('stop_set', { stat: 'p95' }));
      const update = out.value(figureKey('stop_update', { stat: 'p95' }));
      const { initialSloMs, updateSloMs } = input.settings;
      const scores = [
        ...(isKnown(set) ? [latencyScore(Number(set.value), initialSloMs)] : []),
        ...(isKnown(update) ? [latencyScore(Number(update.value), updateSloMs)] : []),
      ];
      if (scores.length === 0) return unseen(isKnown(set) ? missing('insufficient_n') : set);
      return {
        state: 'known',
        r: Math.min(...scores),
        credit: input.credit[protection.rung],
        text: text`P95 of the first stop ${fig(figureKey('stop_set', { stat: 'p95' }))}, of an update ${fig(figureKey('stop_update', { stat: 'p95' }))}.`,
      };
    },
  },
];

/** Gate (d) of the verdict: no window passes with a position that is unprotected at its end. */
export const gates: readonly GateDefinition<Facts, Input>[] = [
  {
    id: 'unprotected-at-end',
    title: 'A position is unprotected at the end of the window',
    source: 'database',
    evaluate: ({ protection }, _input, out: Output) => {
      const count = out.value('positions_without_stop_at_end');
      if (!isKnown(count)) {
        const why = protection.ok ? count : protection;
        return { failed: null, text: [`${capitalised(formatReason(why.reason, why.detail))}.`] };
      }
      return Number(count.value) > 0
        ? {
            failed: true,
            text: text`${fig('positions_without_stop_at_end')} positions are without a stop at the end of the window.`,
          }
        : { failed: false, text: text`Every position open at the end of the window has a stop.` };
    },
  },
];

function unseen({ reason, detail }: Missing): CheckOutcome {
  return { state: 'unknown', reason, text: [`${capitalised(formatReason(reason, detail))}.`] };
}
