import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import type { ExposedGap } from './exposure.ts';
import { POSITION_COLUMNS } from './found-positions.ts';

/** The card's table: what was held, when the stop went, when the next was asked for, and what the exchange answered. */
export const GAP_TABLE = table<ExposedGap>({
  ...POSITION_COLUMNS,
  quantity: col.quantity('Quantity', ({ position }) => position.fact.quantity),
  notional: col.money('Notional', ({ notional }) => notional),
  from: col.time('Unprotected from', ({ gap }) => gap.from),
  until: col.time('Until', ({ gap }) => (gap.atEnd ? null : gap.to)),
  cancelled: col.time('Stop cancelled', (found) => stopBefore(found)?.endedAt ?? null),
  requested: col.time('New stop', (found) => nextStop(found)?.requestedAt ?? null),
  answer: col.text('Answer', (found) => answerOf(nextStop(found))),
});

export function largestFirst(gaps: readonly ExposedGap[]): readonly ExposedGap[] {
  return [...gaps].sort((a, b) => b.notional.comparedTo(a.notional));
}

function stopBefore({ gap, position }: ExposedGap): StopOrder | undefined {
  return position.stops.findLast(
    ({ end, endedAt }) => end === 'cancelled' && endedAt !== null && endedAt <= gap.from + 5_000,
  );
}

function nextStop(found: ExposedGap): StopOrder | undefined {
  const { gap, position } = found;
  const before = stopBefore(found);
  const since = (before?.endedAt ?? position.fact.openedAt) - 60_000;
  return position.stops.find(
    ({ requestedAt }) =>
      requestedAt >= since && requestedAt < gap.to && requestedAt > (before?.requestedAt ?? 0),
  );
}

function answerOf(stop: StopOrder | undefined): string {
  if (stop === undefined) return 'no request';
  if (stop.end === 'rejected') return stop.rejectCode === null ? 'rejected' : `rejected ${stop.rejectCode}`;
  if (stop.void === 'other-exchange') return 'at another exchange';
  if (stop.quantity?.isZero() === true) return 'for a quantity of zero';
  return stop.ackAt === null ? 'no answer' : 'accepted';
}
