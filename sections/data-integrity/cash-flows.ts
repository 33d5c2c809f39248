import type { Money } from '../../audit/decimal.ts';
import type { Account, BotFacts } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import { baseFeeOf, ledgerOf } from '../shared/facts/ledger.ts';
import { decimalOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { canonicalSymbol, venueOf } from '../shared/facts/symbols.ts';
import { timedFills } from '../shared/facts/timed-fills.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

export type FlowKind = 'gross' | 'fee' | 'funding' | 'transfer';

/** A movement of a wallet: what it did to the account, cost negative. */
export interface Flow {
  readonly at: number;
  readonly venue: string;
  readonly currency: string;
  readonly kind: FlowKind;
  readonly amount: Money;
}

type Moved = Pick<FillRow, 'at' | 'exchange'>;
type Traded = Pick<FillRow, 'exchange' | 'symbol'>;

/** What the configuration says of the bot's account there; rows that name no exchange are of the only one it has. */
export function accountOf(venue: string, { accounts, exchanges }: BotFacts): Account | undefined {
  const [only, ...others] = exchanges;
  const name = venue === 'unknown' && only !== undefined && others.length === 0 ? only : venue;
  return accounts?.[name];
}

/** The currency of results and funding; null where the account has several and the symbol ends with none of them. */
function settleOf({ exchange, symbol }: Traded, bot: BotFacts): string | null {
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

export function entriesOf({ rows, window }: Input) {
  const fills = rowsOf(rows.fills);
  const known = new Set(fills.map(({ id }) => id));
  const around = rowsOf(rows.edgeFills);
  const funding = rowsOf(rows.funding);
  return {
    positions: rowsOf(rows.positions),
    fills: timedFills(rowsOf(rows.positions), [...fills, ...around.filter(({ id }) => !known.has(id))]),
    funding: rows.edgeFunding.ok
      ? [...funding.filter(({ at }) => at !== null && ms(at) >= ms(window.from)), ...rows.edgeFunding.rows]
      : funding,
    transfers: rowsOf(rows.transfers),
    orders: rows.orders,
  };
}

/** Every known movement of the wallets, fill by fill; partly closed and still open positions move them too. */
export function cashFlows(
  { positions, fills, funding, transfers, orders }: ReturnType<typeof entriesOf>,
  bot: BotFacts,
  holds: (venue: string, currency: string) => boolean,
): readonly Flow[] {
  // Nothing where the time, the amount or the currency is not known: an account that does not say it is not judged.
  const flow = (
    row: Moved,
    currency: string | null,
    kind: FlowKind,
    amount: Money | null,
  ): readonly Flow[] => {
    const at = timeOrNull(row.at);
    if (at === null || currency === null || amount === null || amount.isZero()) return [];
    return [{ at, venue: venueOf(row.exchange), currency: currency.toUpperCase(), kind, amount }];
  };
  const gross = (fill: FillRow, amount: Money | null) => flow(fill, settleOf(fill, bot), 'gross', amount);
  // Without an entry there is no average cost; what the venue itself says of the fill is all there is.
  const reported = (fill: FillRow) => gross(fill, decimalOrNull(fill.realized_pnl));
  const { byPosition, stray } = assignFills(positions, fills, orders);
  const believed = [...[...byPosition.values()].flat(), ...stray];
  const rows = new Map(positions.map((row) => [row.id, row]));
  const ledgers = new Map([...byPosition].map(([id, own]) => [id, ledgerOf(rows.get(id) ?? {}, own)]));
  // A fee that was taken out of what is held is in no wallet, unless one of that asset is written down.
  const taken = new Set(
    [...ledgers.values()].flatMap((ledger) => (ledger?.inKind === true ? ledger.fills : [])),
  );
  const isTaken = (fill: FillRow): boolean =>
    taken.has(fill) &&
    baseFeeOf(fill) !== null &&
    !holds(venueOf(fill.exchange), (fill.fee_currency ?? '').toUpperCase());
  return [
    // Each reducing fill realises its share at its own time (catalogue 3.0).
    ...[...byPosition].flatMap(
      ([id, own]) =>
        ledgers.get(id)?.steps.flatMap((step) => gross(step.fill, step.gross)) ?? own.flatMap(reported),
    ),
    ...stray.flatMap(reported),
    ...believed
      .filter((fill) => !isTaken(fill))
      .flatMap((fill) =>
        flow(fill, fill.fee_currency ?? settleOf(fill, bot), 'fee', decimalOrNull(fill.fee)?.neg() ?? null),
      ),
    ...funding.flatMap((row) => flow(row, settleOf(row, bot), 'funding', decimalOrNull(row.amount))),
    ...transfers.flatMap((row) => flow(row, row.currency, 'transfer', decimalOrNull(row.amount))),
  ].sort((a, b) => a.at - b.at);
}
