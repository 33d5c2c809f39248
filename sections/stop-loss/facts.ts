import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { dustFrom } from '../shared/facts/dust.ts';
import type { ProtectionFacts } from '../shared/facts/protection.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import type { From } from '../shared/vocabulary/rule.ts';
import { unknownHoldings } from '../shared/facts/unknown-holdings.ts';
import { atRisk, exposedGaps } from './exposure.ts';
import type { Input } from './input.ts';
import { coverageFacts, uselessAtEnd } from './stop-faults.ts';
import { initialStops, stopUpdates, triggeredStops } from './updates.ts';

/** What keeps an order of the role stop from passing for one. */
export const DOUBTFUL =
  'have an unknown status, another symbol or exchange, no trigger price, no quantity, no acknowledgement or times of another clock';
export const LOST = 'are not stored, and stops may have been among them';
export const FLAG_ALONE = missing('inadequate_basis', 'a flag alone does not show a stop');
export const NO_ORDERS = missing('inadequate_basis', 'no stop orders');

export type Facts = ReturnType<typeof factsOf>;

export function factsOf(input: Input) {
  const { rows, shared, bot, settings } = input;
  const { market, positions, protection } = shared;
  const window = { from: ms(input.window.from), to: ms(input.window.to) };
  const required = protection.ok ? protection.positions.filter((position) => position.required) : [];
  const evidence = protection.ok ? protection.evidence : null;
  const byOrders = evidence === 'orders';
  // The evidence says when a stop stood, not only whether.
  const hasTimes = byOrders || evidence === 'changes';
  const unjudged = required.filter(({ gaps }) => gaps === null);
  const scope = { required, window, market, byOrders, settings, graceMs: shared.thresholds.stopGraceMs };
  // Stops whose times are those of another clock are late or early by that clock alone.
  const timed = { ...scope, required: required.filter(({ isUntimed }) => !isUntimed) };
  const covered = coverageFacts(timed);
  const enough = 100 - settings.coverageTolerancePct;
  const from: From = protection.ok ? protection : { basis: 'no source', queries: [] };
  return {
    ...scope,
    venues: venuesOf(bot.exchanges, positions.ok ? positions.positions.map(({ venue }) => venue) : []),
    protection,
    from,
    hasTimes,
    isFlagAlone: evidence === 'flag',
    /** Position rows with the flag has_stop_loss, where stops are judged by their price; 0 elsewhere. */
    flagged: evidence === 'price' ? required.filter(({ fact }) => fact.row.has_stop_loss === true).length : 0,
    /** Open positions whose row was written after the window, where rows are the evidence. */
    changedSince: hasTimes ? 0 : unjudged.filter(({ fact }) => fact.closedAt === null).length,
    /** Open rows of which nobody knows what they hold. */
    unheld: unknownHoldings(positions).length,
    /** Positions of which orders cannot tell whether they were protected, at some time or at all. */
    inDoubt: byOrders ? required.filter(({ isInDoubt }) => isInDoubt).length : 0,
    /** Those of them whose orders are not all stored. */
    ofLostOrders: required.filter(({ isInDoubt, lost }) => isInDoubt && lost.length > 0).length,
    /** Gaps that count as time without a stop (SL4). */
    gaps: exposedGaps(scope),
    /** All time without a stop: SL5 knows no grace. */
    unprotected: required.flatMap((position) =>
      (position.bare ?? []).map((gap) => atRisk(position, gap, market)),
    ),
    initial: hasTimes ? initialStops(timed) : [],
    updates: hasTimes ? stopUpdates(timed) : [],
    /** Why latencies cannot be known, or null when they can. */
    timesMissing: timesMissing(protection, hasTimes, input),
    triggered: byOrders ? triggeredStops(timed, rows.fills.ok ? rows.fills.rows : []) : [],
    ...covered,
    coverageInDoubt: covered.coverageInDoubt + required.length - timed.required.length,
    /** Open at the end, with too little left for any order, a stop included. */
    dust: required.flatMap(({ fact }) => (fact.closedAt === null && dustFrom(fact) !== null ? [fact] : [])),
    /** Open at the end, with no stop that works. */
    uselessAtEnd: uselessAtEnd(covered.faults, window),
    /** Stops that do not do their work: too small, or with a fault (SL8). */
    uncovering: [...covered.coverage.filter(({ coveragePct }) => coveragePct < enough), ...covered.faults],
  };
}

function timesMissing(protection: ProtectionFacts, hasTimes: boolean, input: Input): Missing | null {
  if (!protection.ok) return protection;
  if (!hasTimes) return missing('inadequate_basis', `${protection.basis} has no times`);
  return protection.evidence === 'orders' && !input.has('order', 'venue_at')
    ? missing('missing_column', 'order.venue_at')
    : null;
}

/** Why a figure is not known: no stop could be seen at all, or not in the way that it needs. */
export function unlessSeen({ protection }: Facts, isSeen: boolean, why: Missing): Missing | null {
  if (!protection.ok) return protection;
  return isSeen ? null : why;
}
