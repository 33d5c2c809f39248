import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { formatReason } from '../../audit/format.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { GRACE_MS, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow, FundingRow } from '../shared/queries/trading-rows.ts';
import { cashFlows, type Flow, type FlowKind } from './cash-flows.ts';
import { isOtherThanLinear, settleOf, unspokenOf } from './accounts.ts';
import type { Input } from './input.ts';
import type { BalanceEdgeRow } from './queries-balances.ts';
import { edgeGap, holdingsOf, type Holding } from './wallet-edges.ts';

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

export type Wallets =
  | {
      readonly ok: true;
      readonly list: readonly Wallet[];
      /** Exchange and currency whose identity was not seen over all of the window, with the reason. */
      readonly unseen: readonly string[];
    }
  | ({ readonly ok: false } & Missing);

/** The two independent sources are balances and fills (with funding and transfers); with one of them it is unknown. */
export function walletsOf(source: PositionFacts, market: Market, input: Input): Wallets {
  const { rows, bot } = input;
  const no = (value: Missing): Wallets => ({ ok: false, ...value });
  if (!rows.edges.ok)
    return no(missing('single_source', `balance: ${formatReason(rows.edges.reason, rows.edges.detail)}`));
  if (!rows.fills.ok)
    return no(missing('single_source', `fill: ${formatReason(rows.fills.reason, rows.fills.detail)}`));
  if (!source.ok) return no(source);
  if (source.rung !== 'fills') return no(missing('inadequate_basis', source.why ?? 'fills do not add up'));
  if (!input.has('fill', 'fee')) return no(missing('missing_column', 'fill.fee'));
  const fills = [...rows.fills.rows, ...outsideFills(input)];
  const funding = fundingAround(input);
  const flows = cashFlows(
    {
      positions: rows.positions.ok ? rows.positions.rows : [],
      fills,
      funding,
      transfers: rows.transfers.ok ? rows.transfers.rows : [],
    },
    (row) => settleOf(row, bot),
  );
  const isInside = (at: number | null): boolean =>
    at !== null && at >= ms(input.window.from) && at < ms(input.window.to);
  const moved = flows.filter(({ at }) => isInside(at));
  const holdings = withMoved(holdingsOf(rows.edges.rows, input), moved);
  const traded = [...fills, ...funding].filter(({ at }) => isInside(timeOrNull(at)));
  const venues = new Set([
    ...holdings.map(({ venue }) => venue),
    ...traded.map(({ exchange }) => venueOf(exchange)),
  ]);
  const unspoken = new Map(
    [...venues].sort().flatMap((venue) => {
      const why = unspokenOf(venue, [...fills, ...funding], bot);
      return why === null ? [] : [[venue, why] as const];
    }),
  );
  const list: Wallet[] = [];
  const unseen = [...unspoken].map(([venue, why]) => `${venue}: ${why}`);
  for (const holding of holdings.filter(({ venue }) => !unspoken.has(venue))) {
    const name = `${holding.venue} ${holding.currency}`;
    const wallet = closed(holding, flows, market, input);
    if (typeof wallet === 'string') unseen.push(`${name}: ${wallet}`);
    else {
      list.push(wallet);
      if (wallet.gap !== null) unseen.push(`${name}: ${wallet.gap}`);
    }
  }
  if (list.length === 0) {
    const isOther = [...venues].every((venue) => isOtherThanLinear(venue, bot));
    const reason = venues.size > 0 && isOther ? 'not_applicable' : 'no_data';
    return no(missing(reason, unseen.join('; ') || 'no account has a balance'));
  }
  const quote = bot.quoteCurrency.toUpperCase();
  return { ok: true, unseen, list: list.map((wallet) => shared(wallet, list, quote)) };
}

/** And what entries moved without a balance, in the order of their names. */
function withMoved(holdings: readonly Holding[], moved: readonly Flow[]): readonly Holding[] {
  const named = new Map<string, Holding>(
    [...moved.map((flow) => ({ ...flow, accounts: [] })), ...holdings].map((one) => [
      `${one.venue} ${one.currency}`,
      one,
    ]),
  );
  return [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, holding]) => holding);
}

/** By what it is worth; where no price says that, by its own units. */
export function isOff({ residual, value }: Wallet, { settings }: Input): boolean {
  return (value ?? residual.abs()).greaterThan(settings.residualMoney);
}

/** Over the red bound of the check and of gate (c), which is a share of equity. */
export function isRed({ residualPercent }: Wallet, { settings }: Input): boolean {
  return residualPercent === null || residualPercent > settings.residualRedPercent;
}

/** Fills of the minutes around the window that are not read with its positions. */
function outsideFills({ rows }: Input): readonly FillRow[] {
  const known = new Set(rows.fills.ok ? rows.fills.rows.map(({ id }) => id) : []);
  return rows.edgeFills.ok ? rows.edgeFills.rows.filter(({ id }) => !known.has(id)) : [];
}

function fundingAround({ rows, window }: Input): readonly FundingRow[] {
  const list = rows.funding.ok ? rows.funding.rows : [];
  if (!rows.edgeFunding.ok) return list;
  const inside = list.filter(({ at }) => at !== null && ms(at) >= ms(window.from));
  return [...inside, ...rows.edgeFunding.rows];
}

/** The identity between the two balances, or why there is none. */
function closed(
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

/** A foreign asset is measured by what it is worth against the larger of itself and the account in quote currency. */
function shared(wallet: Wallet, list: readonly Wallet[], quote: string): Wallet {
  const account = list.find(({ venue, currency }) => venue === wallet.venue && currency === quote);
  const { value, residual, equity } = wallet;
  if (wallet.currency === quote || value === null || residual.isZero() || !account) return wallet;
  const own = equity.times(value.div(residual.abs()));
  const base = own.greaterThan(account.equity) ? own : account.equity;
  return base.greaterThan(0) ? { ...wallet, residualPercent: value.div(base).times(100).toNumber() } : wallet;
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
