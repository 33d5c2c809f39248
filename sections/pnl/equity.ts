import { sum, ZERO, type Money } from '../../audit/decimal.ts';
import { coversMonths } from '../../audit/kinds.ts';
import { ms } from '../../audit/time.ts';
import type { Market, Point } from '../shared/facts/market.ts';
import { decimalOrNull } from '../shared/facts/row-values.ts';
import type { EquityRow } from '../shared/queries/trading-rows.ts';
import type { Input } from './input.ts';
import { returnStatistics, utcDays } from './returns.ts';

/** Transfers of the quote currency; they are no result. */
export function transfersOf({ rows, bot }: Input) {
  const quote = bot.quoteCurrency.toUpperCase();
  return (rows.transfers.ok ? rows.transfers.rows : [])
    .filter(({ currency }) => currency.toUpperCase() === quote)
    .map((row) => ({ at: ms(row.at), amount: decimalOrNull(row.amount) ?? ZERO }));
}

function transferredBy(input: Input): (from: number, to: number) => Money {
  const list = transfersOf(input);
  return (from, to) => sum(list.filter(({ at }) => at >= from && at < to).map(({ amount }) => amount));
}

/** Equity of all accounts at `from` and at each row until the window's end, what was transferred since taken out. */
export function equityCurve(
  market: Market,
  rows: readonly EquityRow[],
  from: number,
  input: Input,
): readonly Point[] {
  const to = ms(input.window.to);
  const transferred = transferredBy(input);
  const times = rows.map((row) => ms(row.at)).filter((at) => at >= from && at < to);
  return [...new Set([from, ...times])]
    .sort((a, b) => a - b)
    .flatMap((at) => {
      const value = market.equityAt(null, at);
      return value === null ? [] : [{ at, value: value.minus(transferred(from, at)) }];
    });
}

/** The curve of the window; null where equity is not recorded. */
export function windowEquity(input: Input): readonly Point[] | null {
  const { rows, shared, window } = input;
  if (!shared.market.hasEquity || !rows.equity.ok) return null;
  return equityCurve(shared.market, rows.equity.rows, ms(window.from), input);
}

/**
 * Statistics of the daily returns, r = (end - transfers - start) / start per UTC day; null but for a month or a
 * quarter with enough days, each with known equity.
 */
export function returnsOf(input: Input) {
  if (!coversMonths(input.kind)) return null;
  const { market } = input.shared;
  const transferred = transferredBy(input);
  const days = utcDays(ms(input.window.from), ms(input.window.to));
  const returns = days.flatMap(({ day, from, to }) => {
    const [start, end] = [market.equityAt(null, from), market.equityAt(null, to)];
    if (start?.greaterThan(0) !== true || !end) return [];
    return [{ day, r: end.minus(transferred(from, to)).minus(start).div(start).toNumber() }];
  });
  return days.length < input.settings.minDays || returns.length < days.length
    ? null
    : returnStatistics(returns);
}
