import { money, type Money } from '../../../audit/decimal.ts';
import { ms } from '../../../audit/time.ts';
import { missing, type Missing } from '../../../audit/value.ts';
import { decimalOrNull, GRACE_MS, groupBy, timeOrNull } from '../../shared/facts/row-values.ts';
import { venueOf } from '../../shared/facts/symbols.ts';
import type { VenueState } from '../../shared/facts/venue-states.ts';
import type { ExchangeBalance } from '../../shared/queries/exchange.ts';
import { rowsOf } from '../../shared/vocabulary/unseen.ts';
import type { Input } from '../input.ts';
import type { BalanceEdgeRow } from '../queries.ts';
import { capitalised } from '../../shared/vocabulary/words.ts';

/** What an account comes to at the exchange and in the bot's rows, in one currency (catalogue DI6). */
export interface BalanceMatch {
  /** `unclear`: of another moment, in motion, or of accounts that nothing tells apart. */
  readonly kind: 'matched' | 'differs' | 'unclear';
  readonly venue: string;
  readonly currency: string;
  readonly held: Money;
  readonly there: Money | null;
  /** The exchange's less the bot's; null where they are not compared. */
  readonly difference: Money | null;
  /** Milliseconds since the epoch, of the bot's row. */
  readonly at: number;
}

/** The bot's balances against the exchange's, or why nobody can tell. A currency of which one side says nothing is not compared. */
export function balancesAt(
  venue: string,
  { at, balances }: VenueState,
  input: Input,
): readonly BalanceMatch[] | Missing {
  if (balances === null) return missing('no_data', `${capitalised(venue)} was not asked for its balances`);
  const { edges } = input.rows;
  if (!edges.ok) return edges;
  const own = groupBy(
    edges.rows.filter((row) => row.edge === 'to' && venueOf(row.exchange) === venue),
    ({ currency }) => currency.toUpperCase(),
  );
  if (own.size === 0)
    return missing('no_data', `no balance of ${capitalised(venue)} is near the end of the window`);
  return [...own].flatMap(([currency, here]) => {
    const there = balances.filter((one) => one.currency === currency);
    return pairsOf(here, there).map(([row, balance]) =>
      matchOf({ venue, currency, at }, row, balance, input),
    );
  });
}

/** A hundredth of the quote currency is none; of a coin it may be a fortune. `name`: a currency, or a symbol that ends with it. */
export function toleranceOf(name: string, { bot, settings }: Input): string {
  const cash = [bot.quoteCurrency.toUpperCase(), ...(bot.atPar ?? [])];
  return cash.some((currency) => name.endsWith(currency)) ? settings.residualMoney : settings.exactMoney;
}

type Pair = readonly [BalanceEdgeRow, ExchangeBalance | null];

/** By the account's name; else the only one of each side, since a bot may call its account otherwise. */
function pairsOf(here: readonly BalanceEdgeRow[], there: readonly ExchangeBalance[]): readonly Pair[] {
  const [row, ...rows] = here;
  const [balance, ...balances] = there;
  if (row !== undefined && rows.length === 0 && balances.length === 0) return [[row, balance ?? null]];
  return here.map((one) => [one, there.find(({ account }) => account === (one.account ?? '')) ?? null]);
}

function matchOf(
  about: { readonly venue: string; readonly currency: string; readonly at: number },
  row: BalanceEdgeRow,
  balance: ExchangeBalance | null,
  input: Input,
): BalanceMatch {
  const { venue, currency, at } = about;
  const [held, time] = [money(row.total), ms(row.at)];
  const wallet = decimalOrNull(balance?.wallet ?? null);
  const there = wallet ?? decimalOrNull(balance?.total ?? null);
  const match = { venue, currency, held, there, at: time, difference: there?.minus(held) ?? null };
  if (there === null) return { ...match, kind: 'unclear' };
  const isSame = there.minus(held).abs().lessThanOrEqualTo(toleranceOf(currency, input));
  if (isSame || (wallet === null && isEquity(there, row, input))) return { ...match, kind: 'matched' };
  // A total may be wallet or equity; of a row that does not say its equity, the open result may be all that differs.
  const isEither = wallet === null && equityOf(row) === null;
  const isFar = Math.abs(time - at) > GRACE_MS;
  return isFar || isEither || isMoving(venue, Math.min(time, at), Math.max(time, at), input)
    ? { ...match, kind: 'unclear', difference: null }
    : { ...match, kind: 'differs' };
}

function equityOf({ equity, total, unrealized_pnl: open }: BalanceEdgeRow): Money | null {
  return decimalOrNull(equity) ?? (open === null ? null : (decimalOrNull(open)?.plus(total) ?? null));
}

/** Open results are not those of the same instant on both sides. */
function isEquity(there: Money, row: BalanceEdgeRow, { settings }: Input): boolean {
  const equity = equityOf(row);
  const tolerance = equity?.abs().times(settings.equityTolerancePct).div(100);
  return equity !== null && tolerance !== undefined && there.minus(equity).abs().lessThanOrEqualTo(tolerance);
}

/** Whether something moved the account within seconds of the two moments. */
function isMoving(venue: string, from: number, to: number, { rows }: Input): boolean {
  const moved = [
    ...rowsOf(rows.fills),
    ...rowsOf(rows.edgeFills),
    ...rowsOf(rows.funding),
    ...rowsOf(rows.edgeFunding),
    ...rowsOf(rows.transfers),
  ];
  return moved.some((row) => {
    const time = timeOrNull(row.at);
    return (
      venueOf(row.exchange) === venue && time !== null && time >= from - GRACE_MS && time <= to + GRACE_MS
    );
  });
}
