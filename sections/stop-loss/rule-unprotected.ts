import { amount, sum, type Money } from '../../audit/decimal.ts';
import type { FindingDraft, Severity } from '../../audit/finding.ts';
import type { Output } from '../../audit/section.ts';
import { text, type Text } from '../../audit/text.ts';
import { iso } from '../../audit/time.ts';
import { exposureOf } from '../shared/vocabulary/exposure-modifier.ts';
import { ordersQuery, positionsQuery } from '../shared/queries/trading.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { names, noun, ruleFigures } from '../shared/vocabulary/rule-figures.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { capitalised, venueSlug } from '../shared/vocabulary/venue-figures.ts';
import type { ExposedGap, GapCause } from './exposure.ts';
import type { Facts, Input } from './facts.ts';
import { adviceForGaps, causeOfGaps } from './gap-causes.ts';
import { gapDataset } from './gap-dataset.ts';

/** SL-01: positions without a stop, one finding per exchange and cause. Short gaps of updates are SL-05's. */
export function unprotectedPositions(facts: Facts, input: Input, out: Output): readonly FindingDraft[] {
  const longMs = input.settings.longGapS * 1000;
  const own = facts.gaps.filter(({ gap, cause }) => cause !== 'update-gap' || gap.to - gap.from > longMs);
  const groups = groupBy(own, ({ position, cause }) => `${position.fact.venue}\n${cause}`);
  return [...groups.values()].flatMap((gaps) =>
    gaps[0] ? [draftOf(gaps[0].position.fact.venue, gaps[0].cause, gaps, facts, input, out)] : [],
  );
}

function draftOf(
  venue: string,
  kind: GapCause,
  gaps: readonly ExposedGap[],
  facts: Facts,
  input: Input,
  out: Output,
): FindingDraft {
  const { protection, market } = facts;
  const { bot, settings } = input;
  const basis = protection.ok ? protection.basis : 'no source';
  const queries = protection.ok ? protection.queries : [];
  const timed = protection.ok && (protection.evidence === 'orders' || protection.evidence === 'changes');
  const figure = ruleFigures(out, {
    rule: 'SL-01',
    exchange: venue,
    cause: kind,
    basis,
    queries,
    currency: bot.quoteCurrency,
  });
  const atEnd = gaps.filter(({ gap }) => gap.atEnd);
  const shown = atEnd.length > 0 ? atEnd : gaps;
  const positions = new Set(shown.map(({ gap }) => gap.positionId)).size;
  const inAll = kind === 'intermittent';
  const lengths = gaps.map(({ gap }) => gap.to - gap.from);
  const longestMs = inAll ? lengths.reduce((total, one) => total + one, 0) : Math.max(...lengths);
  const exposure = exposureOf(
    sum(gaps.map((gap) => gap.notionalMinutes)),
    market.equityAt(venue, gaps[0]?.gap.from ?? 0),
  );
  const n = figure(
    'positions',
    positions,
    'count',
    'Positions without a stop',
    'distinct positions of this finding',
  );
  const longest = figure(
    'longest',
    longestMs / 1000,
    's',
    inAll ? 'Time without a stop' : 'Longest time without a stop',
    inAll ? 'sum of the unprotected intervals' : 'max of the unprotected intervals',
  );
  const limit = figure(
    'limit',
    inAll ? settings.longGapS : settings.graceMs / 1000,
    's',
    'Longest accepted time without a stop',
    inAll ? 'policy stop-loss.longGapS' : 'policy stop-loss.graceMs',
  );
  const notional = figure(
    'notional',
    amount(largestNotional(shown)),
    'money',
    'Notional without a stop',
    'sum over positions of the largest notional in a gap',
  );
  const loss = figure(
    'loss_at_five_percent',
    amount(largestNotional(shown).times('0.05')),
    'money',
    'Cost of a 5 % move against it',
    '5 % of the notional without a stop',
  );
  const move = figure('move', 5, 'percent', 'Move used for the cost', 'chosen for illustration');
  const evidence = gapDataset(
    `stop-loss.unprotected.${venueSlug(venue)}.${kind}`,
    `Positions without a stop, ${capitalised(venue)}`,
    gaps,
    input,
    out,
    queries,
  );
  const occurrences = gaps.map(({ gap, position }) => ({
    subject: position.fact.symbol,
    at: iso(gap.from),
    until: iso(gap.to),
  }));
  const symbols = names(shown.map(({ position }) => position.fact.symbol));
  const ids = gaps.map(({ gap }) => gap.positionId);
  return {
    venue: venue === 'unknown' ? null : venue,
    severity: severityOf(atEnd.length > 0, longestMs, exposure, input),
    cause: causeOfGaps(kind, gaps, protection.ok && protection.evidence === 'orders'),
    title:
      atEnd.length > 0
        ? text`${n} ${noun(positions, 'position')} without a stop at the end of the window`
        : inAll
          ? text`${n} ${noun(positions, 'position')} without a stop again and again, for ${longest} in all`
          : text`${n} ${noun(positions, 'position')} without a stop for up to ${longest}`,
    description: inAll
      ? text`${symbols} on ${capitalised(venue)} ${positions === 1 ? 'was' : 'were'} open with a stop that came and went, without one for ${longest} in all. The limit is ${limit}.`
      : describe(symbols, venue, positions, timed, atEnd.length > 0, { longest, limit }),
    occurrences,
    frequency: gaps.length,
    evidence,
    atStake: notional.figure,
    impact: {
      financial: text`${notional} ${atEnd.length > 0 ? 'is' : 'was'} without protection; a move of ${move} against it costs ${loss}.`,
      operational:
        atEnd.length > 0
          ? text`Somebody has to place these stops by hand before the next window.`
          : text`The bot repaired this by itself, after the time shown.`,
      risk: text`Without a stop the loss is bounded by the liquidation alone.`,
    },
    detection: detectionOf(input.rows.alerts, occurrences),
    recommendation: adviceForGaps(kind),
    verification: text`No position is without an effective stop for longer than ${limit} in the next windows.`,
    see:
      protection.ok && protection.evidence === 'orders' && queries.includes(ordersQuery.id)
        ? seeRows(
            'order',
            'position_id, id, type, status, trigger_price, created_at, venue_at, cancelled_at, reject_code',
            'position_id',
            ids,
            'position_id, created_at',
          )
        : seeRows(
            'position',
            'id, exchange, symbol, status, stop_loss_price, has_stop_loss, opened_at',
            'id',
            ids,
            'opened_at',
          ),
    effort: queries.includes(positionsQuery.id) && atEnd.length > 0 ? 'low' : 'medium',
  };
}

function describe(
  symbols: string,
  venue: string,
  n: number,
  timed: boolean,
  atEnd: boolean,
  parts: { longest: Text[number]; limit: Text[number] },
): Text {
  const where = `${symbols} on ${capitalised(venue)}`;
  if (!timed) return text`By the bot's own rows, ${where} ${n === 1 ? 'has' : 'have'} no stop.`;
  return atEnd
    ? text`${where} ${n === 1 ? 'has' : 'have'} been open without an effective stop for up to ${parts.longest}. The limit is ${parts.limit}.`
    : text`${where} ${n === 1 ? 'was' : 'were'} open without an effective stop for up to ${parts.longest}. The limit is ${parts.limit}.`;
}

function severityOf(
  atEnd: boolean,
  longestMs: number,
  exposure: number | null,
  { settings }: Input,
): Severity {
  if (atEnd || (exposure !== null && exposure >= settings.exposureCritical)) return 'CRITICAL';
  if (longestMs > settings.longGapS * 1000) return 'HIGH';
  return exposure !== null && exposure < settings.exposureLow ? 'LOW' : 'MEDIUM';
}

/** Each position counts once, with the largest notional that it had in a gap. */
function largestNotional(gaps: readonly ExposedGap[]): Money {
  return sum(
    [...groupBy(gaps, ({ gap }) => gap.positionId).values()].flatMap(
      (own) => own.map(({ notional }) => notional).sort((a, b) => b.comparedTo(a))[0] ?? [],
    ),
  );
}
