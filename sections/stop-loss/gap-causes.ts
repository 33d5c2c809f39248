import type { Hypothesis } from '../../audit/root-cause.ts';
import { code, text } from '../../audit/text.ts';
import type { Gap, ProtectedPosition } from '../shared/facts/protection.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

interface GapWords {
  readonly advice: string;
  /** What happened, and how the stop orders show it. */
  readonly text?: string;
  readonly predicate?: string;
}

/** Why a position had no stop for a time, and what to do about it. */
export const GAP_WORDS = {
  'cancelled-not-replaced': {
    text: 'The old stop was cancelled and no new one became effective.',
    predicate: 'a stop of the position was cancelled where the gap begins',
    advice:
      'Place a stop on these positions now. Cancel the old stop only after the new one is acknowledged, or amend it.',
  },
  'never-requested': {
    text: 'No stop was ever requested for these positions.',
    predicate: 'no stop order was created for the position before or in the gap',
    advice:
      'Place a stop on these positions now. Send the stop together with the entry, and close at market when it cannot be placed.',
  },
  'acknowledged-late': {
    text: 'The stop was requested, and the exchange acknowledged it late.',
    predicate: 'an acknowledgement ends the gap',
    advice: 'Send the stop together with the entry, as a bracket or as stop-loss of the entry order.',
  },
  'stop-filled-remainder': {
    text: 'The stop was filled and left a part of the position open.',
    predicate: 'a stop of the position was filled where the gap begins',
    advice:
      'Close or protect the rest of these positions now. Let stops close the whole position instead of a quantity.',
  },
  'stop-fired-remainder': {
    text: 'The stop fired, was not filled whole, and left the position open.',
    predicate: 'a stop of the position had fired when the gap begins and never filled whole',
    advice:
      'Close what these stops left open now. Use stop-market orders, watch every trigger for its fill, and close at market when it does not come.',
  },
  'stop-without-quantity': {
    text: 'The stop was placed for a quantity of zero, and it does not close the whole position either.',
    predicate: 'a stop for a quantity of zero stood in the gap',
    advice:
      'Place a stop for the whole quantity on these positions now, and check the quantity before sending.',
  },
  'stop-on-other-exchange': {
    text: 'The stop was placed at another exchange than the position.',
    predicate: 'a stop of the position names another exchange in the gap',
    advice:
      'Place a stop at the exchange of the position now, and take the exchange of a stop from its position.',
  },
  'never-acknowledged': {
    text: 'The stop was sent, and the exchange never acknowledged it.',
    predicate: 'a stop was requested, and other stops have an acknowledgement where this one has none',
    advice:
      'Place a stop on these positions now. Count a stop as placed only after the exchange has acknowledged it, and close at market when no answer comes.',
  },
  'stop-expired': {
    text: 'The stop expired while the position was open.',
    predicate: 'a stop of the position expired where the gap begins',
    advice: 'Place a stop on these positions now, and place stops without an expiry.',
  },
  intermittent: {
    text: 'Stops were cancelled before the next ones were accepted, so often that the short gaps add up to a long one.',
    predicate: 'gaps between two stops, each within the accepted time, add up to more than a long gap',
    advice:
      'Place a stop on these positions now. Cancel the old stop only after the new one is acknowledged, or amend it.',
  },
  'update-gap': {
    text: 'The old stop is cancelled before the new one is accepted.',
    predicate: 'a stop was cancelled where the gap begins and another acknowledged where it ends',
    advice:
      'Place a stop on these positions now. Cancel the old stop only after the new one is acknowledged, or amend it.',
  },
  'stop-rejected': {
    advice:
      'Place a stop on these positions now. Place the new stop before cancelling the old one, and close at market when a stop is refused.',
  },
  unseen: {
    advice:
      'Place a stop on these positions now, and record every stop order, so that the cause can be seen.',
  },
} as const satisfies Readonly<Record<string, GapWords>>;
export type GapCause = keyof typeof GAP_WORDS;

/** A request this long before a gap, or a replacement this long after a cancel, belongs to it. */
const NEAR_MS = 60_000;
const EDGE_MS = 5_000;

/** What the stop orders around a gap say about it; the first that fits. */
export function causeOf({ stops, fact }: ProtectedPosition, gap: Gap): GapCause {
  const inForce = (stop: StopOrder): boolean =>
    stop.requestedAt < gap.to && (stop.endedAt ?? Infinity) > gap.from;
  if (stops.some((stop) => stop.void === 'other-exchange' && inForce(stop))) return 'stop-on-other-exchange';
  if (stops.some((stop) => stop.void === 'never-acknowledged' && inForce(stop))) return 'never-acknowledged';
  if (stops.some((stop) => stop.quantity?.isZero() === true && inForce(stop))) return 'stop-without-quantity';
  const fired = ({ triggeredAt, end }: StopOrder): boolean =>
    end !== 'filled' && triggeredAt !== null && triggeredAt <= gap.from + EDGE_MS;
  if (stops.some((stop) => fired(stop) && stop.ackAt !== null)) return 'stop-fired-remainder';
  const asked = stops.filter(({ requestedAt }) => requestedAt >= gap.from - NEAR_MS && requestedAt < gap.to);
  if (asked.some(({ end, endedAt }) => end === 'rejected' && (endedAt ?? 0) <= gap.to))
    return 'stop-rejected';
  const before = stops.filter(
    ({ ackAt, endedAt }) => ackAt !== null && endedAt !== null && Math.abs(endedAt - gap.from) <= EDGE_MS,
  );
  const late = asked.some(({ ackAt }) => ackAt !== null && Math.abs(ackAt - gap.to) <= EDGE_MS);
  if (before.some(({ end }) => end === 'cancelled')) {
    return late && gap.to - gap.from <= NEAR_MS ? 'update-gap' : 'cancelled-not-replaced';
  }
  if (before.some(({ end }) => end === 'expired')) return 'stop-expired';
  if (before.some(({ end }) => end === 'filled')) return 'stop-filled-remainder';
  if (late) return 'acknowledged-late';
  return gap.from - fact.openedAt <= EDGE_MS || stops.length === 0 ? 'never-requested' : 'unseen';
}

/** What may explain gaps of one kind: a refusal, no request, or what the orders around them show. */
export function hypothesesOf(
  kind: GapCause,
  gaps: readonly { readonly position: ProtectedPosition; readonly gap: Gap }[],
  byOrders: boolean,
): readonly Hypothesis[] {
  const shown = (Object.entries(GAP_WORDS) as [GapCause, GapWords][]).flatMap(
    ([id, { text: sentence, predicate }]): Hypothesis[] =>
      (id === kind || id === 'never-requested') && sentence !== undefined && predicate !== undefined
        ? [{ id, text: [sentence], predicates: [{ text: predicate, held: byOrders ? kind === id : null }] }]
        : [],
  );
  const isOnRow = gaps.every(({ position }) => position.fact.row.stop_loss_price !== null);
  const elsewhere: Hypothesis = {
    id: 'stop-on-position',
    text: [
      'The stop may exist on the position itself or on an endpoint that is not recorded here, which would make this a false alarm.',
    ],
    predicates: [
      { text: 'the position row carries a stop price although no stop order exists', held: isOnRow },
    ],
  };
  return [
    rejected(kind, gaps, byOrders),
    ...shown,
    ...(byOrders && kind === 'never-requested' ? [elsewhere] : []),
  ];
}

function rejected(
  kind: GapCause,
  gaps: readonly { readonly position: ProtectedPosition; readonly gap: Gap }[],
  byOrders: boolean,
): Hypothesis {
  const refused = gaps.flatMap(({ position }) => position.stops.filter(({ end }) => end === 'rejected'));
  const answer = refused.find(({ rejectCode, rejectReason }) => rejectCode !== null || rejectReason !== null);
  const after = gaps.some(({ position, gap }) =>
    position.stops.some(
      ({ end, endedAt }) => end === 'cancelled' && Math.abs((endedAt ?? 0) - gap.from) <= EDGE_MS,
    ),
  );
  const order = after ? 'The old stop is cancelled before the new one is accepted; the ' : 'The ';
  const by = answer?.rejectCode == null ? [] : text` with ${code(answer.rejectCode)}`;
  const reason = answer?.rejectReason?.slice(0, 160).replace(/[.\s]+$/, '') ?? null;
  return {
    id: 'stop-rejected',
    text: text`${order}exchange refused the stop${by}${reason === null ? '' : `: ${reason}`}, and none was accepted after it.`,
    predicates: [
      {
        text: 'a stop order of each position was rejected in the gap',
        held: byOrders ? kind === 'stop-rejected' : null,
      },
    ],
    direct: kind === 'stop-rejected' && answer !== undefined,
  };
}
