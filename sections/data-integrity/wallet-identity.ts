import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import type { Market } from '../shared/facts/market.ts';
import { GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { Flow, FlowKind } from './cash-flows.ts';
import type { Input } from './input.ts';
import type { BalanceEdgeRow } from './queries-balances.ts';
import { edgeGap, type Holding } from './wallet-edges.ts';

/** Wallet identity of one exchange and currency (catalogue PN10). */
export interface Wallet {
  readonly venue: string;
  readonly currency: string;
  /** Times of the two balances; the flows are those between them. */
  readonly from: number;
  readonly to: number;
  readonly start: Money;
  readonly end: Money;
  readonly flows: Readonly<Record<FlowKind, Money>>;
  readonly residual: Money;
  /** What the residual is worth in quote currency, never negative; null where no price says it. */
  readonly value: Money | null;
  /** Why nothing missing here does not mean that nothing is missing; null when the whole window was seen. */
  readonly gap: string | null;
  /** Of the start balance, or its equity where the bot stores it; null when that is not positive. */
  readonly residualPercent: number | null;
  readonly equity: Money;
  /** Between these two balance rows the residual first appeared and stayed. */
  readonly jump: { readonly from: number; readonly to: number; readonly amount: Money } | null;
}

/** The identity between the two balances, or why there is none. */
export function closedWallet(
  { venue, currency, accounts }: Holding,
  flows: readonly Flow[],
  market: Market,
  input: Input,
): Wallet | string {
  const from = latest(accounts.map((account) => account.from));
  const to = latest(accounts.map((account) => account.to));
  if (from === null || to === null || to <= from) return 'no balance near both edges of the window';
  if (isTradedOutside(venue, from, to, input))
    return 'a fill between its balance and the edge of the window belongs to no position';
  const own = flows.filter((flow) => flow.venue === venue && flow.currency === currency);
  const between = own.filter(({ at }) => at >= from && at < to);
  const of = (kind: FlowKind): Money =>
    sum(between.filter((flow) => flow.kind === kind).map(({ amount }) => amount));
  const start = sum(accounts.map((account) => money(account.from?.total ?? 0)));
  const end = sum(accounts.map((account) => money(account.to?.total ?? 0)));
  const equity = sum(accounts.map((account) => money(account.from?.equity ?? account.from?.total ?? 0)));
  const residual = end.minus(start).minus(sum(between.map(({ amount }) => amount)));
  const price = priceOf(currency, market, venue, input);
  const value = residual.isZero() || price !== null ? residual.abs().times(price ?? 0) : null;
  const isWrong = (value ?? residual.abs()).greaterThan(input.settings.residualMoney);
  const gap = value === null ? `what it is worth in ${input.bot.quoteCurrency} is not known` : null;
  return {
    venue,
    currency,
    from,
    to,
    start,
    end,
    flows: { gross: of('gross'), fee: of('fee'), funding: of('funding'), transfer: of('transfer') },
    residual,
    value,
    // Money that is missing inside is missing, wherever the balances stand.
    gap: isWrong ? null : (edgeGap(from, to, input) ?? gap),
    residualPercent: equity.greaterThan(0) ? residual.abs().div(equity).times(100).toNumber() : null,
    equity,
    jump:
      accounts.length === 1 ? firstJump(own, { venue, currency, from, to, start, residual }, input) : null,
  };
}

/** Of one unit in quote currency at the end of the window; null where nobody says it. */
function priceOf(currency: string, market: Market, venue: string, { bot, window }: Input): Money | null {
  const quote = bot.quoteCurrency.toUpperCase();
  if (currency === quote || bot.atPar?.includes(currency) === true) return money(1);
  return market.priceAt(venue, `${currency}${quote}`, ms(window.to));
}

/** Between a balance outside of the window and its edge all flows must be known; a fill without a position has none. */
function isTradedOutside(venue: string, from: number, to: number, input: Input): boolean {
  const { rows, window } = input;
  const [start, end] = [ms(window.from), ms(window.to)];
  if (from >= start && to <= end) return false;
  if (!rows.edgeFills.ok) return start - from > GRACE_MS || to - end > GRACE_MS;
  const outside = rows.edgeFills.rows.filter(({ at, exchange }) => {
    const time = timeOrNull(at);
    if (time === null || venueOf(exchange) !== venue) return false;
    return (time >= from && time < start) || (time >= end && time < to);
  });
  return assignFills(rows.positions.ok ? rows.positions.rows : [], outside).stray.length > 0;
}

/** Accounts without one of the edges, or sampled more than a few seconds apart, cannot be added up. */
function latest(rows: readonly (BalanceEdgeRow | undefined)[]): number | null {
  const times = rows.map((row) => (row ? ms(row.at) : null)).filter((time) => time !== null);
  if (times.length < rows.length || times.length === 0) return null;
  return Math.max(...times) - Math.min(...times) <= 5_000 ? Math.max(...times) : null;
}

/** The first pair of balance rows over which the residual passed the tolerance and did not come back in the next row. */
function firstJump(
  flows: readonly Flow[],
  wallet: { venue: string; currency: string; from: number; to: number; start: Money; residual: Money },
  input: Input,
): Wallet['jump'] {
  const { series } = input.rows;
  const tolerance = money(input.settings.residualMoney);
  if (!series.ok || wallet.residual.abs().lessThanOrEqualTo(tolerance)) return null;
  const rows = series.rows
    .filter((row) => venueOf(row.exchange) === wallet.venue && row.currency.toUpperCase() === wallet.currency)
    .map((row) => ({ at: ms(row.at), total: money(row.total) }))
    .filter(({ at }) => at > wallet.from && at <= wallet.to)
    .sort((a, b) => a.at - b.at);
  let explained = ZERO;
  let next = flows.findIndex(({ at }) => at >= wallet.from);
  let before = { at: wallet.from, off: ZERO };
  let candidate: Wallet['jump'] = null;
  for (const { at, total } of rows) {
    for (let flow = next < 0 ? undefined : flows[next]; flow && flow.at < at; flow = flows[next]) {
      explained = explained.plus(flow.amount);
      next += 1;
    }
    const off = total.minus(wallet.start).minus(explained);
    if (off.abs().lessThanOrEqualTo(tolerance)) candidate = null;
    else if (candidate !== null) return candidate;
    else candidate = { from: before.at, to: at, amount: off.minus(before.off) };
    before = { at, off };
  }
  return candidate;
}
