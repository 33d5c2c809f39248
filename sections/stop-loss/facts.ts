import type { z } from 'zod';
import type { SectionInput } from '../../audit/section.ts';
import { latency, type Latency } from '../../audit/statistics.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import {
  equityQuery,
  fillsQuery,
  fundingQuery,
  ordersQuery,
  positionsQuery,
  pricesQuery,
  stopChangesQuery,
} from '../shared/queries/trading.ts';
import { alertsQuery } from '../shared/queries/monitoring.ts';
import { createMarket, type Market } from '../shared/facts/market.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { positionFacts } from '../shared/facts/positions.ts';
import {
  protectionFacts,
  type ProtectedPosition,
  type ProtectionFacts,
  type Span,
} from '../shared/facts/protection.ts';
import { venuesOf } from '../shared/vocabulary/venue-figures.ts';
import { coverageOf, stopFaults, type Uncovered } from './coverage.ts';
import { bareTime, exposedGaps, type ExposedGap } from './exposure.ts';
import { initialStops, type InitialStop } from './initial.ts';
import { brokenProtection } from './intermittent.ts';
import { knownPrices } from './known-prices.ts';
import type { Settings } from './settings.ts';
import { triggeredStops, type Triggered } from './triggers.ts';
import { stopUpdates, type StopUpdate } from './updates.ts';
import { wrongSideRow } from './wrong-side.ts';

export const queries = {
  positions: positionsQuery,
  fills: fillsQuery,
  orders: ordersQuery,
  stopChanges: stopChangesQuery,
  funding: fundingQuery,
  prices: pricesQuery,
  equity: equityQuery,
  alerts: alertsQuery,
};
export type Input = SectionInput<typeof queries, z.output<Settings>>;

export interface Facts {
  readonly window: Span;
  readonly venues: readonly string[];
  readonly source: PositionFacts;
  readonly protection: ProtectionFacts;
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
  readonly bare: readonly Omit<ExposedGap, 'cause'>[];
  /** Null where the evidence has no times; `timesMissing` says why. */
  readonly initial: readonly InitialStop[] | null;
  readonly updates: readonly StopUpdate[];
  readonly timesMissing: Missing | null;
  readonly triggered: readonly Triggered[];
  readonly coverage: readonly Uncovered[];
  /** Positions with stops that may not cover them, or whose side no price can tell. */
  readonly coverageInDoubt: number;
  readonly faults: readonly Uncovered[];
}

/** What keeps an order of the role stop from passing for one. */
export const DOUBTFUL =
  'have an unknown status, another symbol or exchange, no trigger price, no quantity or no acknowledgement';

export function factsOf(input: Input): Facts {
  const { rows, bot, settings } = input;
  const window = { from: ms(input.window.from), to: ms(input.window.to) };
  const source = positionFacts(rows, input);
  const protection = protectionFacts(
    { facts: source, orders: rows.orders, stopChanges: rows.stopChanges },
    input,
    settings.graceMs,
  );
  const positions = protection.ok ? protection.positions : [];
  const required = positions.filter((position) => position.required);
  const byOrders = protection.ok && protection.evidence === 'orders';
  const covered = byOrders ? required.map((position) => coverageOf(position, window, settings.graceMs)) : [];
  const market = createMarket(rows.prices, rows.equity, bot.quoteCurrency);
  const prices = knownPrices(rows.prices, rows.fills, required);
  const judged = byOrders ? required.map((position) => stopFaults(position, window, market, prices)) : [];
  return {
    window,
    venues: venuesOf(bot.exchanges, source.ok ? source.positions.map(({ venue }) => venue) : []),
    source,
    protection,
    required,
    changedSince: byOrders ? 0 : required.filter(({ gaps }) => gaps === null).length,
    inDoubt: byOrders ? required.filter(({ gaps }) => gaps === null).length : 0,
    market,
    gaps: exposedGaps(required, market, byOrders, brokenProtection(required, window, settings)),
    bare: bareTime(required, market),
    initial: protection.ok ? initialStops(positions, window, protection.evidence) : null,
    updates: protection.ok ? stopUpdates(required, window, byOrders) : [],
    timesMissing: timesMissing(protection, input),
    triggered: byOrders
      ? triggeredStops(required, rows.fills.ok ? rows.fills.rows : [], window, settings.triggerFillS * 1000)
      : [],
    coverage: covered.flatMap(({ worst }) => worst ?? []),
    coverageInDoubt: covered.filter(({ inDoubt }, index) => inDoubt || judged[index]?.sideInDoubt === true)
      .length,
    faults: byOrders ? judged.flatMap(({ faults }) => faults) : rowFaults(required, window),
  };
}

/** Why latencies cannot be known, or null when they can. */
function timesMissing(protection: ProtectionFacts, input: Input): Missing | null {
  if (!protection.ok) return protection;
  if (protection.evidence === 'price' || protection.evidence === 'flag') {
    return missing('inadequate_basis', `${protection.basis} has no times`);
  }
  if (protection.evidence === 'orders' && !input.has('order', 'venue_at'))
    return missing('missing_column', 'order.venue_at');
  return null;
}

/** On the bot's rung only the row's stop price can be judged. */
function rowFaults(positions: readonly ProtectedPosition[], window: Span): readonly Uncovered[] {
  return positions.flatMap((position): Uncovered[] => {
    const trigger = position.gaps === null ? null : wrongSideRow(position);
    if (trigger === null) return [];
    const { fact } = position;
    return [
      {
        position,
        fault: 'wrong-side',
        coveragePct: 0,
        stopQuantity: null,
        heldQuantity: fact.quantity,
        trigger,
        bareQuantityMs: null,
        from: Math.max(fact.openedAt, window.from),
        to: Math.min(fact.closedAt ?? window.to, window.to),
      },
    ];
  });
}

/** Latencies of first stops; those that never came enter with the time without them as a lower bound (SL6). */
export function initialLatency({ initial }: Facts, venue: string | null): Latency {
  return latency(
    (initial ?? [])
      .filter(({ position, setAt, latencyMs }) => of(position, venue) && (setAt !== null || latencyMs > 0))
      .map(({ latencyMs }) => latencyMs),
  );
}

export function updateLatency({ updates }: Facts, venue: string | null): Latency {
  return latency(
    updates.filter(({ position }) => of(position, venue)).flatMap(({ latencyMs }) => latencyMs ?? []),
  );
}

export function of({ fact }: ProtectedPosition, venue: string | null): boolean {
  return venue === null || fact.venue === venue;
}
