import { sum, type Money } from '../../audit/decimal.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { POSITION_COLUMNS } from './cases.ts';
import type { ExposedGap } from './exposure.ts';
import type { Settings } from './settings.ts';

/** The card's table: what was held, when the stop went, when the next was asked for, and what the exchange answered. */
export const gapTable = (settings: Settings) =>
  table<ExposedGap>({
    ...POSITION_COLUMNS,
    quantity: col.quantity('Quantity', ({ position }) => position.fact.quantity),
    notional: col.money('Notional', ({ notional }) => notional),
    from: col.time('Unprotected from', ({ gap }) => gap.from),
    until: col.time('Until', ({ gap }) => (gap.atEnd ? null : gap.to)),
    cancelled: col.time('Stop cancelled', (found) => stopBefore(found, settings)?.endedAt ?? null),
    requested: col.time('New stop', (found) => nextStop(found, settings)?.requestedAt ?? null),
    answer: col.text('Answer', (found) => answerOf(nextStop(found, settings))),
  });

export function largestFirst(gaps: readonly ExposedGap[]): readonly ExposedGap[] {
  return [...gaps].sort((a, b) => b.notional.comparedTo(a.notional));
}

/** Each position counts once, with the largest notional that it had in a gap. */
export function largestNotional(gaps: readonly ExposedGap[]): Money {
  const byPosition = groupBy(gaps, ({ gap }) => gap.positionId);
  return sum([...byPosition.values()].flatMap((of) => largestFirst(of)[0]?.notional ?? []));
}

function stopBefore({ gap, position }: ExposedGap, { edgeMs }: Settings): StopOrder | undefined {
  return position.stops.findLast(
    ({ end, endedAt }) => end === 'cancelled' && (endedAt ?? Infinity) <= gap.from + edgeMs,
  );
}

function nextStop(found: ExposedGap, settings: Settings): StopOrder | undefined {
  const { gap, position } = found;
  const before = stopBefore(found, settings);
  const since = (before?.endedAt ?? position.fact.openedAt) - settings.pairS * 1000;
  return position.stops.find(
    ({ requestedAt: at }) => at >= since && at < gap.to && at > (before?.requestedAt ?? 0),
  );
}

function answerOf(stop: StopOrder | undefined): string {
  if (stop === undefined) return 'no request';
  if (stop.end === 'rejected') return stop.rejectCode === null ? 'rejected' : `rejected ${stop.rejectCode}`;
  if (stop.void === 'other-exchange') return 'at another exchange';
  if (stop.quantity?.isZero() === true) return 'for a quantity of zero';
  return stop.ackAt === null ? 'no answer' : 'accepted';
}
