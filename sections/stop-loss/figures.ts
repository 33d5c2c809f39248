import { amount, sum } from '../../audit/decimal.ts';
import type { Output } from '../../audit/section.ts';
import { known, missing, type Value } from '../../audit/value.ts';
import { pricesQuery } from '../shared/queries/trading.ts';
import { adder } from './add-figures.ts';
import { isLong, unprotectedSpans, type ExposedGap } from './exposure.ts';
import { DOUBTFUL, of, type Facts, type Input } from './facts.ts';
import { latencyFigures } from './figures-latency.ts';
import { qualityFigures } from './figures-quality.ts';
import { rowsWithStop } from './initial.ts';

/** Figures SL1 to SL11 per exchange and in total. */
export function figures(facts: Facts, input: Input, out: Output): void {
  countFigures(facts, out);
  unprotectedFigures(facts, input, out);
  latencyFigures(facts, out);
  qualityFigures(facts, input, out);
}

function countFigures(facts: Facts, out: Output): void {
  const { protection, required, initial, window, updates, triggered } = facts;
  const add = adder(facts, out);
  const byOrders = protection.ok && protection.evidence === 'orders';
  const inTime = (venue: string | null): number =>
    (initial ?? []).filter(({ position, setAt }) => of(position, venue) && setAt !== null).length;
  const rows = (venue: string | null) =>
    rowsWithStop(
      required.filter((position) => of(position, venue)),
      window,
    );
  add(
    {
      name: 'stops_required',
      id: 'SL1',
      unit: 'count',
      title: 'Positions opened that need a stop',
      formula: 'positions opened in the window, without strategies that trade without stops by design',
    },
    (venue) => known(rows(venue).required),
  );
  add(
    {
      name: 'stops_set',
      id: 'SL1',
      unit: 'count',
      title: 'Stops set',
      formula: byOrders
        ? 'positions opened in the window whose first stop the exchange acknowledged'
        : 'positions opened in the window with a stop as the bot reports it; not acknowledged by the exchange',
    },
    (venue) =>
      protection.ok && protection.evidence === 'flag'
        ? missing('inadequate_basis', 'a flag alone does not show a stop')
        : known(initial === null ? rows(venue).set : inTime(venue)),
  );
  const noUpdates = missing('inadequate_basis', 'no record of single stop changes');
  add(
    {
      name: 'stops_updated',
      id: 'SL2',
      unit: 'count',
      title: 'Stops updated',
      formula:
        'stops replaced (cancel and new stop within 60 s count once) or amended, by time of acknowledgement',
    },
    (venue) =>
      initial === null ? noUpdates : known(updates.filter(({ position }) => of(position, venue)).length),
  );
  for (const [change, title] of [
    ['trigger', 'Stops updated: trigger moved'],
    ['quantity', 'Stops updated: quantity changed'],
  ] as const) {
    add(
      {
        name: `stops_updated_${change}`,
        id: 'SL2',
        unit: 'count',
        title,
        formula: `updates in which the ${change} differs`,
      },
      (venue) =>
        initial === null
          ? noUpdates
          : known(
              updates.filter(
                (one) => of(one.position, venue) && (one.change === change || one.change === 'both'),
              ).length,
            ),
    );
  }
  const fired = (venue: string | null, outcome?: 'filled' | 'partial' | 'failed'): Value => {
    const own = triggered.filter(
      (one) => of(one.position, venue) && (outcome === undefined || one.outcome === outcome),
    );
    if (byOrders) return known(own.length);
    if (outcome !== undefined || !protection.ok || protection.evidence !== 'changes')
      return missing('inadequate_basis', 'no stop orders');
    const changes = required
      .filter((position) => of(position, venue))
      .flatMap((position) => position.changes);
    return known(
      changes.filter(
        ({ kind, at }) => kind === 'triggered' && Date.parse(at) >= window.from && Date.parse(at) < window.to,
      ).length,
    );
  };
  add(
    {
      name: 'stops_triggered',
      id: 'SL3',
      unit: 'count',
      title: 'Stops triggered',
      formula: 'stops whose trigger fired in the window',
    },
    (venue) => fired(venue),
  );
  add(
    {
      name: 'stops_triggered_partial',
      id: 'SL3',
      unit: 'count',
      title: 'Triggered, filled in part',
      formula:
        'triggered stops filled in part whose rest was closed within the limit another way, or may still be filled',
    },
    (venue) => fired(venue, 'partial'),
  );
  add(
    {
      name: 'stops_triggered_failed',
      id: 'SL3',
      unit: 'count',
      title: 'Triggered, not filled',
      formula:
        'triggered stops without a complete fill within the limit, those whose position stayed open included',
    },
    (venue) => fired(venue, 'failed'),
  );
}

function unprotectedFigures(facts: Facts, input: Input, out: Output): void {
  const { gaps, bare, market, changedSince, inDoubt, protection } = facts;
  const add = adder(facts, out);
  const currency = input.bot.quoteCurrency;
  const own = (venue: string | null) => gaps.filter(({ position }) => of(position, venue));
  // A row that changed after the window hides what it said; what the others show is then a lower bound, and 0 is nothing.
  const bounded = (value: number): Value =>
    changedSince > 0 && value === 0
      ? missing('changed_since', `${String(changedSince)} position rows`)
      : inDoubt > 0 && value === 0
        ? missing('inadequate_basis', `the stop orders of ${String(inDoubt)} positions ${DOUBTFUL}`)
        : protection.ok && protection.evidence === 'flag' && value === 0
          ? missing('inadequate_basis', 'a flag alone does not show a stop')
          : known(value);
  // Beside a position in doubt, the moments of the others say nothing about the time without a stop.
  const timed = (venue: string | null, value: number | string): Value =>
    inDoubt > 0 && own(venue).length === 0 ? bounded(0) : known(value);
  const bareOf = (venue: string | null) => bare.filter(({ position }) => of(position, venue));
  const grace = `longer than ${String(input.settings.graceMs / 1000)} s`;
  const { longGapS, nakedSharePct } = input.settings;
  const together = `at least ${String(nakedSharePct)} % of the time held and together longer than ${String(longGapS)} s at an exchange`;
  add(
    {
      name: 'positions_without_stop',
      id: 'SL4',
      unit: 'count',
      title: 'Positions without a stop',
      formula: `distinct positions with an unprotected interval ${grace}, or with shorter ones that are ${together}`,
    },
    (venue) => bounded(new Set(own(venue).map(({ gap }) => gap.positionId)).size),
  );
  add(
    {
      name: 'positions_without_stop_at_end',
      id: 'SL4',
      unit: 'count',
      title: 'Positions without a stop at the end',
      formula: `positions open at the end of the window and without a stop for ${grace} then`,
    },
    (venue) =>
      bounded(
        new Set(
          own(venue)
            .filter(({ gap }) => gap.atEnd)
            .map(({ gap }) => gap.positionId),
        ).size,
      ),
  );
  const minutes = (found: readonly Pick<ExposedGap, 'gap'>[]): number =>
    unprotectedSpans(found).reduce((total, { from, to }) => total + to - from, 0) / 60_000;
  const hasTimes = protection.ok && (protection.evidence === 'orders' || protection.evidence === 'changes');
  const noTimes = missing(
    'inadequate_basis',
    `${protection.ok ? protection.basis : 'the evidence'} has no times`,
  );
  add(
    {
      name: 'unprotected_time',
      id: 'SL5',
      unit: 'min',
      title: 'Time with an unprotected position',
      formula: 'length of the union of all unprotected intervals, however short',
    },
    (venue) => (hasTimes ? timed(venue, minutes(bareOf(venue))) : noTimes),
  );
  add(
    {
      name: 'unprotected_time_beyond_grace',
      id: 'SL4',
      unit: 'min',
      title: 'Time with a position without a stop beyond the grace',
      formula: 'length of the union of the unprotected intervals that count for the positions without a stop',
    },
    (venue) => (hasTimes ? timed(venue, minutes(own(venue))) : noTimes),
  );
  add(
    {
      name: 'unprotected_exposure',
      id: 'SL5',
      unit: 'money_min',
      currency,
      title: 'Unprotected exposure',
      basis: `${protection.ok ? protection.basis : 'no source'}, ${market.hasPrices ? 'market prices' : 'entry prices'}`,
      queries: protection.ok ? [...protection.queries, ...(market.hasPrices ? [pricesQuery.id] : [])] : [],
      formula: 'sum over unprotected time, however short, of notional x minutes',
    },
    (venue) =>
      hasTimes
        ? timed(
            venue,
            amount(sum(bareOf(venue).map(({ notionalMinutes }) => notionalMinutes)).toDecimalPlaces(8)),
          )
        : noTimes,
  );
  const long = own(null).filter((one) => isLong(one, longGapS));
  add(
    {
      name: 'positions_without_stop_long',
      id: 'SL4',
      unit: 'count',
      title: 'Positions without a stop for long',
      formula: `distinct positions with an unprotected interval longer than ${String(longGapS)} s, or with shorter ones that are ${together}`,
    },
    (venue) =>
      hasTimes
        ? known(
            new Set(long.filter(({ position }) => of(position, venue)).map(({ gap }) => gap.positionId)).size,
          )
        : noTimes,
  );
}
