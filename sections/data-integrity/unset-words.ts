import type { See } from '../../audit/finding.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import { seeRows } from '../shared/vocabulary/finding-query.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './facts.ts';
import type { Unset } from './required-values.ts';

/** Fewer rows say nothing of what is usual. */
const FEW = 10;

const COLUMNS: Partial<Record<Unset['entity'], string>> = {
  position: 'id, symbol, side, status, quantity, entry_price, exit_price, leverage, opened_at, closed_at',
  order: 'id, symbol, side, type, status, quantity, price, created_at',
  fill: 'id, order_id, symbol, side, price, quantity, at',
};

const SEE_PRICES = 'select exchange, symbol, at, price\nfrom price\nwhere price <= 0\norder by at;';
const SEE_BALANCES =
  'select exchange, account, currency, at, total\nfrom balance\nwhere total is null\norder by at;';

/** Ids of open positions that lack one. */
export const openOf = (found: readonly Unset[]): readonly string[] => [
  ...new Set(found.filter(({ isOpen }) => isOpen).map(({ id }) => id)),
];

/** Nobody can say which order traded it, nor whether one did. */
export const isUnordered = ({ entity, column }: Unset): boolean => entity === 'fill' && column === 'order_id';

/** Half of the rows of a kind say nothing. */
export function isMostly(unset: readonly Unset[], { rows }: Input): boolean {
  const instruments = new Set(
    rowsOf(rows.prices).map(({ exchange, symbol }) => `${venueOf(exchange)} ${symbol}`),
  );
  const all = {
    position: rowsOf(rows.positions).length,
    order: rowsOf(rows.orders).length,
    fill: rowsOf(rows.fills).length,
    price: instruments.size,
  };
  return Object.entries(all).some(([entity, count]) => {
    const ids = new Set(unset.filter((one) => one.entity === entity).map(({ id }) => id));
    return ids.size >= FEW && 2 * ids.size >= count;
  });
}

/** `empty or 0`: what of the three was found. */
export function lackOf(found: readonly Unset[]): string {
  const isEmpty = ({ value }: Unset): boolean => value === 'NULL' || value === 'empty';
  const some = [
    ...(found.some(isEmpty) ? ['empty'] : []),
    ...(found.some((one) => !isEmpty(one) && Number(one.value) === 0) ? ['0'] : []),
    ...(found.some((one) => Number(one.value) < 0) ? ['negative'] : []),
  ];
  const [last = 'unusable', ...before] = some.reverse();
  return before.length > 0 ? `${before.reverse().join(', ')} or ${last}` : last;
}

/** The rows of the first kind, open positions before all. */
export function seeUnset(found: readonly Unset[]): See | string {
  const first = found.find(({ isOpen }) => isOpen) ?? found[0];
  const columns = COLUMNS[first?.entity ?? 'balance'];
  if (first === undefined || columns === undefined)
    return first?.entity === 'price' ? SEE_PRICES : SEE_BALANCES;
  const ids = found.filter(({ entity }) => entity === first.entity).map(({ id }) => id);
  return seeRows(first.entity, columns, 'id', ids, 'id');
}
