import { formatReason } from '../../audit/format.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import type { Market } from '../shared/facts/market.ts';
import type { PositionFacts } from '../shared/facts/position-facts.ts';
import { timeOrNull } from '../shared/facts/row-values.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { accountOf, cashFlows, entriesOf, unspokenOf, type Flow } from './cash-flows.ts';
import type { Input } from './input.ts';
import { closedWallet, holdingsOf, type Holding, type Wallet } from './wallet-identity.ts';

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
  const { rows, bot, window } = input;
  const no = (...why: Parameters<typeof missing>): Wallets => ({ ok: false, ...missing(...why) });
  const alone = (entity: string, { reason, detail }: Missing): Wallets =>
    no('single_source', `${entity}: ${formatReason(reason, detail)}`);
  if (!rows.edges.ok) return alone('balance', rows.edges);
  if (!rows.fills.ok) return alone('fill', rows.fills);
  if (!source.ok) return source;
  if (source.rung !== 'fills') return no('inadequate_basis', source.why ?? 'fills do not add up');
  if (!input.has('fill', 'fee')) return no('missing_column', 'fill.fee');
  const entries = entriesOf(input);
  const flows = cashFlows(entries, bot);
  const isInside = (at: number | null): boolean => at !== null && at >= ms(window.from) && at < ms(window.to);
  const holdings = withMoved(
    holdingsOf(rows.edges.rows, input),
    flows.filter(({ at }) => isInside(at)),
  );
  const traded = [...entries.fills, ...entries.funding];
  const venues = new Set([
    ...holdings.map(({ venue }) => venue),
    ...traded.filter(({ at }) => isInside(timeOrNull(at))).map(({ exchange }) => venueOf(exchange)),
  ]);
  const unspoken = new Map([...venues].sort().map((venue) => [venue, unspokenOf(venue, traded, bot)]));
  const list: Wallet[] = [];
  const unseen = [...unspoken].flatMap(([venue, why]) => (why === null ? [] : [`${venue}: ${why}`]));
  for (const holding of holdings.filter(({ venue }) => unspoken.get(venue) === null)) {
    const wallet = misplaced(holding, holdings, bot) ?? closedWallet(holding, flows, market, input);
    const why = typeof wallet === 'string' ? wallet : wallet.gap;
    if (why !== null) unseen.push(`${holding.venue} ${holding.currency}: ${why}`);
    if (typeof wallet !== 'string') list.push(wallet);
  }
  if (list.length === 0) {
    // Of an account that was said to be of another kind this identity does not speak.
    const isOther = [...venues].every((venue) => (accountOf(venue, bot)?.type ?? 'linear') !== 'linear');
    const reason = venues.size > 0 && isOther ? 'not_applicable' : 'no_data';
    return no(reason, unseen.join('; ') || 'no account has a balance');
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
