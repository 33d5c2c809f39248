import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { formatReason } from '../../audit/format.ts';
import { iso, ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import { GRACE_MS, groupBy, timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { capitalised } from '../shared/vocabulary/words.ts';
import { accountOf, cashFlows, entriesOf, unspokenOf, type Flow, type FlowKind } from './cash-flows.ts';
import { whyEnded } from './ended-rows.ts';
import type { Input } from './input.ts';
import type { BalanceEdgeRow } from './queries.ts';
import { unreadFlow, unsizedFlow } from './unread-flows.ts';

type Wallets =
  | {
      readonly ok: true;
      readonly list: readonly Wallet[];
      /** Exchange and currency whose identity was not seen over all of the window, with the reason. */
      readonly unseen: readonly string[];
    }
  | ({ readonly ok: false } & Missing);

/** The two independent sources are balances and fills (with funding and transfers); with one of them it is unknown. */
export function walletsOf(input: Input): Wallets {
  const { rows, bot, window } = input;
  const { positions: source } = input.shared;
  const no = (...why: Parameters<typeof missing>): Wallets => ({ ok: false, ...missing(...why) });
  const alone = ({ reason, detail }: Missing): Wallets => no('single_source', formatReason(reason, detail));
  if (!rows.edges.ok) return alone(rows.edges);
  if (!rows.fills.ok) return alone(rows.fills);
  if (!source.ok) return source;
  if (source.rung !== 'fills') return no('inadequate_basis', source.why ?? 'fills do not add up');
  if (!input.has('fill', 'fee')) return no('missing_column', 'fill.fee');
  const entries = entriesOf(input, source.contradicted);
  const held = holdingsOf(rows.edges.rows, input);
  const flows = cashFlows(entries, bot, (venue, currency) =>
    held.some((one) => one.venue === venue && one.currency === currency),
  );
  const isInside = (at: number | null): boolean => at !== null && at >= ms(window.from) && at < ms(window.to);
  const moved = flows.filter(({ at }) => isInside(at));
  const holdings = withMoved(holdingsOf(rows.edges.rows, input, moved), moved);
  const traded = [...entries.fills, ...entries.funding];
  const venues = new Set([
    ...holdings.map(({ venue }) => venue),
    ...traded.filter(({ at }) => isInside(timeOrNull(at))).map(({ exchange }) => venueOf(exchange)),
  ]);
  const unspoken = new Map(
    [...venues].sort().map((venue) => [venue, unspokenOf(venue, traded, bot, entries.contractOf)]),
  );
  const list: Wallet[] = [];
  const unseen = [...unspoken].flatMap(([venue, why]) =>
    why === null ? [] : [`${capitalised(venue)}: ${why}`],
  );
  for (const holding of holdings.filter(({ venue }) => unspoken.get(venue) === null)) {
    const wallet =
      whyEnded(input, holding.venue, 'fill')?.detail ??
      misplaced(holding, holdings, input) ??
      closedWallet(holding, flows, input);
    const why = typeof wallet === 'string' ? wallet : wallet.gap;
    if (why !== null) unseen.push(`${capitalised(holding.venue)} ${holding.currency}: ${why}`);
    if (typeof wallet !== 'string') list.push(wallet);
  }
  if (list.length === 0) return no('no_data', unseen.join('; ') || 'no account has a balance');
  const quote = bot.quoteCurrency.toUpperCase();
  return { ok: true, unseen, list: list.map((wallet) => shared(wallet, list, quote)) };
}

/** A balance that moves where the one that results go to was never read may be that one, under another name. */
function misplaced({ venue, currency }: Holding, holdings: readonly Holding[], { bot }: Input) {
  const settles = accountOf(venue, bot)?.settles ?? [];
  const unread = holdings.find(
    (other) => other.venue === venue && settles.includes(other.currency) && other.accounts.length === 0,
  );
  if (unread === undefined || settles.includes(currency)) return null;
  return `results settle in ${unread.currency}, of which there is no balance, so what moves here is not told`;
}

/** And what entries moved without a balance, in the order of their names. */
function withMoved(holdings: readonly Holding[], moved: readonly Flow[]): readonly Holding[] {
  const all: readonly Holding[] = [...moved.map((flow) => ({ ...flow, accounts: [] })), ...holdings];
  const named = new Map(all.map((one) => [`${one.venue} ${one.currency}`, one]));
  return [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, holding]) => holding);
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

/** So far outside of the window a balance still stands for its edge, because the flows of that minute are read too. */
const OUTSIDE_MS = 60_000;

interface Holding {
  readonly venue: string;
  readonly currency: string;
  readonly accounts: readonly Readonly<Record<'from' | 'to', BalanceEdgeRow | undefined>>[];
}

/** Wallet identity of one exchange and currency (catalogue PN10); the flows are those between its two balances. */
export type Wallet = Exclude<ReturnType<typeof closedWallet>, string>;

/**
 * Every exchange and currency of which a balance other than 0 was written: each of them has to be closed. An asset that a
 * spot account bought and sold may be 0 at both edges.
 */
function holdingsOf(
  edges: readonly BalanceEdgeRow[],
  { rows, bot }: Input,
  moved: readonly Flow[] = [],
): readonly Holding[] {
  type Holder = Pick<BalanceEdgeRow, 'exchange' | 'currency' | 'account'>;
  const walletOf = ({ exchange, currency }: Holder) => `${venueOf(exchange)} ${currency.toUpperCase()}`;
  const nameOf = (row: Holder) => `${walletOf(row)} ${row.account ?? ''}`;
  const all = [...edges, ...rowsOf(rows.series)];
  const held = new Set(all.filter(({ total }) => !money(total).isZero()).map(nameOf));
  const exchanged = new Set(
    moved
      .filter(({ venue }) => accountOf(venue, bot)?.type === 'spot')
      .map(({ venue, currency }) => `${venue} ${currency}`),
  );
  const isHeld = (row: Holder): boolean => held.has(nameOf(row)) || exchanged.has(walletOf(row));
  const accounts = groupBy(edges.filter(isHeld), nameOf);
  const wallets = new Map(all.filter(isHeld).map((row) => [walletOf(row), row]));
  return [...wallets].map(([wallet, { exchange, currency }]) => ({
    venue: venueOf(exchange),
    currency: currency.toUpperCase(),
    accounts: [...accounts.values()]
      .filter(([row]) => row !== undefined && walletOf(row) === wallet)
      .map((list) => ({
        from: list.find(({ edge }) => edge === 'from'),
        to: list.find(({ edge }) => edge === 'to'),
      })),
  }));
}

/** Whether a balance at this time says what the wallet was at the edge: within 5 s of it, or in the minute outside. */
export function isAtEdge(edge: 'from' | 'to', at: number, { window }: Input): boolean {
  const inside = edge === 'from' ? at - ms(window.from) : ms(window.to) - at;
  return inside <= GRACE_MS && inside >= -OUTSIDE_MS;
}

/** By what it is worth; where no price says that, by its own units. */
export const isOff = (of: { residual: Money; value: Money | null }, { settings }: Input): boolean =>
  (of.value ?? of.residual.abs()).greaterThan(settings.residualMoney);

/** Over the red bound of the check and of gate (c), which is a share of equity. */
export const isRed = ({ residualPercent }: Wallet, { settings }: Input): boolean =>
  residualPercent === null || residualPercent > settings.residualRedPercent;

function closedWallet({ venue, currency, accounts }: Holding, flows: readonly Flow[], input: Input) {
  const [from, to] = [latest(accounts.map((one) => one.from)), latest(accounts.map((one) => one.to))];
  if (from === null || to === null || to <= from) return 'no balance near both edges of the window';
  if (hasTimeless(venue, input))
    return 'a payment of funding has a time that cannot be, so it lies in no window';
  if (isTradedOutside(venue, from, to, input))
    return 'a fill between its balance and the edge of the window belongs to no position';
  const own = flows.filter((flow) => flow.venue === venue && flow.currency === currency);
  const between = own.filter(({ at }) => at >= from && at < to);
  const total = (of: readonly Flow[]): Money => sum(of.map(({ amount }) => amount));
  const of = (kind: FlowKind): Money => total(between.filter((flow) => flow.kind === kind));
  const moved = { gross: of('gross'), fee: of('fee'), funding: of('funding'), transfer: of('transfer') };
  const received = total(between.filter(({ kind, amount }) => kind === 'fee' && amount.isPositive()));
  const start = sum(accounts.map((account) => money(account.from?.total ?? 0)));
  const end = sum(accounts.map((account) => money(account.to?.total ?? 0)));
  const equity = sum(accounts.map((account) => money(account.from?.equity ?? account.from?.total ?? 0)));
  const residual = end.minus(start).minus(total(between));
  const price = priceOf(currency, venue, input);
  // What the residual is worth in quote currency, never negative; null where no price says it.
  const value = residual.isZero() || price !== null ? residual.abs().times(price ?? 0) : null;
  const unpriced = value === null ? `what it is worth in ${input.bot.quoteCurrency} is not known` : null;
  const residualPercent = equity.greaterThan(0) ? residual.abs().div(equity).times(100).toNumber() : null;
  const about = { venue, currency, from, to, start, end, flows: moved, feesReceived: received };
  const wallet = { ...about, residual, value, equity, residualPercent };
  const unread = unreadFlow(venue, input) ?? unsizedFlow(wallet, input);
  // What was not read may be all that is missing: nobody is accused of it.
  if (unread !== null && isOff(wallet, input)) return unread;
  return {
    ...wallet,
    // Why nothing missing here does not mean that nothing is missing; money that is missing inside is missing, wherever
    // the balances stand.
    gap: isOff(wallet, input) ? null : (edgeGap(from, to, input) ?? unpriced),
    jump: accounts.length === 1 ? firstJump(own, wallet, input) : null,
  };
}

function hasTimeless(venue: string, { rows: { funding } }: Input): boolean {
  return (
    funding.ok &&
    funding.rows.some(({ at, exchange }) => timeOrNull(at) === null && venueOf(exchange) === venue)
  );
}

/** Why the two balances do not close the window; null when they do. */
function edgeGap(from: number, to: number, input: Input): string | null {
  const gaps = [
    ...(isAtEdge('from', from, input) ? [] : [`start of the window, the nearest is of ${iso(from)}`]),
    ...(isAtEdge('to', to, input) ? [] : [`end of the window, the nearest is of ${iso(to)}`]),
  ];
  return gaps.length === 0 ? null : `no balance at the ${gaps.join(', nor at the ')}`;
}

/** Of one unit in quote currency at the end of the window; null where nobody says it. */
function priceOf(currency: string, venue: string, { bot, window, shared: { market } }: Input): Money | null {
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
  return assignFills(rowsOf(rows.positions), outside, rows.orders).stray.length > 0;
}

/** Accounts without one of the edges, or sampled more than a few seconds apart, cannot be added up. */
function latest(rows: readonly (BalanceEdgeRow | undefined)[]): number | null {
  const times = rows.flatMap((row) => (row ? [ms(row.at)] : []));
  if (times.length < rows.length || times.length === 0) return null;
  return Math.max(...times) - Math.min(...times) <= GRACE_MS ? Math.max(...times) : null;
}

/** The first pair of balance rows over which the residual passed the tolerance and did not come back in the next row. */
function firstJump(
  flows: readonly Flow[],
  wallet: { venue: string; currency: string; from: number; to: number; start: Money; residual: Money },
  input: Input,
): { readonly from: number; readonly to: number } | null {
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
  let before = wallet.from;
  let candidate: ReturnType<typeof firstJump> = null;
  for (const { at, total } of rows) {
    for (let flow = next < 0 ? undefined : flows[next]; flow && flow.at < at; flow = flows[next]) {
      explained = explained.plus(flow.amount);
      next += 1;
    }
    const off = total.minus(wallet.start).minus(explained);
    if (off.abs().lessThanOrEqualTo(tolerance)) candidate = null;
    else if (candidate !== null) return candidate;
    else candidate = { from: before, to: at };
    before = at;
  }
  return candidate;
}
