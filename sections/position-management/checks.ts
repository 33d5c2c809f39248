import type { CheckOutcome } from '../../audit/check.ts';
import { figureKey } from '../../audit/figure.ts';
import { formatReason } from '../../audit/format.ts';
import type { CheckDefinition, Output } from '../../audit/section.ts';
import { ladder } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { isKnown, type Missing } from '../../audit/value.ts';
import { capitalised } from '../shared/vocabulary/venue-figures.ts';
import type { Facts, Input } from './facts.ts';

type Check = CheckDefinition<Facts, Input>;

export const checks: readonly Check[] = [
  {
    id: 'P4',
    title: 'Open positions within the limit',
    dimension: 'risk',
    weight: 5,
    source: 'database',
    evaluate({ source, limits }, input, out) {
      if (!source.ok) return unseen(source);
      if (limits.positions === null) return noLimit('open positions', 'limits.maxPositions');
      const max = numberOf(out, 'positions_max_concurrent');
      const within = max <= limits.positions.value.toNumber();
      return {
        state: 'known',
        r: within ? 1 : 0,
        credit: input.credit[source.rung],
        text: text`At most ${fig('positions_max_concurrent')} open at once; the limit is ${fig('limit_positions')}.`,
      };
    },
  },
  {
    id: 'P6',
    title: 'Exposure and leverage within the limits',
    dimension: 'risk',
    weight: 10,
    source: 'database',
    evaluate({ source, limits, venues }, input, out) {
      if (!source.ok) return unseen(source);
      if (limits.exposure === null && limits.leverage === null)
        return noLimit('exposure or leverage', 'limits.exposure');
      const ratios: number[] = [];
      let highest = figureKey('leverage_peak');
      if (limits.exposure !== null) {
        ratios.push(numberOf(out, 'gross_notional_peak') / limits.exposure.value.toNumber());
      }
      if (limits.leverage !== null) {
        // An account is liquidated alone: the equity of another exchange does not carry it.
        for (const key of [highest, ...venues.map((exchange) => figureKey('leverage_peak', { exchange }))]) {
          const leverage = out.value(key);
          if (!isKnown(leverage)) return unseen(leverage);
          if (Number(leverage.value) > numberOf(out, highest)) highest = key;
        }
        ratios.push(numberOf(out, highest) / limits.leverage.value.toNumber());
      }
      const use = Math.max(...ratios);
      const parts = [
        ...(limits.exposure === null
          ? []
          : text`Gross notional at most ${fig('gross_notional_peak')} of ${fig('limit_exposure')}. `),
        ...(limits.leverage === null
          ? []
          : text`Leverage of an account at most ${fig(highest)} of ${fig('limit_leverage')}.`),
      ];
      return {
        state: 'known',
        r: limitScore(use, input.settings.limitWarnRatio),
        credit: input.credit[source.rung],
        text: parts,
      };
    },
  },
];

/** Full up to the warning, half at the limit, nothing beyond it (75 % and 100 %, catalogue P6). */
function limitScore(use: number, warn: number): number {
  if (use > 1) return 0;
  return use <= warn ? 1 : ladder(use, warn, 1, 2);
}

function numberOf(out: Output, key: string): number {
  const value = out.value(key);
  return isKnown(value) ? Number(value.value) : 0;
}

function unseen(reason: Missing): CheckOutcome {
  return {
    state: 'unknown',
    reason: reason.reason,
    text: [`${capitalised(formatReason(reason.reason, reason.detail))}.`],
  };
}

function noLimit(what: string, key: string): CheckOutcome {
  return {
    state: 'unknown',
    reason: 'no_data',
    text: text`No limit of ${what} is set; set ${key} in the configuration.`,
  };
}
