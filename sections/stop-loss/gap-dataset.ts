import type { Output } from '../../audit/section.ts';
import type { Scalar } from '../../audit/value.ts';
import { iso } from '../../audit/time.ts';
import type { ExposedGap } from './exposure.ts';
import type { Input } from './facts.ts';
import type { StopOrder } from '../shared/facts/stop-orders.ts';

/** The card's table: what was held, when the stop went, when the next was asked for, and what the exchange answered. */
export function gapDataset(
  id: string,
  title: string,
  gaps: readonly ExposedGap[],
  input: Input,
  out: Output,
  queries: readonly string[],
): string {
  const currency = input.bot.quoteCurrency;
  return out.dataset({
    id,
    title,
    columns: [
      { key: 'position', title: 'Position', unit: 'text' },
      { key: 'symbol', title: 'Symbol', unit: 'text' },
      { key: 'quantity', title: 'Quantity', unit: 'quantity' },
      { key: 'notional', title: 'Notional', unit: 'money', currency },
      { key: 'from', title: 'Unprotected from', unit: 'time' },
      { key: 'until', title: 'Until', unit: 'time' },
      { key: 'cancelled', title: 'Stop cancelled', unit: 'time' },
      { key: 'requested', title: 'New stop', unit: 'time' },
      { key: 'answer', title: 'Answer', unit: 'text' },
    ],
    rows: [...gaps].sort((a, b) => b.notional.comparedTo(a.notional)).map(rowOf),
    queries,
  });
}

function rowOf({ gap, position, notional }: ExposedGap): readonly Scalar[] {
  const { fact, stops } = position;
  const before = stops.findLast(
    ({ end, endedAt }) => end === 'cancelled' && endedAt !== null && endedAt <= gap.from + 5_000,
  );
  const next = stops.find(
    ({ requestedAt }) =>
      requestedAt >= (before?.endedAt ?? fact.openedAt) - 60_000 &&
      requestedAt < gap.to &&
      requestedAt > (before?.requestedAt ?? 0),
  );
  return [
    fact.id,
    fact.symbol,
    fact.quantity.toFixed(),
    notional.toFixed(),
    iso(gap.from),
    gap.atEnd ? null : iso(gap.to),
    before?.endedAt == null ? null : iso(before.endedAt),
    next === undefined ? null : iso(next.requestedAt),
    answerOf(next),
  ];
}

function answerOf(stop: StopOrder | undefined): string {
  if (stop === undefined) return 'no request';
  if (stop.end === 'rejected') return stop.rejectCode === null ? 'rejected' : `rejected ${stop.rejectCode}`;
  if (stop.void === 'other-exchange') return 'at another exchange';
  return stop.ackAt === null ? 'no answer' : 'accepted';
}
