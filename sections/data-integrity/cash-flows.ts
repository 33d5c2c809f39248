import type { Money } from '../../audit/decimal.ts';
import type { Account, BotFacts } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import type { Missing } from '../../audit/value.ts';
import { assignFills } from '../shared/facts/assign-fills.ts';
import {
  BASE_UNITS,
  contractsOf,
  isContract,
  type Contract,
  type ContractOf,
} from '../shared/facts/instruments.ts';
import { baseFeeOf, ledgerOf } from '../shared/facts/ledger.ts';
import { decimalOrNull, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { canonicalSymbol, instrumentKey, venueOf } from '../shared/facts/symbols.ts';
import { placedFills } from '../shared/facts/placed-fills.ts';
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
export function unspokenOf(
  venue: string,
  traded: readonly Traded[],
  bot: BotFacts,
  contractOf: ContractOf,
): string | null {
  const account = accountOf(venue, bot);
  if (account === undefined) return 'nobody said whether the account is spot or derivatives';
  for (const row of traded.filter(({ exchange }) => venueOf(exchange) === venue)) {
    const contract = contractOf(row.exchange, row.symbol);
    if (!isContract(contract)) return contract.detail ?? 'nobody says what its contracts are';
    const name = row.symbol ?? 'a fill without a symbol';
    if (contract.kind === 'spot') {
      if (contract.pair === null) return `${name} does not say what was paid in which currency`;
    } else if (settleOf(row, bot) === null)
      return `${name} does not say in which of ${account.settles.join(', ')} it settles`;
  }
  return null;
}

export function entriesOf({ rows, window, bot }: Input, contradicted: ReadonlyMap<string, Missing>) {
  const unitOf = contractsOf(rows.instruments, bot, window.to);
  const fills = rowsOf(rows.fills);
  const known = new Set(fills.map(({ id }) => id));
  const around = rowsOf(rows.edgeFills);
  const funding = rowsOf(rows.funding);
  return {
    positions: rowsOf(rows.positions),
    fills: placedFills(
      rowsOf(rows.positions),
      [...fills, ...around.filter(({ id }) => !known.has(id))],
      rowsOf(rows.orders),
    ),
    funding: rows.edgeFunding.ok
      ? [...funding.filter(({ at }) => at !== null && ms(at) >= ms(window.from)), ...rows.edgeFunding.rows]
      : funding,
    transfers: rowsOf(rows.transfers),
    orders: rows.orders,
    contractOf: (exchange: string | null, symbol: string | null) =>
      contradicted.get(instrumentKey(exchange, symbol)) ?? unitOf(exchange, symbol),
  };
}

/** Every known movement of the wallets, fill by fill; partly closed and still open positions move them too. */
export function cashFlows(
  { positions, fills, funding, transfers, orders, contractOf }: ReturnType<typeof entriesOf>,
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
  const unitOf = ({ exchange, symbol }: Traded): Contract => {
    const contract = contractOf(exchange, symbol);
    return isContract(contract) ? contract : BASE_UNITS;
  };
  const settlesIn = (row: Traded) => {
    const { kind, pair, settles } = unitOf(row);
    return kind === 'spot' ? (pair?.quote ?? null) : (settles ?? settleOf(row, bot));
  };
  const gross = (fill: FillRow, amount: Money | null) => flow(fill, settlesIn(fill), 'gross', amount);
  const isSpot = (fill: FillRow | undefined): boolean => fill !== undefined && unitOf(fill).kind === 'spot';
  // Cash becomes an asset, or an asset cash, whatever position it belongs to.
  const exchanged = (fill: FillRow) => {
    const { pair, size } = unitOf(fill);
    const bought = boughtBy(fill)?.times(size) ?? null;
    const paid = bought === null ? null : (positiveOrNull(fill.price)?.times(bought).neg() ?? null);
    return [...flow(fill, pair?.base ?? null, 'gross', bought), ...gross(fill, paid)];
  };
  // Without an entry there is no average cost; what the venue itself says of the fill is all there is.
  const reported = (fill: FillRow) =>
    isSpot(fill) ? exchanged(fill) : gross(fill, decimalOrNull(fill.realized_pnl));
  const { byPosition, stray } = assignFills(positions, fills, orders);
  const believed = [...[...byPosition.values()].flat(), ...stray];
  const rows = new Map(positions.map((row) => [row.id, row]));
  const ledgers = new Map(
    [...byPosition].map(([id, own]) => [id, ledgerOf(rows.get(id) ?? {}, own, own[0] && unitOf(own[0]))]),
  );
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
    ...[...byPosition].flatMap(([id, own]) => {
      const steps = isSpot(own[0]) ? undefined : ledgers.get(id)?.steps;
      return steps?.flatMap((step) => gross(step.fill, step.gross)) ?? own.flatMap(reported);
    }),
    ...stray.flatMap(reported),
    ...believed
      .filter((fill) => !isTaken(fill))
      .flatMap((fill) =>
        flow(fill, fill.fee_currency ?? settlesIn(fill), 'fee', decimalOrNull(fill.fee)?.neg() ?? null),
      ),
    ...funding.flatMap((row) => flow(row, settlesIn(row), 'funding', decimalOrNull(row.amount))),
    ...transfers.flatMap((row) => flow(row, row.currency, 'transfer', decimalOrNull(row.amount))),
  ].sort((a, b) => a.at - b.at);
}

/** Base units that came in; negative that went out, null where the side or quantity is not known. */
function boughtBy({ side, quantity }: FillRow): Money | null {
  const amount = positiveOrNull(quantity);
  if (side === 'long') return amount;
  return side === 'short' ? (amount?.neg() ?? null) : null;
}
