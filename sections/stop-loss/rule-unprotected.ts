import { sum } from '../../audit/decimal.ts';
import { text } from '../../audit/text.ts';
import { detectionOf } from '../shared/facts/detection.ts';
import { exposureOf } from '../shared/vocabulary/exposure-modifier.ts';
import { num } from '../shared/vocabulary/number.ts';
import { groupsByVenue, rule } from '../shared/vocabulary/rule.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { distinct, occurrenceOf, seeStops, symbolsOf, unsizedOf, venueOf } from './cases.ts';
import { gapTable, largestFirst, largestNotional, type ExposedGap } from './exposure.ts';
import type { Facts } from './facts.ts';
import { adviceFor, atTheExchange, hypothesesOf } from './gap-causes.ts';
import type { Input } from './input.ts';

/** What one finding is about: the positions without a stop at the end, where there are any. */
function aboutOf(found: readonly ExposedGap[]) {
  const cause = found[0]?.cause ?? 'unseen';
  const inAll = found.some(({ isShort }) => isShort);
  const lengths = found.map(({ gap }) => gap.to - gap.from);
  const open = found.filter(({ gap }) => gap.atEnd);
  const atEnd = open.length > 0;
  const shown = atEnd ? open : found;
  return {
    cause,
    inAll,
    /** The longest gap; where protection came and went, all of them together. */
    seconds: (inAll ? lengths.reduce((total, ms) => total + ms, 0) : Math.max(...lengths)) / 1000,
    atEnd,
    shown,
    count: distinct(shown).length,
  };
}

/** Positions without a stop, one finding per exchange and cause. Short gaps of updates are SL-05's. */
export const unprotectedPositions = rule<Facts, Input>()({
  id: 'SL-01',
  title: 'Position without stop',
  dimension: 'risk',
  condition: ({ stopGraceMs, nakedSharePct, longGapS, exposureCritical }) =>
    `without an effective stop for longer than ${String(stopGraceMs / 1000)} s, or in shorter gaps that are ${String(nakedSharePct)} % of the time held and together above ${String(longGapS)} s; LOW or MEDIUM up to ${String(longGapS)} s, HIGH above, CRITICAL at the end of the window or from exposure ${String(exposureCritical)}`,
  find: ({ gaps }) =>
    groupsByVenue(
      gaps.filter(({ cause }) => cause !== 'update-gap'),
      venueOf,
      ({ cause }) => ({ cause }),
    ).map((group) => ({ ...group, of: aboutOf(group.found) })),
  effort: ({ of }) => (of.atEnd ? 'low' : 'medium'),
  from: ({ from }) => from,
  numbers: ({ of: { inAll, seconds, shown, count }, input: { settings, shared } }) => {
    const [notional, unsized] = [largestNotional(shown), unsizedOf(shown)];
    const move = settings.illustratedMovePct;
    return {
      positions: num.count('Positions without a stop', count, 'distinct positions of this finding'),
      longest: num.s(inAll ? 'Time without a stop' : 'Longest time without a stop', seconds, {
        formula: inAll ? 'sum of the unprotected intervals' : 'max of the unprotected intervals',
      }),
      limit: num.s(
        'Longest accepted time without a stop',
        inAll ? settings.longGapS : shared.thresholds.stopGraceMs / 1000,
        inAll ? 'policy stop-loss.longGapS' : 'policy shared.stopGraceMs',
      ),
      notional: num.money('Notional without a stop', unsized ?? notional, {
        formula: 'sum over positions of the largest notional in a gap',
      }),
      loss_at_five_percent: num.money(
        `Cost of a ${String(move)} % move against it`,
        unsized ?? notional.times(move).div(100),
        `${String(move)} % of the notional without a stop`,
      ),
      move: num.percent('Move used for the cost', move, 'chosen for illustration'),
    };
  },
  stake: 'notional',
  // A first stop that came late is the same position without a stop until it came.
  explainedBy: ({ of }) => (of.cause === 'acknowledged-late' ? [{ rule: 'SL-02', sameSubject: true }] : []),
  severity({ found, of: { atEnd, seconds }, venue, facts, input: { settings } }) {
    const equity = facts.market.equityAt(venue, found[0]?.gap.from ?? 0);
    const minutes = sum(found.map(({ notionalMinutes }) => notionalMinutes));
    const exposure = unsizedOf(found) === null ? exposureOf(minutes, equity) : null;
    if (atEnd || (exposure ?? 0) >= settings.exposureCritical) return 'CRITICAL';
    if (seconds > settings.longGapS) return 'HIGH';
    return exposure !== null && exposure < settings.exposureLow ? 'LOW' : 'MEDIUM';
  },
  causes: ({ found, of, facts, input }) => [
    ...atTheExchange(of.atEnd ? of.shown : [], input.shared),
    ...hypothesesOf(of.cause, found, facts),
  ],
  otherwise: ({ facts }) =>
    facts.byOrders
      ? 'The stop orders around these gaps do not show why.'
      : "Without stop orders the audit cannot see why; the bot's own rows say only that there is no stop.",
  occurrence: (exposed) => occurrenceOf(exposed, exposed.gap.from, exposed.gap.to),
  evidence: {
    id: 'stop-loss.unprotected',
    suffix: ({ of }) => of.cause,
    title: 'Positions without a stop',
    table: ({ input }: { readonly input: Input }) => gapTable(input.settings),
    rows: ({ found }) => largestFirst(found),
  },
  see: ({ found, facts }) =>
    seeStops(found, facts.byOrders, {
      order: 'type, status, trigger_price, created_at, venue_at, cancelled_at, reject_code',
      position: 'status, stop_loss_price, has_stop_loss, opened_at',
    }),
  words: (n, { of: { cause, inAll, atEnd, shown, count }, place, occurrences, facts, input }) => {
    const positions = text`${n.positions} ${noun(count, 'position')} without a stop`;
    const where = `${symbolsOf(shown)} on ${place}`;
    const was = noun(count, 'was', 'were');
    const open = atEnd ? `${noun(count, 'has', 'have')} been open` : `${was} open`;
    return {
      title: atEnd
        ? text`${positions} at the end of the window`
        : inAll
          ? text`${positions} again and again, for ${n.longest} in all`
          : text`${positions} for up to ${n.longest}`,
      description: inAll
        ? text`${where} ${was} open with a stop that came and went, without one for ${n.longest} in all. The limit is ${n.limit}.`
        : facts.hasTimes
          ? text`${where} ${open} without an effective stop for up to ${n.longest}. The limit is ${n.limit}.`
          : text`By the bot's own rows, ${where} ${noun(count, 'has', 'have')} no stop.`,
      financial: text`${n.notional} ${atEnd ? 'is' : 'was'} without protection; a move of ${n.move} against it costs ${n.loss_at_five_percent}.`,
      operational: atEnd
        ? 'Somebody has to place these stops by hand before the next window.'
        : 'The bot repaired this by itself, after the time shown.',
      risk: 'Without a stop the loss is bounded by the liquidation alone.',
      detection: detectionOf(input, occurrences),
      recommendation: atEnd
        ? [`Place ${noun(count, 'a stop', 'stops')} for ${where} now. `, adviceFor(cause)]
        : adviceFor(cause),
      verification: text`No position is without an effective stop for longer than ${n.limit} in the next windows.`,
    };
  },
});
