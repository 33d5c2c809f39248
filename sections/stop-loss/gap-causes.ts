import type { Cause } from '../../audit/finding.ts';
import { rootCause, type Hypothesis } from '../../audit/root-cause.ts';
import { code, text, type Text } from '../../audit/text.ts';
import type { ExposedGap, GapCause } from './exposure.ts';

const CAUSES: Readonly<
  Record<Exclude<GapCause, 'stop-rejected' | 'unseen'>, { readonly text: string; readonly predicate: string }>
> = {
  'cancelled-not-replaced': {
    text: 'The old stop was cancelled and no new one became effective.',
    predicate: 'a stop of the position was cancelled where the gap begins',
  },
  'never-requested': {
    text: 'No stop was ever requested for these positions.',
    predicate: 'no stop order was created for the position before or in the gap',
  },
  'acknowledged-late': {
    text: 'The stop was requested, and the exchange acknowledged it late.',
    predicate: 'an acknowledgement ends the gap',
  },
  'stop-filled-remainder': {
    text: 'The stop was filled and left a part of the position open.',
    predicate: 'a stop of the position was filled where the gap begins',
  },
  'stop-fired-remainder': {
    text: 'The stop fired, was not filled whole, and left the position open.',
    predicate: 'a stop of the position had fired when the gap begins and never filled whole',
  },
  'stop-without-quantity': {
    text: 'The stop was placed for a quantity of zero, and it does not close the whole position either.',
    predicate: 'a stop for a quantity of zero stood in the gap',
  },
  'stop-on-other-exchange': {
    text: 'The stop was placed at another exchange than the position.',
    predicate: 'a stop of the position names another exchange in the gap',
  },
  'never-acknowledged': {
    text: 'The stop was sent, and the exchange never acknowledged it.',
    predicate: 'a stop was requested, and other stops have an acknowledgement where this one has none',
  },
  'stop-expired': {
    text: 'The stop expired while the position was open.',
    predicate: 'a stop of the position expired where the gap begins',
  },
  intermittent: {
    text: 'Stops were cancelled before the next ones were accepted, so often that the short gaps add up to a long one.',
    predicate: 'gaps between two stops, each within the accepted time, add up to more than a long gap',
  },
  'update-gap': {
    text: 'The old stop is cancelled before the new one is accepted.',
    predicate: 'a stop was cancelled where the gap begins and another acknowledged where it ends',
  },
};

/** The cause of gaps of one kind, with the rivals that were tested. */
export function causeOfGaps(kind: GapCause, gaps: readonly ExposedGap[], seen: boolean): Cause {
  const hypotheses: Hypothesis[] = [rejectHypothesis(kind, gaps, seen)];
  for (const [id, { text: sentence, predicate }] of Object.entries(CAUSES)) {
    if (id === kind || id === 'never-requested') {
      hypotheses.push({
        id,
        text: text`${sentence}`,
        predicates: [{ text: predicate, held: seen ? kind === id : null }],
      });
    }
  }
  const onRow = gaps.every(({ position }) => position.fact.row.stop_loss_price !== null);
  if (seen && kind === 'never-requested') {
    hypotheses.push({
      id: 'stop-on-position',
      text: text`The stop may exist on the position itself or on an endpoint that is not recorded here, which would make this a false alarm.`,
      predicates: [
        { text: 'the position row carries a stop price although no stop order exists', held: onRow },
      ],
    });
  }
  return rootCause(hypotheses, unknownText(seen));
}

function unknownText(seen: boolean): Text {
  return seen
    ? text`The stop orders around these gaps do not show why.`
    : text`Without stop orders the audit cannot see why; the bot's own rows say only that there is no stop.`;
}

function rejectHypothesis(kind: GapCause, gaps: readonly ExposedGap[], seen: boolean): Hypothesis {
  const refused = gaps.flatMap(({ position }) => position.stops.filter(({ end }) => end === 'rejected'));
  const answer = refused.find(({ rejectCode, rejectReason }) => rejectCode !== null || rejectReason !== null);
  const after = gaps.some(({ position, gap }) =>
    position.stops.some(
      ({ end, endedAt }) => end === 'cancelled' && Math.abs((endedAt ?? 0) - gap.from) <= 5_000,
    ),
  );
  const order = after ? 'The old stop is cancelled before the new one is accepted; the ' : 'The ';
  const words =
    answer?.rejectReason == null ? '' : `: ${answer.rejectReason.slice(0, 160).replace(/[.\s]+$/, '')}`;
  return {
    id: 'stop-rejected',
    text:
      answer?.rejectCode == null
        ? text`${order}exchange refused the stop${words}, and none was accepted after it.`
        : text`${order}exchange refused the stop with ${code(answer.rejectCode)}${words}, and none was accepted after it.`,
    predicates: [
      {
        text: 'a stop order of each position was rejected in the gap',
        held: seen ? kind === 'stop-rejected' : null,
      },
    ],
    direct: kind === 'stop-rejected' && answer !== undefined,
  };
}

/** What to do about gaps of one kind. */
export function adviceForGaps(kind: GapCause): Text {
  switch (kind) {
    case 'stop-rejected':
      return text`Place a stop on these positions now. Place the new stop before cancelling the old one, and close at market when a stop is refused.`;
    case 'cancelled-not-replaced':
    case 'update-gap':
    case 'intermittent':
      return text`Place a stop on these positions now. Cancel the old stop only after the new one is acknowledged, or amend it.`;
    case 'never-requested':
      return text`Place a stop on these positions now. Send the stop together with the entry, and close at market when it cannot be placed.`;
    case 'acknowledged-late':
      return text`Send the stop together with the entry, as a bracket or as stop-loss of the entry order.`;
    case 'stop-filled-remainder':
      return text`Close or protect the rest of these positions now. Let stops close the whole position instead of a quantity.`;
    case 'stop-fired-remainder':
      return text`Close what these stops left open now. Use stop-market orders, watch every trigger for its fill, and close at market when it does not come.`;
    case 'stop-without-quantity':
      return text`Place a stop for the whole quantity on these positions now, and check the quantity before sending.`;
    case 'stop-on-other-exchange':
      return text`Place a stop at the exchange of the position now, and take the exchange of a stop from its position.`;
    case 'never-acknowledged':
      return text`Place a stop on these positions now. Count a stop as placed only after the exchange has acknowledged it, and close at market when no answer comes.`;
    case 'stop-expired':
      return text`Place a stop on these positions now, and place stops without an expiry.`;
    case 'unseen':
      return text`Place a stop on these positions now, and record every stop order, so that the cause can be seen.`;
  }
}
