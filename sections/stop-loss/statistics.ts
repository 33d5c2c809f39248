import { sum, type Money } from '../../audit/decimal.ts';
import { fig, text } from '../../audit/text.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { pricesQuery } from '../shared/queries/trading.ts';
import { byExchange, lines, shown, unshown, type Computed, type Line } from '../shared/vocabulary/lines.ts';
import { at, distinct, first, unsizedOf, type OfPosition } from './cases.ts';
import { isLong, unprotectedSpans, type UnprotectedTime } from './exposure.ts';
import { DOUBTFUL, FLAG_ALONE, LOST, NO_ORDERS, unlessSeen, type Facts } from './facts.ts';
import type { Input } from './input.ts';
import { sampleLines } from './response-times.ts';
import { qualityLines } from './statistics-quality.ts';

const NO_CHANGES = missing('inadequate_basis', 'no record of single stop changes');

/** A row that is closed, or was written after the window, does not say what stood in the window. */
const unsaid = (silent: number, opened: number): Missing =>
  missing(
    'inadequate_basis',
    `of ${String(opened)} positions opened the rows of ${String(silent)} do not say whether a stop stood: they are closed, or were written after the window`,
  );

const hasStop = ({ position: { gaps, fact } }: OfPosition): boolean =>
  gaps?.length === 0 && timeOrNull(fact.row.opened_at) !== null;

/** Figures SL1 to SL11 by exchange and in total, in the order of the table. */
export function statistics(facts: Facts, input: Input) {
  return lines({
    columns: byExchange(facts.venues),
    ...facts.from,
    currency: input.bot.quoteCurrency,
    unseen: facts.protection.ok ? null : facts.protection,
    lines: [
      ...countLines(facts, input),
      ...unprotectedLines(facts, input),
      ...qualityLines(facts, input),
      ...nakedLines(facts),
      ...sampleLines(facts),
    ],
  });
}

function countLines(facts: Facts, { settings }: Input): readonly Line[] {
  const { required, initial, window, updates, hasTimes, byOrders } = facts;
  const opened = required
    .filter(({ fact }) => fact.openedAt >= window.from)
    .map((position) => ({ position }));
  const stopsSet = (venue: string | null): Computed => {
    const here = at(opened, venue);
    if (hasTimes) {
      const seen = at(initial, venue);
      return seen.length < here.length
        ? unsaid(here.length - seen.length, here.length)
        : seen.filter(({ setAt }) => setAt !== null).length;
    }
    const silent = here.filter(({ position: { gaps } }) => gaps === null).length;
    return silent > 0 ? unsaid(silent, here.length) : here.filter(hasStop).length;
  };
  const updated = (change: 'trigger' | 'quantity', title: string): Line =>
    unshown('SL2', 'count', `stops_updated_${change}`, `Stops updated: ${title}`, {
      formula: `updates in which the ${change} differs`,
      unseen: unlessSeen(facts, hasTimes, NO_CHANGES),
      of: (venue) => at(updates, venue).filter((update) => [change, 'both'].includes(update.change)).length,
    });
  return [
    unshown('SL1', 'count', 'stops_required', 'Positions opened that need a stop', {
      formula: 'positions opened in the window, without strategies that trade without stops by design',
      of: (venue) => at(opened, venue).length,
    }),
    shown('SL1', 'count', 'stops_set', 'Stops set', {
      formula: byOrders
        ? 'positions opened in the window whose first stop the exchange acknowledged'
        : 'positions opened in the window with a stop as the bot reports it; not acknowledged by the exchange',
      unseen: unlessSeen(facts, !facts.isFlagAlone, FLAG_ALONE),
      of: stopsSet,
      note: text`of ${fig('stops_required')} positions opened that need one`,
    }),
    shown('SL2', 'count', 'stops_updated', 'Stops updated', {
      formula: `stops replaced (cancel and new stop within ${String(settings.pairS)} s count once) or amended, by time of acknowledgement`,
      unseen: unlessSeen(facts, hasTimes, NO_CHANGES),
      of: (venue) => at(updates, venue).length,
    }),
    updated('trigger', 'trigger moved'),
    updated('quantity', 'quantity changed'),
    ...triggeredLines(facts),
  ];
}

function triggeredLines(facts: Facts): readonly Line[] {
  const { required, window, triggered, hasTimes, byOrders } = facts;
  const recorded = required.flatMap((position) =>
    position.changes
      .filter(({ kind }) => kind === 'triggered')
      .filter(({ at: time }) => Date.parse(time) >= window.from && Date.parse(time) < window.to)
      .map(() => ({ position })),
  );
  const ended = (outcome: 'partial' | 'failed', title: string, formula: string): Line =>
    unshown('SL3', 'count', `stops_triggered_${outcome}`, `Triggered, ${title}`, {
      formula: `triggered stops ${formula}`,
      unseen: unlessSeen(facts, byOrders, NO_ORDERS),
      of: (venue) => at(triggered, venue).filter((stop) => stop.outcome === outcome).length,
    });
  return [
    shown('SL3', 'count', 'stops_triggered', 'Stops triggered', {
      formula: 'stops whose trigger fired in the window',
      unseen: unlessSeen(facts, hasTimes, NO_ORDERS),
      of: (venue) => at(byOrders ? triggered : recorded, venue).length,
      note: text`${fig('stops_triggered_failed')} not filled, ${fig('stops_triggered_partial')} in part`,
    }),
    ended(
      'partial',
      'filled in part',
      'filled in part whose rest was closed within the limit another way, or may still be filled',
    ),
    ended(
      'failed',
      'not filled',
      'without a complete fill within the limit, those whose position stayed open included',
    ),
  ];
}

function nakedLines(facts: Facts): readonly Line[] {
  const naked = facts.updates.filter(({ nakedMs }) => nakedMs > 0);
  const unseen = unlessSeen(facts, facts.hasTimes, NO_CHANGES);
  return [
    shown('SL7', 'count', 'naked_updates', 'Updates that left a gap without a stop', {
      formula: 'updates in which the old stop ended before the new one was acknowledged',
      unseen,
      of: (venue) => at(naked, venue).length,
      note: text`longest ${fig('naked_gap_max')}${naked.length > 0 ? text`, at ${fig('naked_gap_max_at')}` : ''}`,
    }),
    unshown('SL7', 'ms', 'naked_gap_max', 'Longest gap without a stop while it is moved', {
      formula: 'max of acknowledgement of the new stop - end of the old one',
      unseen,
      of: (venue) => Math.max(0, ...at(naked, venue).map(({ nakedMs }) => nakedMs)),
      when: (venue) => first(at(naked, venue), ({ nakedMs }) => nakedMs)?.at ?? null,
    }),
  ];
}

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
    shown('SL4', 'count', 'positions_without_stop', 'Positions without a stop', {
      formula: `distinct positions with an unprotected interval ${grace}, or with shorter ones that are ${together}`,
      of: (venue) => bounded(distinct(at(gaps, venue)).length, noZero),
    }),
    shown('SL4', 'count', 'positions_without_stop_at_end', 'Positions without a stop at the end', {
      formula: `positions open at the end of the window and without a stop for ${grace} then`,
      of: (venue) => bounded(distinct(at(gaps, venue).filter(({ gap }) => gap.atEnd)).length, noZeroAtEnd),
      ...(facts.uselessAtEnd.length > 0 && {
        note: text`${from.basis}; ${fig('positions_with_useless_stop_at_end')} more with a stop that cannot work`,
      }),
    }),
    unshown('SL8', 'count', 'positions_with_useless_stop_at_end', 'Open positions whose stop cannot work', {
      formula:
        'positions open at the end of the window whose stops then all lie on the wrong side or behind the liquidation price',
      of: (venue) => distinct(at(facts.uselessAtEnd, venue)).length,
    }),
    shown('SL5', 'min', 'unprotected_time', 'Time with an unprotected position', {
      formula: 'length of the union of all unprotected intervals, however short',
      unseen,
      of: (venue) => timed(venue, minutesOf(at(unprotected, venue))),
      ...(hasTimes && {
        note: text`${from.basis}; ${fig('unprotected_time_beyond_grace')} of it beyond the grace`,
      }),
    }),
    unshown(
      'SL4',
      'min',
      'unprotected_time_beyond_grace',
      'Time with a position without a stop beyond the grace',
      {
        formula:
          'length of the union of the unprotected intervals that count for the positions without a stop',
        unseen,
        of: (venue) => timed(venue, minutesOf(at(gaps, venue))),
      },
    ),
    shown('SL5', 'money_min', 'unprotected_exposure', 'Unprotected exposure', {
      basis: `${from.basis}, ${market.hasPrices ? market.priceBasis : 'entry prices'}`,
      queries: [...from.queries, ...(market.hasPrices && facts.protection.ok ? [pricesQuery.id] : [])],
      formula: 'sum over unprotected time, however short, of notional x minutes',
      unseen,
      of: (venue) =>
        unsizedOf(at(unprotected, venue)) ??
        timed(
          venue,
          sum(at(unprotected, venue).map(({ notionalMinutes }) => notionalMinutes)).toDecimalPlaces(8),
        ),
      note: 'notional x minutes',
    }),
    unshown('SL4', 'count', 'positions_without_stop_long', 'Positions without a stop for long', {
      formula: `distinct positions with an unprotected interval longer than ${String(longGapS)} s, or with shorter ones that are ${together}`,
      unseen,
      of: (venue) => distinct(at(gaps, venue).filter((exposed) => isLong(exposed, longGapS))).length,
    }),
  ];
}

/** A row that changed after the window hides what it said; what the others show is then a lower bound, and 0 is nothing. */
function whyNoZero(facts: Facts): Missing | null {
  const { changedSince, inDoubt, ofLostOrders: lost, unheld } = facts;
  if (changedSince > 0) return missing('changed_since', `${String(changedSince)} position rows`);
  if (unheld > 0) return missing('inadequate_basis', `what ${String(unheld)} open rows hold is not known`);
  if (lost > 0) return missing('inadequate_basis', `orders of ${String(lost)} positions ${LOST}`);
  if (inDoubt > 0)
    return missing('inadequate_basis', `the stop orders of ${String(inDoubt)} positions ${DOUBTFUL}`);
  return facts.isFlagAlone ? FLAG_ALONE : null;
}
