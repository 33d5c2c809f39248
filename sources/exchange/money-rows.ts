import { amount, money, type Money } from '../../audit/decimal.ts';
import type { ExchangeDocument } from './document.ts';

type Info = Readonly<Record<string, unknown>>;

/**
 * What each currency of an account comes to. `wallet`: without what open positions have won or lost, where the exchange's
 * own answer says it; `total` may be either, as exchanges differ.
 */
export function balanceRows(balances: NonNullable<ExchangeDocument['balances']>) {
  const totals = infoOf(balances['total']) ?? {};
  const currencies = new Set([
    ...Object.keys(totals),
    ...Object.keys(balances).filter((key) => infoOf(balances[key])?.['total'] !== undefined),
  ]);
  return [...currencies].sort().map((currency) => ({
    currency: currency.toUpperCase(),
    total: plain(totals[currency] ?? infoOf(balances[currency])?.['total']),
    wallet: plain(walletOf(balances['info'], currency)),
  }));
}

/** Binance's and Bybit's word for it, and OKX's. */
function walletOf(info: unknown, currency: string): unknown {
  if (Array.isArray(info)) {
    for (const one of info) {
      const found = walletOf(one, currency);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const record = infoOf(info);
  if (record === null) return undefined;
  const name = record['asset'] ?? record['coin'] ?? record['ccy'];
  const own = record['walletBalance'] ?? record['cashBal'];
  if (name === currency && own !== undefined) return own;
  return walletOf(
    Object.values(record).filter((value) => typeof value === 'object'),
    currency,
  );
}

/** A payment of funding; its sign is the exchange's own, which is not the same at all of them. */
export function fundingRow(payment: Info) {
  const size = decimalOf(payment['amount']);
  const at = timeOf(payment['timestamp']);
  const symbol = payment['symbol'];
  return size === null || at === null || typeof symbol !== 'string'
    ? []
    : [{ kind: 'funding' as const, name: symbol, amount: amount(size), at }];
}

const TRANSFERS = new Set(['transfer', 'deposit', 'withdrawal']);

/** What came into the account or left it, of its ledger; trades, fees and funding have lists of their own. */
export function transferRow(entry: Info) {
  const size = decimalOf(entry['amount']);
  const at = timeOf(entry['timestamp']);
  const [currency, status] = [entry['currency'], entry['status']];
  const isOne = isTransfer(entry);
  const isDone = status !== 'pending' && status !== 'canceled' && status !== 'failed';
  return size === null || at === null || typeof currency !== 'string' || !isOne || !isDone
    ? []
    : [{ kind: 'transfer' as const, name: currency.toUpperCase(), amount: amount(size.abs()), at }];
}

const isTransfer = ({ type }: Info): boolean => typeof type === 'string' && TRANSFERS.has(type.toLowerCase());

/** Whether every payment of a list can be compared: of one that cannot be read, nobody knows that it is missing. */
export function isFundingKnown(list: readonly Info[] | undefined): boolean {
  return list?.every((payment) => fundingRow(payment).length > 0) === true;
}

export function isLedgerKnown(list: readonly Info[] | undefined): boolean {
  const isRead = (entry: Info): boolean => transferRow({ ...entry, status: 'ok' }).length > 0;
  return (
    list?.every((entry) => typeof entry['type'] === 'string' && (!isTransfer(entry) || isRead(entry))) ===
    true
  );
}

function infoOf(value: unknown): Info | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

function decimalOf(value: unknown): Money | null {
  const isText = typeof value === 'string' && /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value);
  return isText || (typeof value === 'number' && Number.isFinite(value)) ? money(String(value)) : null;
}

function plain(value: unknown): string | null {
  const decimal = decimalOf(value);
  return decimal === null ? null : amount(decimal);
}

function timeOf(value: unknown): string | null {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : null;
}
