import { ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import { createMarket } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { positionFacts } from '../shared/facts/positions.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import type { Input } from './facts.ts';
import type { DayLoss } from './losses.ts';
import { closedOf, type Closed, type Result } from '../shared/facts/closed-results.ts';
import { drawdown } from './results.ts';
import { transferredBy, transferTimes } from './transferred.ts';

/** What was closed since 00:00 UTC and before the window began. */
export type EarlierToday =
  | { readonly ok: true; readonly results: readonly Result[]; readonly positions: readonly PositionFact[] }
  | ({ readonly ok: false } & Missing);

/** A balance and the entry of a transfer are not written at one time: around it equity says nothing of a loss. */
const AROUND_TRANSFER_MS = 60_000;

export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function startOfDay(at: number): number {
  return ms(`${dayOf(at)}T00:00:00.000Z`);
}

export function earlierToday(closed: Closed, input: Input): EarlierToday {
  const { rows, window } = input;
  const from = startOfDay(ms(window.from));
  if (from === ms(window.from)) return { ok: true, results: [], positions: [] };
  const of = (reason: Missing): EarlierToday => ({
    ok: false,
    ...missing(
      reason.reason,
      `results of the day before the window began: ${reason.detail ?? reason.reason}`,
    ),
  });
  const source = positionFacts(
    { positions: rows.dayPositions, fills: rows.dayFills, funding: rows.dayFunding },
    { ...input, window: { from: new Date(from).toISOString(), to: window.from } },
  );
  if (!source.ok) return of(why(source));
  const { results, gap } = closedOf(source.positions);
  if (gap) return of(gap);
  // A row and its last fill may lie on both sides of the edge: the position counts once.
  const inWindow = new Set(closed.results.map(({ fact }) => fact.id));
  return {
    ok: true,
    results: results.filter(({ fact }) => !inWindow.has(fact.id)),
    positions: source.positions,
  };
}

/** Why a fall of equity may be a withdrawal; null when transfers are known, or when the table of them is empty. */
export function transferDoubt({ rows: { transfers } }: Input): Missing | null {
  if (transfers.ok || transfers.reason === 'no_data') return null;
  return missing(
    transfers.reason,
    `equity fell by a large part of the limit, and whether money was withdrawn is not known: ${transfers.detail ?? transfers.reason}`,
  );
}

/** The deepest fall of equity from its peak of a UTC day, known transfers taken out; null where no equity is known. */
export function worstFall(input: Input, limit: Money | null): DayLoss | null {
  const { rows, window, bot } = input;
  if (!rows.equity.ok) return null;
  const [first, to] = [startOfDay(ms(window.from)), ms(window.to)];
  const equity = [...(rows.dayEquity.ok ? rows.dayEquity.rows : []), ...rows.equity.rows];
  const market = createMarket(
    { ok: false, ...missing('not_applicable') },
    { ok: true, rows: equity },
    bot.quoteCurrency,
  );
  const transferred = transferredBy(input);
  const moved = transferTimes(input);
  const times = equity.map(({ at }) => ms(at)).filter((at) => at >= first && at < to);
  const points = [...new Set([first, ...times])]
    .sort((a, b) => a - b)
    .filter((at) => !moved.some((time) => Math.abs(time - at) <= AROUND_TRANSFER_MS))
    .flatMap((at) => {
      const value = market.equityAt(null, at);
      return value === null ? [] : [{ at, value: value.minus(transferred(first, at)) }];
    });
  const falls = [...groupBy(points, ({ at }) => dayOf(at))].map(([day, list]) => fallOf(day, list, limit));
  return falls.reduce<DayLoss | null>(
    (worst, fall) => (worst === null || fall.loss.greaterThan(worst.loss) ? fall : worst),
    null,
  );
}

function fallOf(
  day: string,
  points: readonly { readonly at: number; readonly value: Money }[],
  limit: Money | null,
): DayLoss {
  const { absolute, absoluteAt } = drawdown(points) ?? { absolute: ZERO, absoluteAt: null };
  let peak: Money | null = null;
  let breachedAt: number | null = null;
  for (const { at, value } of points) {
    if (peak === null || value.greaterThan(peak)) peak = value;
    if (limit && breachedAt === null && peak.minus(value).greaterThan(limit)) breachedAt = at;
  }
  return { day, loss: absolute, at: absoluteAt, breachedAt };
}
