import { sum, type Money } from '../../audit/decimal.ts';
import type { Rows } from '../../audit/section.ts';
import type { EntityName } from '../../audit/contract.ts';
import { ms } from '../../audit/time.ts';
import type { Missing } from '../../audit/value.ts';
import { isContractSize, storedResult } from '../shared/facts/contradicted-units.ts';
import { isReadable } from '../shared/facts/ledger.ts';
import { otherTime } from '../shared/facts/positions.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { accountOf } from './cash-flows.ts';
import type { Input } from './input.ts';
import { timesAheadOf } from './times-ahead.ts';

/** Fills of the window that do not say which way, how much or at what price, and are no second copy of others. */
export function unreadFills({ shared: { positions }, window }: Input): readonly FillRow[] {
  if (!positions.ok) return [];
  const all = [...positions.positions.flatMap(({ unreadFills: own }) => own), ...positions.strayFills];
  return all.filter((fill) => fill.at !== null && ms(fill.at) >= ms(window.from) && !isReadable(fill));
}

export function fillsNotRead(fills: readonly FillRow[]): string {
  const symbols = [...new Set(fills.map(({ symbol }) => symbol ?? 'unknown'))];
  return `side, price or quantity of ${String(fills.length)} ${noun(fills.length, 'fill')} is not read (${names(symbols)})`;
}

/** Fills and payments that could not be read, unless the bot says that it has none; null where all were read. */
export function unreadFlow(venue: string, input: Input): string | null {
  const {
    rows: { fills, funding, transfers },
    bot,
    window,
  } = input;
  const { without = [] } = bot;
  const untimed =
    otherTime([input.shared.orderClocks.get(venue)].filter((one) => one !== undefined)) ?? aheadFlow(input);
  if (untimed !== null) return untimed;
  const unread = unreadFills(input).filter(({ exchange }) => venueOf(exchange) === venue);
  if (unread.length > 0) return fillsNotRead(unread);
  const costs = rowsOf(fills).filter(
    ({ exchange, at, fee }) =>
      fee === null && at !== null && venueOf(exchange) === venue && ms(at) >= ms(window.from),
  );
  if (costs.length > 0)
    return `the fees of ${String(costs.length)} ${noun(costs.length, 'fill')} are not stored`;
  const far = [...input.shared.traded.fees.values()].filter(({ fill }) => venueOf(fill.exchange) === venue);
  if (far.length > 0)
    return `the fees of ${String(far.length)} ${noun(far.length, 'fill')} are many times what others have`;
  if (flowUnseen(transfers) !== null && !without.includes('transfer')) return 'transfers were not read';
  const hasFunding = accountOf(venue, bot)?.type !== 'spot' && !without.includes('funding');
  if (flowUnseen(funding) !== null && hasFunding) return 'payments of funding were not read';
  return null;
}

/** Of rows that lie after the moment of reading nobody knows at which time they moved the wallet, or what it held. */
function aheadFlow(input: Input): string | null {
  const moved = timesAheadOf(input).find(({ entity }) => FLOWS.includes(entity));
  return moved === undefined ? null : `rows of ${moved.entity} lie after the moment of reading`;
}
const FLOWS: readonly EntityName[] = ['fill', 'funding', 'transfer', 'balance'];

/**
 * Whose quantities are only taken for base units, with no stored result that bears it out, may be in contracts: a wallet
 * that moved by a multiple of what base units give says what a contract is, not that money is missing.
 */
export function unsizedFlow(
  { venue, residual }: { readonly venue: string; readonly residual: Money },
  { shared: { positions } }: Input,
): string | null {
  const own = positions.ok ? positions.positions.filter((position) => position.venue === venue) : [];
  const said = own.find(({ unsized }) => unsized !== null)?.unsized?.detail;
  if (said !== undefined) return said;
  const assumed = own.filter(
    ({ contract, ledger, row }) =>
      contract.isAssumed && contract.kind !== 'spot' && storedResult(row, ledger?.fills ?? []) === null,
  );
  const gross = sum(assumed.flatMap(({ ledger }) => ledger?.gross ?? []));
  if (gross.isZero() || !isContractSize(residual.plus(gross).div(gross).toNumber())) return null;
  const symbols = [...new Set(assumed.map(({ symbol }) => symbol))];
  return `no instrument row says what a contract of ${names(symbols)} is, and the wallet moved by ${residual.plus(gross).toFixed(2)} where base units give ${gross.toFixed(2)}`;
}

/** Why payments of a kind are not known; an empty table has none. */
export function flowUnseen(rows: Rows<unknown>): Missing | null {
  return rows.ok || rows.reason === 'no_data' ? null : rows;
}
