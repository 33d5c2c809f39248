import { formatReason } from '../../audit/format.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { isOtherThanLinear, settlesOf, unspokenOf } from './accounts.ts';
import { cashFlows, entriesOf, type Flow } from './cash-flows.ts';
import type { Input } from './input.ts';
import { holdingsOf, type Holding } from './wallet-edges.ts';
import { closedWallet, type Wallet } from './wallet-identity.ts';

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
  const entries = entriesOf(input);
  const flows = cashFlows(entries, bot);
  const isInside = (at: number | null): boolean =>
    at !== null && at >= ms(input.window.from) && at < ms(input.window.to);
  const moved = flows.filter(({ at }) => isInside(at));
  const holdings = withMoved(holdingsOf(rows.edges.rows, input), moved);
  const traded = [...entries.fills, ...entries.funding];
  const tradedInside = traded.filter(({ at }) => isInside(timeOrNull(at)));
  const venues = new Set([
    ...holdings.map(({ venue }) => venue),
    ...tradedInside.map(({ exchange }) => venueOf(exchange)),
  ]);
  const unspoken = new Map(
    [...venues].sort().flatMap((venue) => {
      const why = unspokenOf(venue, traded, bot);
      return why === null ? [] : [[venue, why] as const];
    }),
  );
  const list: Wallet[] = [];
  const unseen = [...unspoken].map(([venue, why]) => `${venue}: ${why}`);
  for (const holding of holdings.filter(({ venue }) => !unspoken.has(venue))) {
    const name = `${holding.venue} ${holding.currency}`;
    const wallet = misplaced(holding, holdings, bot) ?? closedWallet(holding, flows, market, input);
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

/** A balance that moves where the one that results go to was never read may be that one, under another name. */
function misplaced(
  { venue, currency }: Holding,
  holdings: readonly Holding[],
  bot: Input['bot'],
): string | null {
  const settles = settlesOf(venue, bot);
  const unread = holdings.find(
    (other) => other.venue === venue && settles.includes(other.currency) && other.accounts.length === 0,
  );
  if (unread === undefined || settles.includes(currency)) return null;
  return `results settle in ${unread.currency}, of which there is no balance, so what moves here is not told`;
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

/** A foreign asset is measured by what it is worth against the larger of itself and the account in quote currency. */
function shared(wallet: Wallet, list: readonly Wallet[], quote: string): Wallet {
  const account = list.find(({ venue, currency }) => venue === wallet.venue && currency === quote);
  const { value, residual, equity } = wallet;
  if (wallet.currency === quote || value === null || residual.isZero() || !account) return wallet;
  const own = equity.times(value.div(residual.abs()));
  const base = own.greaterThan(account.equity) ? own : account.equity;
  return base.greaterThan(0) ? { ...wallet, residualPercent: value.div(base).times(100).toNumber() } : wallet;
}
