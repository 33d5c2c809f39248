import { figureKey } from '../../audit/figure.ts';
import type { Output } from '../../audit/section.ts';
import { ladder } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { Limit } from '../shared/facts/limits.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import { check, numberOf, score, unknown, type Judgement } from '../shared/vocabulary/check.ts';
import { noLimit } from '../shared/vocabulary/unread-words.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

const OF_POSITIONS = {
  dimension: 'risk',
  source: 'database',
  rung: ({ source }: Facts) => (source.ok ? source.rung : 'bot'),
} as const;

const openPositions = check<Facts, Input>({
  id: 'P4',
  title: 'Open positions within the limit',
  ...OF_POSITIONS,
  weight: 5,
  judge({ source, limits, of }, input) {
    if (!source.ok) return source;
    if (limits.positions === null) return unset('open positions', 'limits.maxPositions', input);
    return score(
      limits.positions.value.lessThan(of(null).concurrency.max) ? 0 : 1,
      text`At most ${fig('positions_max_concurrent')} open at once; the limit is ${fig('limit_positions')}.`,
    );
  },
});

const exposure = check<Facts, Input>({
  id: 'P6',
  title: 'Exposure and leverage within the limits',
  ...OF_POSITIONS,
  weight: 10,
  judge({ source, limits, venues }, input, out) {
    if (!source.ok) return source;
    if (!limits.exposure && !limits.leverage) return unset('exposure or leverage', 'limits.exposure', input);
    const leverage = highestLeverage(venues, out);
    if (limits.leverage && typeof leverage.peak !== 'number') return leverage.peak;
    const rewritten = source.positions.filter(isRewritten);
    if (rewritten.length > 0)
      return missing(
        'inadequate_basis',
        `${String(rewritten.length)} open rows were written after their opening, and no fill says what they held before`,
      );
    const used = [
      usedOf(limits.exposure, numberOf(out, 'gross_notional_peak')),
      usedOf(limits.leverage, leverage.peak),
    ];
    return score(limitScore(Math.max(...used), input.settings.limitWarnRatio), [
      ...(limits.exposure
        ? text`Gross notional at most ${fig('gross_notional_peak')} of ${fig('limit_exposure')}. `
        : []),
      ...(limits.leverage
        ? text`Leverage of an account at most ${fig(leverage.key)} of ${fig('limit_leverage')}.`
        : []),
    ]);
  },
});

/** What an open row says was written last; without fills it says nothing of the quantity of before. */
function isRewritten({ openedBy, openedAt, closedAt, row }: PositionFact): boolean {
  return (
    openedBy === 'row' && closedAt === null && (timeOrNull(row.updated_at) ?? openedAt) > openedAt + GRACE_MS
  );
}

export const checks = [openPositions, exposure];

/** An account is liquidated alone: the equity of another exchange does not carry it. */
function highestLeverage(venues: readonly string[], out: Output) {
  const peaks = [{}, ...venues.map((exchange) => ({ exchange }))].map((labels) => {
    const key = figureKey('leverage_peak', labels);
    return { key, peak: numberOf(out, key) };
  });
  const heights = peaks.map(({ peak }) => (typeof peak === 'number' ? peak : Infinity));
  const highest = peaks[heights.indexOf(Math.max(...heights))];
  return highest ?? { key: 'leverage_peak', peak: 0 };
}

function usedOf(limit: Limit | null, peak: number | Missing): number {
  return limit === null || typeof peak !== 'number' ? 0 : peak / limit.value.toNumber();
}

/** Full up to the warning, half at the limit, nothing beyond it (75 % and 100 %, catalogue P6). */
function limitScore(use: number, warn: number): number {
  if (use > 1) return 0;
  return use <= warn ? 1 : ladder(use, warn, 1, 2);
}

function unset(what: string, key: string, input: Input): Judgement {
  return unknown('no_data', [
    `${noLimit(`No limit of ${what} is set; set ${key} in the configuration`, input)}.`,
  ]);
}
