import { ZERO, type Money } from '../../audit/decimal.ts';
import { iso, ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { closedOf, type Closed, type Result } from '../shared/facts/closed-results.ts';
import { createMarket } from '../shared/facts/market.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { positionFacts } from '../shared/facts/positions.ts';
import { groupBy } from '../shared/facts/row-values.ts';
import { equityCurve, transfersOf } from './equity.ts';
import type { Input } from './input.ts';

/** What was closed since 00:00 UTC and before the window began. */
export type EarlierToday =
  | { readonly ok: true; readonly results: readonly Result[]; readonly positions: readonly PositionFact[] }
  | ({ readonly ok: false } & Missing);

interface Loss {
  readonly at: number;
  readonly loss: Money;
}

export function dayOf(at: number): string {
  return iso(at).slice(0, 10);
}

function startOfDay(at: number): number {
  return ms(`${dayOf(at)}T00:00:00.000Z`);
}

export function earlierToday(closed: Closed, input: Input): EarlierToday {
  const { rows, window } = input;
  const from = startOfDay(ms(window.from));
  if (from === ms(window.from)) return { ok: true, results: [], positions: [] };
  const unknown = ({ reason, detail }: Missing): EarlierToday => ({
    ok: false,
    ...missing(reason, `results of the day before the window began: ${detail ?? reason}`),
  });
  const source = positionFacts(
    {
      positions: rows.dayPositions,
      fills: rows.dayFills,
      orders: rows.dayOrders,
      funding: rows.dayFunding,
      instruments: rows.instruments,
    },
    input.shared.rates,
    { ...input, window: { from: iso(from), to: window.from } },
    input.shared.thresholds,
  );
  if (!source.ok) return unknown(source);
  const { results, gap } = closedOf(source.positions);
  if (gap) return unknown(gap);
  // A row and its last fill may lie on both sides of the edge: the position counts once.
  const inWindow = new Set(closed.results.map(({ fact }) => fact.id));
  return {
    ok: true,
    results: results.filter(({ fact }) => !inWindow.has(fact.id)),
    positions: source.positions,
  };
}

/** Worst UTC day against the limit, on net results of closed positions (catalogue PN8). */
export function worstDay(results: readonly Result[], limit: Money | null) {
  const closes = results.map(({ closedAt, net }) => ({ at: closedAt, net }));
  return worstOfDays(closes, limit, (list) => {
    let total = ZERO;
    return list.map(({ at, net }): Loss => {
      total = total.plus(net);
      return { at, loss: total.neg() };
    });
  });
}

/** The deepest fall of equity from its peak of a UTC day, known transfers taken out; null where no equity is known. */
export function worstFall(input: Input, limit: Money | null, positions: readonly PositionFact[]) {
  const { rows, window, bot, shared } = input;
  if (!rows.equity.ok) return null;
  const equity = [...(rows.dayEquity.ok ? rows.dayEquity.rows : []), ...rows.equity.rows];
  const market = createMarket(
    { ok: false, ...missing('not_applicable') },
    { ok: true, rows: equity },
    bot.quoteCurrency,
    shared.thresholds,
    { spot: { bot, positions, priceAt: shared.market.priceAt } },
  );
  // A balance and the entry of a transfer are not written at one time.
  const aroundMs = input.settings.aroundTransferS * 1000;
  const transfers = transfersOf(input).map(({ at }) => at);
  const points = equityCurve(market, equity, startOfDay(ms(window.from)), input).filter(
    ({ at }) => !transfers.some((time) => Math.abs(time - at) <= aroundMs),
  );
  return worstOfDays(points, limit, (list) => {
    let peak: Money | null = null;
    return list.map(({ at, value }): Loss => {
      if (peak === null || value.greaterThan(peak)) peak = value;
      return { at, loss: peak.minus(value) };
    });
  });
}

/**
 * The deepest point of one UTC day, from 00:00 UTC to the end of the window, as far as the data reach: a positive loss, 0
 * without one, and when it first passed the limit.
 */
function worstOfDays<T extends { readonly at: number }>(
  items: readonly T[],
  limit: Money | null,
  lossesOf: (items: readonly T[]) => readonly Loss[],
) {
  const days = [...groupBy(items, ({ at }) => dayOf(at))].map(([day, list]) => {
    const losses = lossesOf(list);
    const worst = deepest(losses.filter(({ loss }) => loss.greaterThan(ZERO))) ?? { loss: ZERO, at: null };
    const breach = limit === null ? undefined : losses.find(({ loss }) => loss.greaterThan(limit));
    return { day, ...worst, breachedAt: breach?.at ?? null };
  });
  return deepest(days);
}

function deepest<T extends { readonly loss: Money }>(losses: readonly T[]): T | null {
  return losses.reduce<T | null>(
    (worst, one) => (worst === null || one.loss.greaterThan(worst.loss) ? one : worst),
    null,
  );
}
