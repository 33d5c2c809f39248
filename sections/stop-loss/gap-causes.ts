import type { Hypothesis } from '../../audit/root-cause.ts';
import { code, text } from '../../audit/text.ts';
import type { Gap, ProtectedPosition } from '../shared/facts/protection.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { hasStopAt, type VenueStates } from '../shared/facts/venue-states.ts';
import { hypothesis } from '../shared/vocabulary/rule.ts';
import { growthsOf, type CoverageFault, type Uncovered } from './coverage.ts';
import type { Settings } from './input.ts';
import type { Scope } from './cases.ts';

/** Why a position had no stop for a time, and what to do about it. */
const GAP_WORDS = {
  'never-requested': {
    text: 'No stop was ever requested for these positions.',
    advice: 'Send the stop together with the entry, and close at market when it cannot be placed.',
  },
  'stop-rejected': {
    text: 'The exchange refused the stop, and none was accepted after it.',
    advice: 'Place the new stop before cancelling the old one, and close at market when a stop is refused.',
  },
  'never-effective': {
    text: 'The stop that was sent protects nothing: it was never acknowledged, or is for a quantity of zero.',
    advice:
      'Count a stop as placed only after the exchange of the position has acknowledged it for the whole quantity, and close at market when no answer comes.',
  },
  'acknowledged-late': {
    text: 'The stop was requested, and the exchange acknowledged it late.',
    advice: 'Send the stop together with the entry, as a bracket or as stop-loss of the entry order.',
  },
  'cancelled-first': {
    text: 'The old stop was cancelled before another one was effective.',
    advice: 'Cancel the old stop only after the new one is acknowledged, or amend it.',
  },
  'stop-ended': {
    text: 'The stop fired or expired and left the position, or a part of it, open.',
    advice:
      'Use stop-market orders without an expiry that close the whole position, and watch every trigger for its fill.',
  },
} as const;

/** `update-gap`: a stop was replaced within a short time, which is SL-05's. */
export type GapCause = keyof typeof GAP_WORDS | 'update-gap' | 'unseen';

export function adviceFor(cause: GapCause): string {
  return cause === 'unseen' || cause === 'update-gap'
    ? 'Record every stop order, so that the cause can be seen.'
    : GAP_WORDS[cause].advice;
}

/** What the stop orders around a gap say about it; the first that fits. */
export function causeOf({ stops, fact }: ProtectedPosition, gap: Gap, scope: Scope): GapCause {
  const { longGapS, pairS, edgeMs } = scope.settings;
  if (!scope.byOrders) return 'unseen';
  const isAt = (edge: number, at: number | null): boolean => Math.abs((at ?? Infinity) - edge) <= edgeMs;
  const isVoid = (stop: StopOrder): boolean => stop.void !== null || stop.quantity?.isZero() === true;
  if (stops.some((s) => isVoid(s) && s.requestedAt < gap.to && (s.endedAt ?? Infinity) > gap.from))
    return 'never-effective';
  const hasFired = ({ triggeredAt, end, ackAt }: StopOrder): boolean =>
    end !== 'filled' && ackAt !== null && triggeredAt !== null && triggeredAt <= gap.from + edgeMs;
  if (stops.some(hasFired)) return 'stop-ended';
  const asked = stops.filter(
    ({ requestedAt }) => requestedAt >= gap.from - pairS * 1000 && requestedAt < gap.to,
  );
  if (asked.some(({ end, endedAt }) => end === 'rejected' && (endedAt ?? 0) <= gap.to))
    return 'stop-rejected';
  const ends = stops
    .filter(({ ackAt, endedAt }) => ackAt !== null && isAt(gap.from, endedAt))
    .map(({ end }) => end);
  const isLate = asked.some(({ ackAt }) => isAt(gap.to, ackAt));
  if (ends.includes('cancelled'))
    return isLate && gap.to - gap.from <= Math.min(pairS, longGapS) * 1000 ? 'update-gap' : 'cancelled-first';
  if (ends.includes('expired') || ends.includes('filled')) return 'stop-ended';
  if (isLate) return 'acknowledged-late';
  return gap.from - fact.openedAt <= edgeMs || stops.length === 0 ? 'never-requested' : 'unseen';
}

type GapsOf = readonly { readonly position: ProtectedPosition; readonly gap: Gap }[];

/** The cause as the orders show it. Only one has a rival that can be tested: a stop may be where no order is recorded. */
export function hypothesesOf(cause: GapCause, gaps: GapsOf, scope: Scope): readonly Hypothesis[] {
  if (!scope.byOrders || cause === 'unseen' || cause === 'update-gap') return [];
  const shown = { ...hypothesis(cause, GAP_WORDS[cause].text), recorded: true } as const;
  if (cause === 'stop-rejected') return [{ ...shown, ...refusal(gaps, scope.settings) }];
  if (cause !== 'never-requested') return [shown];
  return [
    shown,
    hypothesis(
      'stop-on-position',
      'The stop may exist on the position itself or on an endpoint that is not recorded here, which would make this a false alarm.',
      [
        'the position row carries a stop price although no stop order exists',
        gaps.every(({ position }) => position.fact.row.stop_loss_price !== null),
      ],
    ),
  ];
}

/** In the words of the exchange, where it gave any. */
function refusal(gaps: GapsOf, { edgeMs }: Settings) {
  const answer = gaps
    .flatMap(({ position }) => position.stops.filter(({ end }) => end === 'rejected'))
    .find(({ rejectCode, rejectReason }) => rejectCode !== null || rejectReason !== null);
  const isAfterCancel = gaps.some(({ position, gap }) =>
    position.stops.some(
      ({ end, endedAt }) => end === 'cancelled' && Math.abs((endedAt ?? 0) - gap.from) <= edgeMs,
    ),
  );
  const order = isAfterCancel ? 'The old stop is cancelled before the new one is accepted; the ' : 'The ';
  const by = answer?.rejectCode == null ? [] : text` with ${code(answer.rejectCode)}`;
  const reason = answer?.rejectReason?.slice(0, 160).replace(/[.\s]+$/, '') ?? null;
  return {
    text: text`${order}exchange refused the stop${by}${reason === null ? '' : `: ${reason}`}, and none was accepted after it.`,
    direct: answer !== undefined,
  };
}

/** `title` stands behind "positions"; `now` is to be done to the stops while they stand; `sent` is how they were made. */
export const FAULTS = {
  quantity: {
    cause: 'stop-too-small',
    title: 'whose stop covers only a part',
    now: (stops: string) => `Resize ${stops} now`,
    advice: 'Resize the stop at every fill, or place stops that close the whole position.',
    sent: 'The stop was sent for too small a quantity.',
    risk: 'After the stop has fired, the rest of the position stays open without one.',
  },
  'wrong-side': {
    cause: 'stop-on-wrong-side',
    title: 'with a stop on the wrong side',
    now: (stops: string) => `Replace ${stops} now`,
    advice:
      'A stop is below the market for a long position, above it for a short one: check the side before sending.',
    sent: 'The stop was sent with a trigger or direction for the other side.',
    risk: 'The stop fires at once or never; the loss of the position has no bound.',
  },
  'not-reduce-only': {
    cause: 'stop-not-reduce-only',
    title: 'with a stop that can open a new position',
    now: (stops: string) => `Replace ${stops} by reduce-only ones now`,
    advice: 'Set reduce-only on every stop.',
    sent: 'The stop was sent without the reduce-only flag.',
    risk: 'A stop that fires after the position is closed opens a new one in the other direction.',
  },
  'beyond-liquidation': {
    cause: 'stop-beyond-liquidation',
    title: 'whose stop lies behind the liquidation price',
    now: (stops: string) => `Move ${stops} before the liquidation price now`,
    advice: 'Place stops before the liquidation price, or lower the leverage.',
    sent: 'The stop was computed without regard to the liquidation price.',
    risk: 'The exchange liquidates the position before the stop can fire.',
  },
} as const;

/** Why stops have one of the faults; a fault of the stop itself says it all. */
export function coverageHypotheses(fault: CoverageFault, found: readonly Uncovered[], byOrders: boolean) {
  if (fault !== 'quantity') {
    const { cause, sent } = FAULTS[fault];
    const shown = byOrders
      ? hypothesis(cause, sent)
      : hypothesis(
          cause,
          'The stop price in the row lies past the entry: it was computed for the other side, or written to the wrong position.',
          ['the stop at the exchange has the same trigger', null],
        );
    return [{ ...shown, recorded: true as const }];
  }
  const grew = found.map(({ position, from }) => growthsOf(position.fact).some(({ at }) => at <= from));
  return [
    hypothesis(
      'scale-in-without-resize',
      'The position grew by further fills, and the stop was not resized.',
      ['each position grew before the time of the worst coverage', !grew.includes(false)],
    ),
    hypothesis('placed-too-small', 'The stop was placed for less than the position held at that time.', [
      'no position grew before the time of the worst coverage',
      !grew.includes(true),
    ]),
  ];
}

/** What the exchange says of those that have none at the end, where it was asked. */
export function atTheExchange(
  open: readonly { readonly position: ProtectedPosition }[],
  { venueStates }: { readonly venueStates: VenueStates },
): readonly Hypothesis[] {
  const stops = open.map(({ position: { fact } }) => hasStopAt(venueStates.of(fact.venue), fact));
  if (stops.length === 0 || stops.includes(null)) return [];
  return [
    hypothesis(
      'only-at-the-exchange',
      'The stop stands at the exchange, and the bot’s rows do not have it.',
      ['the exchange has a stop of each of them', stops.every((stop) => stop === true)],
    ),
  ];
}
