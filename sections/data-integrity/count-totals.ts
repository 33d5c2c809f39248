import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { isKnown, missing, type Missing } from '../../audit/value.ts';
import { why } from '../shared/vocabulary/rows.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { decimalOrNull, GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
import type { Input } from './input.ts';
import { closedOf } from '../shared/facts/closed-results.ts';

/** What the rows say of the time that a total covers. */
export type Counted =
  | {
      readonly ok: true;
      readonly value: Money;
      /** What lies within five seconds of the edges: a difference that it explains is none. */
      readonly edge: Money;
      readonly basis: string;
      /** The first row in that time. */
      readonly first: number | null;
    }
  | ({ readonly ok: false } & Missing);

/** The time that a total covers. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Measure {
  readonly isMoney: boolean;
  count(span: Span, source: PositionFacts, input: Input): Counted;
}

/**
 * What the rows know by the name of a total. A name that is not here is printed and not compared: `trades` may be
 * orders, fills or positions, and `pnl` gross or net, and a guess would accuse the bot of our own mistake.
 */
export const MEASURES: Readonly<Record<string, Measure>> = {
  positions_opened: { isMoney: false, count: positions('opened') },
  positions_closed: { isMoney: false, count: positions('closed') },
  fills: { isMoney: false, count: fills('fills') },
  volume: { isMoney: true, count: fills('volume') },
  fees_paid: { isMoney: true, count: fills('fees') },
  net_pnl: { isMoney: true, count: netPnl },
};

export function notComparable(detail: string): Counted {
  return { ok: false, ...missing('not_applicable', detail) };
}

const unread = (from: Missing): Counted => ({ ok: false, ...why(from) });
const NOT_READ: Counted = { ok: false, ...missing('no_data', 'the rows of this time were not read') };
const NO_VALUE: Counted = { ok: false, ...missing('no_data', 'a fill has no price or quantity') };
const NO_FEE: Counted = { ok: false, ...missing('no_data', 'a fill has no fee') };
const FOREIGN_FEE: Counted = {
  ok: false,
  ...missing('not_applicable', 'a fee is in another currency and is not converted'),
};

interface Item {
  readonly at: number;
  readonly value: Money;
}

function added(items: readonly Item[], span: Span, basis: string): Counted {
  const own = items.filter(({ at }) => at >= span.from && at < span.to);
  const near = items.filter(({ at }) => [span.from, span.to].some((edge) => Math.abs(at - edge) <= GRACE_MS));
  return {
    ok: true,
    value: sum(own.map(({ value }) => value)),
    edge: sum(near.map(({ value }) => value.abs())),
    basis,
    first: own.length === 0 ? null : Math.min(...own.map(({ at }) => at)),
  };
}

/** Positions as the report itself counts them; over a longer time, as their rows say. */
function positions(what: 'opened' | 'closed'): Measure['count'] {
  return (span, source, input) => {
    if (isInside(span, input)) {
      if (!source.ok) return unread(source);
      const times = source.positions.flatMap(
        ({ openedAt, closedAt }) => (what === 'opened' ? openedAt : closedAt) ?? [],
      );
      return added(
        times.map((at) => ({ at, value: money(1) })),
        span,
        source.basis,
      );
    }
    const rows = input.rows.totalPositions;
    if (!rows.ok) return unread(rows);
    const row = rows.rows.find((one) => sameSpan(one, span));
    if (!row) return NOT_READ;
    return {
      ok: true,
      value: money(row[what]),
      edge: money(what === 'opened' ? row.opened_edge : row.closed_edge),
      basis: 'position rows',
      first: what === 'opened' ? timeOrNull(row.first_at) : null,
    };
  };
}

function fills(what: 'fills' | 'volume' | 'fees'): Measure['count'] {
  return (span, _source, input) => {
    const quote = input.bot.quoteCurrency.toUpperCase();
    if (isInside(span, input)) {
      const { fills: rows } = input.rows;
      return rows.ok ? addedFills(what, rows.rows, span, quote) : unread(rows);
    }
    const rows = input.rows.totalFills;
    if (!rows.ok) return unread(rows);
    const row = rows.rows.find((one) => sameSpan(one, span));
    if (!row) return NOT_READ;
    if (what === 'volume' && row.without_value > 0) return NO_VALUE;
    if (what === 'fees' && row.without_fee > 0) return NO_FEE;
    const foreign = [row.first_currency, row.last_currency].some((one) => one !== null && one !== quote);
    if (what === 'fees' && foreign) return FOREIGN_FEE;
    const edges = { fills: row.fills_edge, volume: row.volume_edge, fees: row.fees_edge };
    return {
      ok: true,
      value: money(row[what] ?? 0),
      edge: money(edges[what] ?? 0),
      basis: 'fills',
      first: timeOrNull(row.first_at),
    };
  };
}

function addedFills(
  what: 'fills' | 'volume' | 'fees',
  rows: readonly FillRow[],
  span: Span,
  quote: string,
): Counted {
  const near = rows.flatMap((row) => {
    const at = timeOrNull(row.at);
    return at === null || at < span.from - GRACE_MS || at > span.to + GRACE_MS ? [] : [{ at, row }];
  });
  const valueOf = ({ price, quantity, fee }: FillRow): Money | null => {
    if (what === 'fills') return money(1);
    if (what === 'fees') return decimalOrNull(fee);
    return price === null || quantity === null ? null : money(price).times(quantity);
  };
  const items = near.map(({ at, row }) => ({ at, value: valueOf(row) }));
  if (items.some(({ value }) => value === null)) return what === 'fees' ? NO_FEE : NO_VALUE;
  const foreign = near.some(
    ({ row }) => row.fee_currency !== null && row.fee_currency.toUpperCase() !== quote,
  );
  if (what === 'fees' && foreign) return FOREIGN_FEE;
  return added(
    items.map(({ at, value }) => ({ at, value: value ?? ZERO })),
    span,
    'fills',
  );
}

/** Results need the fills of a position's whole life, which are read for the window's positions only. */
function netPnl(span: Span, source: PositionFacts, input: Input): Counted {
  if (!source.ok) return unread(source);
  if (!isInside(span, input))
    return notComparable('results of positions closed before the window are not read');
  const own = source.positions.filter(
    ({ closedAt }) => closedAt !== null && closedAt >= span.from - GRACE_MS && closedAt <= span.to + GRACE_MS,
  );
  const { results, gap } = closedOf(own);
  if (gap !== null && !isKnown(gap)) return unread(gap);
  return added(
    results.map(({ closedAt, net }) => ({ at: closedAt, value: net })),
    span,
    source.basis,
  );
}

function isInside({ from, to }: Span, { window }: Input): boolean {
  return from >= ms(window.from) && to <= ms(window.to);
}

function sameSpan(row: { covers_from: string; covers_to: string }, { from, to }: Span): boolean {
  return ms(row.covers_from) === from && ms(row.covers_to) === to;
}
