import { sum, type Money } from '../../audit/decimal.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { pricesQuery } from '../shared/queries/trading.ts';
import { shown, unshown, type Computed, type Line } from '../shared/vocabulary/lines.ts';
import { at, distinct } from './cases.ts';
import { isLong, unprotectedSpans, type UnprotectedTime } from './exposure.ts';
import { DOUBTFUL, FLAG_ALONE, unlessSeen, type Facts } from './facts.ts';
import type { Input } from './input.ts';

const ROWS_ALONE = missing(
  'inadequate_basis',
  'a position row says only whether a stop stood when it was last written',
);

const minutesOf = (found: readonly UnprotectedTime[]): number =>
  unprotectedSpans(found).reduce((total, { from, to }) => total + to - from, 0) / 60_000;

/** SL4 and SL5: the positions without a stop, for how long, and what was at risk. */
export function unprotectedLines(facts: Facts, { settings, shared }: Input): readonly Line[] {
  const { gaps, unprotected, market, from, hasTimes } = facts;
  const { longGapS, nakedSharePct } = settings;
  const noZeroAtEnd = whyNoZero(facts);
  // A row says nothing of the time before it was last written.
  const noZero = noZeroAtEnd ?? (hasTimes || facts.required.length === 0 ? null : ROWS_ALONE);
  const bounded = (value: number, why: Missing | null): Computed =>
    value === 0 && why !== null ? why : value;
  const unseen = unlessSeen(facts, hasTimes, missing('inadequate_basis', `${from.basis} has no times`));
  // Beside a position in doubt, the moments of the others say nothing about the time without a stop.
  const timed = (venue: string | null, value: number | Money): Computed =>
    facts.inDoubt > 0 && at(gaps, venue).length === 0 ? (noZero ?? value) : value;
  const grace = `longer than ${String(shared.thresholds.stopGraceMs / 1000)} s`;
  const together = `at least ${String(nakedSharePct)} % of the time held and together longer than ${String(longGapS)} s at an exchange`;
  return [
    {
      ...shown('SL4', 'count', 'positions_without_stop', 'Positions without a stop'),
      formula: `distinct positions with an unprotected interval ${grace}, or with shorter ones that are ${together}`,
      of: (venue) => bounded(distinct(at(gaps, venue)).length, noZero),
    },
    {
      ...shown('SL4', 'count', 'positions_without_stop_at_end', 'Positions without a stop at the end'),
      formula: `positions open at the end of the window and without a stop for ${grace} then`,
      of: (venue) => bounded(distinct(at(gaps, venue).filter(({ gap }) => gap.atEnd)).length, noZeroAtEnd),
    },
    {
      ...shown('SL5', 'min', 'unprotected_time', 'Time with an unprotected position'),
      formula: 'length of the union of all unprotected intervals, however short',
      unseen,
      of: (venue) => timed(venue, minutesOf(at(unprotected, venue))),
    },
    {
      ...unshown(
        'SL4',
        'min',
        'unprotected_time_beyond_grace',
        'Time with a position without a stop beyond the grace',
      ),
      formula: 'length of the union of the unprotected intervals that count for the positions without a stop',
      unseen,
      of: (venue) => timed(venue, minutesOf(at(gaps, venue))),
    },
    {
      ...shown('SL5', 'money_min', 'unprotected_exposure', 'Unprotected exposure'),
      basis: `${from.basis}, ${market.hasPrices ? market.priceBasis : 'entry prices'}`,
      queries: [...from.queries, ...(market.hasPrices && facts.protection.ok ? [pricesQuery.id] : [])],
      formula: 'sum over unprotected time, however short, of notional x minutes',
      unseen,
      of: (venue) =>
        timed(
          venue,
          sum(at(unprotected, venue).map(({ notionalMinutes }) => notionalMinutes)).toDecimalPlaces(8),
        ),
      note: 'notional x minutes',
    },
    {
      ...unshown('SL4', 'count', 'positions_without_stop_long', 'Positions without a stop for long'),
      formula: `distinct positions with an unprotected interval longer than ${String(longGapS)} s, or with shorter ones that are ${together}`,
      unseen,
      of: (venue) => distinct(at(gaps, venue).filter((exposed) => isLong(exposed, longGapS))).length,
    },
  ];
}

/** A row that changed after the window hides what it said; what the others show is then a lower bound, and 0 is nothing. */
function whyNoZero(facts: Facts): Missing | null {
  const { changedSince, inDoubt } = facts;
  if (changedSince > 0) return missing('changed_since', `${String(changedSince)} position rows`);
  if (inDoubt > 0)
    return missing('inadequate_basis', `the stop orders of ${String(inDoubt)} positions ${DOUBTFUL}`);
  return facts.isFlagAlone ? FLAG_ALONE : null;
}
