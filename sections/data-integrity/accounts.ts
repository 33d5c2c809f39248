import type { Account, BotFacts } from '../../audit/evidence.ts';
import { canonicalSymbol, venueOf } from '../shared/facts/symbols.ts';

/** What was traded or paid, and where. */
interface Traded {
  readonly exchange: string | null;
  readonly symbol: string | null;
}

/** What the configuration says of the bot's account there; rows that name no exchange are of the only one it has. */
function accountOf(venue: string, { accounts, exchanges }: BotFacts): Account | undefined {
  const [only, ...others] = exchanges;
  const name = venue === 'unknown' && only !== undefined && others.length === 0 ? only : venue;
  return accounts?.[name];
}

/** The currency of results and funding; null where the account has several and the symbol ends with none of them. */
export function settleOf({ exchange, symbol }: Traded, bot: BotFacts): string | null {
  const { settles = [] } = accountOf(venueOf(exchange), bot) ?? {};
  const [only, ...others] = settles;
  if (only !== undefined && others.length === 0) return only;
  const name = canonicalSymbol(symbol ?? '');
  return settles.find((currency) => name.endsWith(currency)) ?? null;
}

/** Why the wallet identity does not speak of an exchange; null where it does. */
export function unspokenOf(venue: string, traded: readonly Traded[], bot: BotFacts): string | null {
  const account = accountOf(venue, bot);
  if (account === undefined) return 'nobody said whether the account is spot or derivatives';
  if (account.type !== 'linear')
    return `${account.type === 'spot' ? 'a spot' : 'an inverse'} account, of which this identity does not speak`;
  const unsettled = traded.find((row) => venueOf(row.exchange) === venue && settleOf(row, bot) === null);
  return unsettled === undefined
    ? null
    : `${unsettled.symbol ?? 'a fill without a symbol'} does not say in which of ${account.settles.join(', ')} it settles`;
}

/** An account that was said to be of a kind that this identity does not speak of. */
export function isOtherThanLinear(venue: string, bot: BotFacts): boolean {
  return (accountOf(venue, bot)?.type ?? 'linear') !== 'linear';
}

/** What the account of an exchange settles in; nothing where nobody said. */
export function settlesOf(venue: string, bot: BotFacts): readonly string[] {
  return accountOf(venue, bot)?.settles ?? [];
}
