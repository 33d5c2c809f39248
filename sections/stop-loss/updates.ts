import { amount, money, ZERO, type Money } from '../../audit/decimal.ts';
import type { Occurrence, See } from '../../audit/finding.ts';
import { ms } from '../../audit/time.ts';
import { isKnown } from '../../audit/value.ts';
import { firedStops } from '../shared/facts/fired-stops.ts';
import { valueAt } from '../shared/facts/instruments.ts';
import { plannedLoss } from '../shared/facts/planned-loss.ts';
import type { ProtectedPosition } from '../shared/facts/protection.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import type { From } from '../shared/vocabulary/rule.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { at, occurrenceOf, perVenue, POSITION_COLUMNS, type Scope } from './cases.ts';
import type { Input } from './input.ts';

/** First stops of the positions opened in the window, by stop orders or by recorded changes (SL1, SL6). */
export function initialStops({ required, window, byOrders }: Scope) {
  return (
    required
      .filter(({ fact }) => fact.openedAt >= window.from)
      .map((position) => {
        const { fact, stops, changes } = position;
        const placed = byOrders
          ? stops.flatMap(({ ackAt }) => ackAt ?? [])
          : changes.filter(({ kind }) => kind === 'placed' || kind === 'updated').map(({ at }) => ms(at));
        /** When it was in place; null when it never was. */
        const setAt = placed.length === 0 ? null : Math.min(...placed);
        const until = setAt ?? fact.closedAt ?? window.to;
        /** Entry to acknowledgement, or for a stop that never came the time without it (a lower bound). */
        const latencyMs = Math.max(0, until - fact.openedAt);
        return { position, setAt, latencyMs };
      })
      // Of a stop that is not stored nobody knows when it was in place.
      .filter(({ position: { lost }, setAt }) => lost.every(({ from }) => setAt !== null && setAt <= from))
  );
}
export type InitialStop = ReturnType<typeof initialStops>[number];

/** A stop replaced by another one, or amended in place. */
export interface StopUpdate {
  readonly position: ProtectedPosition;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Acknowledgement - request; null when only one of the two is known. */
  readonly latencyMs: number | null;
  /** Acknowledgement of the new - end of the old; 0 when they overlap. */
  readonly nakedMs: number;
  /** The trigger moved, the quantity changed, or both. */
  readonly change: 'trigger' | 'quantity' | 'both' | 'unknown';
  readonly oldOrder: string | null;
  readonly newOrder: string | null;
}

/** Updates acknowledged in the window: by pairs of orders at most `pairMs` apart, else as the bot recorded them (SL2, SL7). */
export function stopUpdates({ required, window, byOrders, settings }: Scope) {
  const pairMs = settings.pairS * 1000;
  return required
    .flatMap((position) => (byOrders ? byPairs(position, pairMs) : byChanges(position)))
    .filter(({ at }) => at >= window.from && at < window.to)
    .sort((a, b) => a.at - b.at || (a.position.fact.id < b.position.fact.id ? -1 : 1));
}

function byPairs(position: ProtectedPosition, pairMs: number): readonly StopUpdate[] {
  const effective = position.stops.filter((stop) => stop.ackAt !== null);
  return effective.flatMap((next): StopUpdate[] => {
    const previous = replacedBy(next, effective, pairMs);
    if (previous === null || next.ackAt === null || isLostBetween(position, previous, next.ackAt)) return [];
    const requestedAt = Math.min(next.requestedAt, previous.endedAt ?? next.requestedAt);
    const recorded = position.changes.find(({ order_id: id, kind }) => id === next.id && kind === 'updated');
    return [
      {
        position,
        at: next.ackAt,
        latencyMs:
          next.ackAt > next.requestedAt ? next.ackAt - requestedAt : numberOf(recorded?.duration_ms ?? null),
        nakedMs: nakedMs(previous, next.ackAt, effective),
        change: changeOf(previous, next),
        oldOrder: previous.id,
        newOrder: next.id,
      },
    ];
  });
}

/** The stop whose end lies nearest to the acknowledgement of `next`, requested before it. */
function replacedBy(next: StopOrder, stops: readonly StopOrder[], pairMs: number): StopOrder | null {
  const distance = ({ endedAt }: StopOrder): number => Math.abs((endedAt ?? Infinity) - (next.ackAt ?? 0));
  const candidates = stops.filter(
    (stop) => stop.end === 'cancelled' && stop.requestedAt < next.requestedAt && distance(stop) <= pairMs,
  );
  return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** What stood between the two may not be stored: then nobody knows what replaced what. */
const isLostBetween = ({ lost }: ProtectedPosition, { endedAt }: StopOrder, ackAt: number): boolean =>
  lost.some(({ from, to }) => from <= ackAt && to >= (endedAt ?? ackAt));

/** Zero while any other stop of the position stood at the end of the old one. */
function nakedMs(previous: StopOrder, ackAt: number, stops: readonly StopOrder[]): number {
  const end = previous.endedAt ?? ackAt;
  const held = stops.some(
    (stop) => stop !== previous && (stop.ackAt ?? Infinity) <= end && (stop.endedAt ?? Infinity) > end,
  );
  return held ? 0 : Math.max(0, ackAt - end);
}

function changeOf(previous: StopOrder, next: StopOrder): StopUpdate['change'] {
  if (previous.trigger === null || next.trigger === null) return 'unknown';
  const moved = !previous.trigger.equals(next.trigger);
  const resized =
    previous.quantity !== null && next.quantity !== null && !previous.quantity.equals(next.quantity);
  if (moved && resized) return 'both';
  return resized ? 'quantity' : 'trigger';
}

function byChanges(position: ProtectedPosition): readonly StopUpdate[] {
  return position.changes
    .filter(({ kind }) => kind === 'updated')
    .map((change) => ({
      position,
      at: ms(change.at),
      latencyMs: numberOf(change.duration_ms),
      nakedMs: numberOf(change.unprotected_window_ms) ?? 0,
      change: change.old_price !== null && change.old_price !== change.new_price ? 'trigger' : 'unknown',
      oldOrder: null,
      newOrder: change.order_id,
    }));
}

function numberOf(value: string | null): number | null {
  return decimalOrNull(value)?.toNumber() ?? null;
}

export type Triggered = ReturnType<typeof triggeredStops>[number];

/** Stops that fired in the window, with what became of them. */
export function triggeredStops({ required, window, settings }: Scope, fills: readonly FillRow[]) {
  const fillWithinMs = settings.triggerFillS * 1000;
  return firedStops(required, window, fills).map((fired) => {
    const { position, stop, at, isFilledInPart } = fired;
    const { closedAt } = position.fact;
    const { end } = stop;
    const isOpen = closedAt === null || closedAt > at + fillWithinMs;
    const isInTime = end === 'filled' && (stop.filledAt === null || stop.filledAt - at <= fillWithinMs);
    // A trigger in the last seconds of the window may still be filled after it.
    const isPending = end === null && window.to - at <= fillWithinMs;
    const isPartial = end !== 'filled' && isFilledInPart;
    // A part that stayed open behind its stop is a failure, not half a success.
    const isExcused = isPending || (isPartial && !isOpen);
    /** `partial`: the rest was closed in time another way, or may still be filled. */
    const outcome = isInTime ? 'filled' : !isExcused ? 'failed' : isPartial ? 'partial' : 'filled';
    return {
      ...fired,
      outcome,
      /** Loss at the exit / loss planned by entry and initial stop; null where no loss was planned or made (SL10). */
      lossOverPlan: end === 'filled' ? lossOverPlan(position) : null,
      /** The position outlived the failed trigger. */
      remained: outcome === 'failed' && isOpen,
    };
  });
}

/** What a stop left in the market: all of the position, or what its partial fill did not close. */
export function leftOpen({ position: { fact }, stop }: Triggered): Money {
  if (stop.end === 'filled' || stop.filled === null) return fact.notional;
  const rest = fact.quantity.minus(stop.filled);
  return rest.isPositive() ? valueAt(fact.contract, rest, fact.entryPrice) : ZERO;
}

function lossOverPlan(position: ProtectedPosition): number | null {
  const { gross } = position.fact;
  const planned = plannedLoss(position);
  if (planned === null || !isKnown(gross)) return null;
  const loss = money(gross.value).negated();
  return loss.greaterThan(0) ? loss.div(planned).toNumber() : null;
}

type Side = 'failed' | 'slipped';

/** What both sides of SL-04 say of stops that fired. */
export const TRIGGER_RULE = {
  id: 'SL-04',
  title: 'Trigger failed or slipped',
  dimension: 'risk',
  condition: ({ triggerFillS, slippageWorstBps, lossBeyondPlan }: Input['settings']) =>
    `triggered and not filled whole within ${String(triggerFillS)} s, slippage above ${String(slippageWorstBps)} bps, or a loss above ${lossBeyondPlan === 2 ? 'twice' : `${String(lossBeyondPlan)} times`} the planned one; CRITICAL when the position remained`,
  effort: 'medium',
  from: ({ from }: { readonly from: From }) => from,
  occurrence: (fired: Triggered): Occurrence => {
    const { filledAt } = fired.stop;
    return occurrenceOf(fired, fired.at, filledAt === null ? undefined : Math.max(fired.at, filledAt));
  },
  see: ({ found }: { readonly found: readonly Triggered[] }): See =>
    seeRows(
      'order',
      'position_id, id, type, status, trigger_price, average_price, triggered_at, filled_at',
      'id',
      found.map(({ stop }) => stop.id),
      'triggered_at',
    ),
} as const;

/** The stops of one side by exchange. */
export const triggersOf = (
  side: Side,
  { venues, triggered }: { readonly venues: readonly string[]; readonly triggered: readonly Triggered[] },
  isOf: (fired: Triggered) => boolean,
) =>
  perVenue(venues, (venue) => at(triggered, venue).filter(isOf)).map((group) => ({
    ...group,
    labels: { cause: side },
  }));

export const triggerEvidence = (side: Side, title: string) => ({
  id: 'stop-loss.triggers',
  suffix: () => side,
  title,
  table: TRIGGER_TABLE,
});

const TRIGGER_TABLE = table<Triggered>({
  ...POSITION_COLUMNS,
  type: col.text('Stop', ({ stop }) => stop.type),
  triggered: col.time('Triggered', ({ at }) => at),
  filled: col.time('Filled', ({ stop }) => stop.filledAt),
  trigger: col.price('Trigger', ({ stop }) => stop.trigger),
  fill: col.price('Fill', ({ fillPrice }) => fillPrice && amount(fillPrice.toDecimalPlaces(12))),
  slippage: col.bps('Slippage (bps)', ({ slippageBps }) => slippageBps),
  cost: col.money('Cost', ({ slippageCost }) => slippageCost),
  plan: col.ratio('Loss / plan', ({ lossOverPlan }) => lossOverPlan),
});
