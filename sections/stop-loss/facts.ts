import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { Market } from '../shared/facts/market.ts';
import type { ProtectedPosition, ProtectionFacts, Span } from '../shared/facts/protection.ts';
import { venuesOf } from '../shared/facts/symbols.ts';
import type { From } from '../shared/vocabulary/rule.ts';
import type { Uncovered } from './coverage.ts';
import { exposedGaps, unprotectedTime, type ExposedGap, type UnprotectedTime } from './exposure.ts';
import { initialStops, type InitialStop } from './initial.ts';
import type { Input } from './input.ts';
import { brokenProtection } from './intermittent.ts';
import { coverageFacts, type CoverageFacts } from './stop-faults.ts';
import { triggeredStops, type Triggered } from './triggers.ts';
import { stopUpdates, type StopUpdate } from './updates.ts';

export interface Facts extends CoverageFacts {
  readonly window: Span;
  readonly venues: readonly string[];
  readonly protection: ProtectionFacts;
  /** What the figures are computed from. */
  readonly from: From;
  /** The stop orders themselves can be judged. */
  readonly byOrders: boolean;
  /** The evidence says when a stop stood, not only whether. */
  readonly hasTimes: boolean;
  readonly isFlagAlone: boolean;
  /** Positions that need a stop; empty when the evidence cannot say. */
  readonly required: readonly ProtectedPosition[];
  /** Positions whose stop evidence changed after the window. */
  readonly changedSince: number;
  /** Positions whose only stop orders cannot be told to protect them. */
  readonly inDoubt: number;
  readonly market: Market;
  /** Gaps that count as time without a stop (SL4). */
  readonly gaps: readonly ExposedGap[];
  /** All time without a stop (SL5). */
  readonly unprotected: readonly UnprotectedTime[];
  readonly initial: readonly InitialStop[];
  readonly updates: readonly StopUpdate[];
  /** Why latencies cannot be known, or null when they can. */
  readonly timesMissing: Missing | null;
  readonly triggered: readonly Triggered[];
  /** Stops that do not do their work: too small, or with a fault (SL8). */
  readonly uncovering: readonly Uncovered[];
}

/** What keeps an order of the role stop from passing for one. */
export const DOUBTFUL =
  'have an unknown status, another symbol or exchange, no trigger price, no quantity or no acknowledgement';

export const FLAG_ALONE = missing('inadequate_basis', 'a flag alone does not show a stop');

export function factsOf(input: Input): Facts {
  const { rows, shared, bot, settings } = input;
  const { market, positions, protection } = shared;
  const window = { from: ms(input.window.from), to: ms(input.window.to) };
  const required = protection.ok ? protection.positions.filter((position) => position.required) : [];
  const evidence = protection.ok ? protection.evidence : null;
  const byOrders = evidence === 'orders';
  const hasTimes = byOrders || evidence === 'changes';
  const unjudged = required.filter(({ gaps }) => gaps === null).length;
  const covered = coverageFacts(required, byOrders, window, input);
  const enough = 100 - settings.coverageTolerancePct;
  return {
    window,
    venues: venuesOf(bot.exchanges, positions.ok ? positions.positions.map(({ venue }) => venue) : []),
    protection,
    from: protection.ok ? protection : { basis: 'no source', queries: [] },
    byOrders,
    hasTimes,
    isFlagAlone: evidence === 'flag',
    required,
    changedSince: byOrders ? 0 : unjudged,
    inDoubt: byOrders ? unjudged : 0,
    market,
    gaps: exposedGaps(required, market, byOrders, settings, brokenProtection(required, window, settings)),
    unprotected: unprotectedTime(required, market),
    initial: hasTimes ? initialStops(required, window, byOrders) : [],
    updates: hasTimes ? stopUpdates(required, window, byOrders, settings.pairS * 1000) : [],
    timesMissing: timesMissing(protection, hasTimes, input),
    triggered: byOrders
      ? triggeredStops(required, rows.fills.ok ? rows.fills.rows : [], window, settings.triggerFillS * 1000)
      : [],
    ...covered,
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
