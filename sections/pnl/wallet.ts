import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import { formatReason } from '../../audit/format.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { groupBy } from '../facts/row-values.ts';
import type { PositionFacts } from '../facts/position-facts.ts';
import { venueOf } from '../facts/symbols.ts';
import { cashFlows, type Flow, type FlowKind } from './cash-flows.ts';
import type { Input } from './facts.ts';
import type { BalanceEdgeRow } from './queries.ts';

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
      /** Exchange and currency in which money moved without a balance near both edges: their identity was not seen. */
      readonly unseen: readonly string[];
    }
  | ({ readonly ok: false } & Missing);

/** The two independent sources are balances and fills (with funding and transfers); with one of them it is unknown. */
export function walletsOf(source: PositionFacts, input: Input): Wallets {
  const { rows, bot } = input;
  const no = (value: Missing): Wallets => ({ ok: false, ...value });
  if (!rows.edges.ok)
    return no(missing('single_source', `balance: ${formatReason(rows.edges.reason, rows.edges.detail)}`));
  if (!rows.fills.ok)
    return no(missing('single_source', `fill: ${formatReason(rows.fills.reason, rows.fills.detail)}`));
  if (!source.ok) return no(source);
  if (source.rung !== 'fills') return no(missing('inadequate_basis', source.why ?? 'fills do not add up'));
  if (!input.has('fill', 'fee')) return no(missing('missing_column', 'fill.fee'));
  const flows = cashFlows(
    {
      positions: rows.positions.ok ? rows.positions.rows : [],
      fills: rows.fills.rows,
      funding: rows.funding.ok ? rows.funding.rows : [],
      transfers: rows.transfers.ok ? rows.transfers.rows : [],
    },
    bot.quoteCurrency,
  );
  const moving = new Set([bot.quoteCurrency.toUpperCase(), ...flows.map(({ currency }) => currency)]);
  const spot = spotCurrency(rows.edges.rows, source, moving, bot.quoteCurrency.toUpperCase());
  if (spot !== null)
    return no(missing('not_applicable', `the wallet holds ${spot}, which is traded: a spot account`));
  const groups = [
    ...groupBy(rows.edges.rows, (row) => `${venueOf(row.exchange)} ${row.currency.toUpperCase()}`).values(),
  ];
  const list = groups
    .flatMap((edges) => walletOf(edges, flows, input) ?? [])
    .filter(({ currency }) => moving.has(currency));
  if (list.length === 0)
    return no(missing('no_data', 'no account has a balance near both edges of the window'));
  const seen = new Set(list.map(({ venue, currency }) => `${venue} ${currency}`));
  const window = { from: ms(input.window.from), to: ms(input.window.to) };
  const moved = flows.filter(({ at }) => at >= window.from && at < window.to);
  return {
    ok: true,
    unseen: [...new Set(moved.map(({ venue, currency }) => `${venue} ${currency}`))]
      .filter((account) => !seen.has(account))
      .sort(),
    list: list.sort((a, b) => (`${a.venue} ${a.currency}` < `${b.venue} ${b.currency}` ? -1 : 1)),
  };
}

/** A traded base asset in the wallet: buying moves two balances, and this identity does not speak of that. */
function spotCurrency(
  edges: readonly BalanceEdgeRow[],
  source: PositionFacts,
  moving: ReadonlySet<string>,
  quote: string,
): string | null {
  const bases = new Set(
    source.ok ? source.positions.map(({ symbol }) => baseOf(symbol.toUpperCase(), quote)) : [],
  );
  const held = edges
    .filter(({ total }) => !money(total).isZero())
    .map(({ currency }) => currency.toUpperCase());
  return held.find((currency) => bases.has(currency) && !moving.has(currency)) ?? null;
}

/** `BTC/USDT:USDT`, `BTC_USDT` and `BTCUSDT` -> `BTC`. */
function baseOf(symbol: string, quote: string): string {
  const [head = ''] = symbol.split(/[/:_-]/);
  return head.endsWith(quote) ? head.slice(0, -quote.length) : head;
}

function walletOf(edges: readonly BalanceEdgeRow[], flows: readonly Flow[], input: Input): Wallet | null {
  const accounts = [...groupBy(edges, ({ account }) => account ?? '').values()].map((rows) => ({
    from: rows.find(({ edge }) => edge === 'from'),
    to: rows.find(({ edge }) => edge === 'to'),
  }));
  const [first] = edges;
  const [from, to] = [
    latest(accounts.map((account) => account.from)),
    latest(accounts.map((account) => account.to)),
  ];
  if (!first || from === null || to === null || to <= from) return null;
  const venue = venueOf(first.exchange);
  const currency = first.currency.toUpperCase();
  const own = flows.filter((flow) => flow.venue === venue && flow.currency === currency);
  const between = own.filter(({ at }) => at >= from && at < to);
  const of = (kind: FlowKind): Money =>
    sum(between.filter((flow) => flow.kind === kind).map(({ amount }) => amount));
  const start = sum(accounts.map((account) => money(account.from?.total ?? 0)));
  const end = sum(accounts.map((account) => money(account.to?.total ?? 0)));
  const equity = sum(accounts.map((account) => money(account.from?.equity ?? account.from?.total ?? 0)));
  const residual = end.minus(start).minus(sum(between.map(({ amount }) => amount)));
  return {
    venue,
    currency,
    from,
    to,
    start,
    end,
    flows: { gross: of('gross'), fee: of('fee'), funding: of('funding'), transfer: of('transfer') },
    residual,
    residualPercent: equity.greaterThan(0) ? residual.abs().div(equity).times(100).toNumber() : null,
    equity,
    jump:
      accounts.length === 1 ? firstJump(own, { venue, currency, from, to, start, residual }, input) : null,
  };
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
