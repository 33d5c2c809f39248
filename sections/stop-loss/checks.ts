import { figureKey } from '../../audit/figure.ts';
import { ladder, latencyScore } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { missing } from '../../audit/value.ts';
import { check, gate, counted, numberOf, score } from '../shared/vocabulary/check.ts';
import { names } from '../shared/vocabulary/words.ts';
import { distinct } from './cases.ts';
import { isLong } from './exposure.ts';
import { DOUBTFUL, type Facts } from './facts.ts';
import type { Input } from './input.ts';

const SLIPPAGE_AVERAGE = figureKey('stop_slippage', { stat: 'avg' });
const SLIPPAGE_WORST = figureKey('stop_slippage', { stat: 'max' });
const SET_P95 = figureKey('stop_set', { stat: 'p95' });
const UPDATE_P95 = figureKey('stop_update', { stat: 'p95' });

const ON_STOPS = {
  dimension: 'risk',
  source: 'database',
  rung: ({ protection }: Facts) => (protection.ok ? protection.rung : 'bot'),
} as const;

const noUnprotectedExposure = check<Facts, Input>({
  ...ON_STOPS,
  id: 'SL4-5',
  title: 'Protection of positions',
  weight: 10,
  judge({ gaps, required }, { settings }, out) {
    const count = numberOf(out, 'positions_without_stop');
    if (typeof count !== 'number') return count;
    const isGrave = gaps.some((exposed) => exposed.gap.atEnd || isLong(exposed, settings.longGapS));
    return score(
      isGrave ? 0 : count > 0 ? 0.5 : 1,
      text`${counted(out, 'positions_without_stop', 'position was', 'positions were')} without a stop during the window, ${fig('positions_without_stop_at_end')} at its end.`,
      required.length === 0,
    );
  },
});

const stopsCover = check<Facts, Input>({
  ...ON_STOPS,
  id: 'SL8',
  title: 'Stop coverage',
  weight: 10,
  judge({ faults, coverage, coverageInDoubt, rewritten, required }, _input, out) {
    const count = numberOf(out, 'stops_uncovering');
    const words = text`${counted(out, 'stops_uncovering', 'position has a stop that does not cover it', 'positions have a stop that does not cover them')}.`;
    if (faults.length > 0) return score(0, words);
    if (typeof count !== 'number') return count;
    // Positions without any stop are SL4's; with no stop at all to look at, coverage was not seen.
    if (coverage.length === 0 && required.length > 0)
      return missing('no_data', 'no stop stood long enough to be judged');
    if (count > 0) return score(0, words);
    return coverageInDoubt > 0
      ? missing('inadequate_basis', inDoubt(coverageInDoubt, rewritten))
      : score(1, words, required.length === 0);
  },
});

/** Why the stops of these positions cannot be said to cover. */
function inDoubt(positions: number, { positions: amended, at }: Facts['rewritten']): string {
  const others = positions - amended;
  return [
    ...(amended === 0
      ? []
      : [
          `the stop orders of ${String(amended)} positions were rewritten, last at ${iso(at)}, and no stop change is stored that says what they were before`,
        ]),
    ...(others === 0
      ? []
      : [
          `the stop orders of ${String(others)} positions ${DOUBTFUL}, or no price or change of their time to judge them by`,
        ]),
  ].join('; ');
}

const slippage = check<Facts, Input>({
  ...ON_STOPS,
  id: 'SL9',
  title: 'Stop slippage',
  weight: 5,
  judge({ protection, triggered, byOrders }, { settings, bot }, out) {
    if (!protection.ok) return protection;
    if (settings.muteSlippageOnTestnet && bot.environment === 'testnet')
      return { state: 'not_applicable', text: text`The prices of a testnet say nothing about slippage.` };
    if (byOrders && triggered.length === 0) return score(1, text`No stop fired, so none slipped.`, true);
    const average = numberOf(out, SLIPPAGE_AVERAGE);
    if (typeof average !== 'number') return average;
    const worst = numberOf(out, SLIPPAGE_WORST);
    if (typeof worst !== 'number') return worst;
    const { slippageGoodBps: good, slippageWarnBps: warn, slippageWorstBps: bad } = settings;
    return score(
      Math.min(ladder(average, good, warn, bad), worst > bad ? 0.5 : 1),
      text`Stops slipped by ${fig(SLIPPAGE_AVERAGE)} on average and ${fig(SLIPPAGE_WORST)} at worst.`,
    );
  },
});

const stopsInTime = check<Facts, Input>({
  ...ON_STOPS,
  id: 'AP4-SL',
  title: 'Response time of stops',
  dimension: 'performance',
  weight: 7.5,
  judge({ timesMissing }, { settings }, out) {
    if (timesMissing !== null) return timesMissing;
    const [set, update] = [numberOf(out, SET_P95), numberOf(out, UPDATE_P95)];
    if (typeof set !== 'number' && typeof update !== 'number') return set;
    return score(
      Math.min(
        typeof set === 'number' ? latencyScore(set, settings.initialSloMs) : 1,
        typeof update === 'number' ? latencyScore(update, settings.updateSloMs) : 1,
      ),
      text`P95 of the first stop ${fig(SET_P95)}, of an update ${fig(UPDATE_P95)}.`,
    );
  },
});

export const checks = [noUnprotectedExposure, stopsCover, slippage, stopsInTime];

/** Gate (d) of the verdict: no window passes with a position that is unprotected at its end. */
export const unprotectedAtEnd = gate<Facts, Input>({
  id: 'unprotected-at-end',
  title: 'A position is unprotected at the end of the window',
  asks: 'every position open at the end has a stop',
  rule: 'SL-01',
  source: 'database',
  // A stop that cannot work is none (SL-03 says which); one that covers a part, or could open a position, is said.
  judge({ uselessAtEnd: useless, uncovering, dust, window }, _input, out) {
    const count = numberOf(out, 'positions_without_stop_at_end');
    if (typeof count !== 'number' && useless.length === 0) return count;
    const without = typeof count === 'number' ? count : 0;
    if (without + useless.length > 0) {
      const bare = text`${counted(out, 'positions_without_stop_at_end', 'position is', 'positions are')} without a stop`;
      const failing = text`the stop of ${fig('positions_with_useless_stop_at_end')} cannot work, on the wrong side or behind the liquidation price`;
      const words = useless.length === 0 ? bare : without === 0 ? failing : text`${bare}, and ${failing}`;
      const rule = without === 0 ? 'SL-03' : 'SL-01';
      return { failed: true, text: text`At the end of the window ${words}.`, rule };
    }
    const faulty = distinct(
      uncovering.filter(({ to, position }) => to >= window.to && position.fact.closedAt === null),
    );
    const but =
      faulty.length === 0
        ? ''
        : `; not as it should be is that of ${names(faulty.map(({ symbol }) => symbol))} (SL-03)`;
    const besides =
      dust.length === 0
        ? ''
        : `; of ${names(dust.map(({ symbol }) => symbol))} only so little is left that no order at the exchange can close it`;
    return {
      failed: false,
      text: text`Every position open at the end of the window has a stop${but}${besides}.`,
    };
  },
});
