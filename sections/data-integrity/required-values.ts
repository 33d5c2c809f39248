import { columnsOf, type EntityName } from '../../audit/contract.ts';
import type { Window } from '../../audit/evidence.ts';
import { ms } from '../../audit/time.ts';
import { BASE_UNITS, contractsOf, isContract } from '../shared/facts/instruments.ts';
import {
  decimalOrNull,
  endOfRow,
  groupBy,
  positiveOrNull,
  requestedAt,
  timeOrNull,
} from '../shared/facts/row-values.ts';
import { isStop, isTarget } from '../shared/facts/order-roles.ts';
import { venueOf } from '../shared/facts/symbols.ts';
import type { FillRow, OrderRow, PositionRow } from '../shared/queries/trading-rows.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

/** A cell that cannot be empty, 0 or negative, and is. */
export interface Unset {
  readonly entity: EntityName;
  readonly id: string;
  readonly venue: string;
  readonly symbol: string;
  readonly column: string;
  readonly value: string;
  /** From when on it lacks the value; 0 where no time is known. */
  readonly at: number;
  /** Of a position that is open: what it holds is not known. */
  readonly isOpen: boolean;
}

/** `since`: when the row came to lack it, where that was not when the row began. */
type Cell = Pick<Unset, 'column' | 'value'> & { readonly since?: number };

/**
 * Cells of the window without which a row says nothing: empty, 0 or negative where only a positive number can be. What the
 * preflight counted as NaN, infinite or out of range is not told again.
 */
export function unsetValues(input: Input): readonly Unset[] {
  const { rows, bot, window } = input;
  const unitOf = contractsOf(rows.instruments, bot, window.to);
  const positions = rowsOf(rows.positions).filter(
    ({ status }) => status !== 'failed' && status !== 'transient',
  );
  const closed = positions.filter(({ status }) => status === 'closed');
  const orders = rowsOf(rows.orders).filter(({ status }) => status !== 'rejected');
  const usual = {
    exit: isUsual(closed, ({ exit_price: price }) => price),
    quantity: isUsual(closed, ({ quantity }) => quantity),
    price: isUsual(orders.filter(isPriced), ({ price }) => price),
  };
  const found = [
    ...positions.flatMap((row) => {
      const unit = unitOf(row.exchange, row.symbol);
      const isSpot = (isContract(unit) ? unit : BASE_UNITS).kind === 'spot';
      const cells = row.status === 'closed' ? closedCells(row, usual, input) : openCells(row);
      const lever = decimalOrNull(row.leverage);
      const isLevered = !isSpot && lever !== null && positiveOrNull(row.leverage) === null;
      return about('position', row, timeOrNull(row.opened_at), row.status === 'open', [
        ...cells,
        ...negative('current_price', row.current_price),
        ...negative('take_profit_price', row.take_profit_price),
        ...negative('liquidation_price', row.liquidation_price),
        ...negative('trailing_activation_price', row.trailing_activation_price),
        ...(isLevered ? [{ column: 'leverage', value: row.leverage ?? '' }] : []),
      ]);
    }),
    ...orders.flatMap((row) => about('order', row, requestedAt(row), false, orderCells(row, usual))),
    ...rowsOf(rows.fills).flatMap((row) => about('fill', row, timeOrNull(row.at), false, fillCells(row))),
    ...balanceCells(input),
    ...priceCells(input),
  ];
  return found.filter((one) => !isTold(one, found, input));
}

interface Usual {
  readonly exit: boolean;
  readonly quantity: boolean;
  readonly price: boolean;
}

/** Most of the rows have it: a bot that never writes a column says nothing by it. */
function isUsual<T>(rows: readonly T[], of: (row: T) => string | null): boolean {
  return 2 * rows.filter((row) => positiveOrNull(of(row)) !== null).length > rows.length;
}

const positive = (column: string, value: string | null): readonly Cell[] =>
  positiveOrNull(value) === null ? [{ column, value: value ?? 'NULL' }] : [];

const present = (column: string, value: string | null): readonly Cell[] =>
  value === null || value.trim() === '' ? [{ column, value: value === null ? 'NULL' : 'empty' }] : [];

/** Of a column in which 0 is how many write that there is none. */
const negative = (column: string, value: string | null): readonly Cell[] =>
  decimalOrNull(value)?.lessThan(0) === true ? positive(column, value) : [];

/** Of a column that may be empty: 0 and negative alone. */
const neverNegative = (column: string, value: string | null): readonly Cell[] =>
  value === null ? [] : positive(column, value);

function openCells(row: PositionRow): readonly Cell[] {
  return [
    ...present('symbol', row.symbol),
    ...present('side', row.side),
    ...present('status', row.status),
    ...present('opened_at', row.opened_at),
    ...positive('quantity', row.quantity),
    ...positive('entry_price', row.entry_price),
  ];
}

/** What was found gone has no exit of the bot's; and a bot may keep what is left as the quantity, which is 0 then. */
function closedCells(row: PositionRow, usual: Usual, { has, window }: Input): readonly Cell[] {
  const isGone = row.exit_kind === 'cleanup';
  const isLeft = decimalOrNull(row.quantity)?.isZero() === true && !usual.quantity;
  const since = endOfRow(row)?.at;
  const ended = (cells: readonly Cell[]): readonly Cell[] =>
    since === undefined ? cells : cells.map((cell) => ({ ...cell, since }));
  return [
    ...present('symbol', row.symbol),
    ...present('side', row.side),
    ...present('opened_at', row.opened_at),
    ...(isLeft ? [] : positive('quantity', row.quantity)),
    ...positive('entry_price', row.entry_price),
    ...ended([
      ...(usual.exit && !isGone && has('position', 'exit_price') ? positive : neverNegative)(
        'exit_price',
        row.exit_price,
      ),
      ...(has('position', 'closed_at') && isWrittenIn(row, window)
        ? present('closed_at', row.closed_at)
        : []),
    ]),
  ];
}

/** Rows around the edges are read too; one that does not say when it closed is told by the window of its last write. */
function isWrittenIn({ updated_at: updated, opened_at: opened }: PositionRow, window: Window): boolean {
  const at = timeOrNull(updated ?? opened);
  return at === null || (at >= ms(window.from) && at < ms(window.to));
}

const isPriced = ({ type }: OrderRow): boolean =>
  type === 'limit' || type === 'stop_limit' || type === 'take_profit_limit';

/** An order that protects may close all of its position, whose quantity it need not say: section 2 judges these. */
function orderCells(row: OrderRow, usual: Usual): readonly Cell[] {
  const isProtective = isStop(row) || isTarget(row) || (row.type ?? '').startsWith('take_profit');
  const isAll = isProtective || row.close_on_trigger === true;
  const price = usual.price ? positive : neverNegative;
  return [
    ...present('symbol', row.symbol),
    ...present('side', row.side),
    ...present('created_at', row.created_at),
    ...(isAll ? [] : positive('quantity', row.quantity)),
    ...(isPriced(row) ? price('price', row.price) : []),
    ...negative('trigger_price', row.trigger_price),
    ...negative('average_price', row.average_price),
  ];
}

function fillCells(row: FillRow): readonly Cell[] {
  return [
    ...present('symbol', row.symbol),
    ...present('side', row.side),
    ...positive('price', row.price),
    ...positive('quantity', row.quantity),
    ...present('at', row.at),
    ...present('order_id', row.order_id),
  ];
}

/** The last balance of each bucket; in evidence of before totals were read, none has one. */
function balanceCells({ rows }: Input): readonly Unset[] {
  const balances = rowsOf(rows.equity);
  if (balances.every(({ total }) => total === null)) return [];
  return balances
    .filter(({ total }) => total === null)
    .map(({ exchange, account, currency, at }) => {
      const venue = venueOf(exchange);
      const id = [venue, account ?? '', currency].filter((part) => part !== '').join(' ');
      const cell = { column: 'total', value: 'NULL', at: Date.parse(at) };
      return { entity: 'balance', id, venue, symbol: currency, isOpen: false, ...cell };
    });
}

/** Instruments of which half of the prices value what is held at nothing; a single tick of 0 is left out anywhere. */
function priceCells({ rows }: Input): readonly Unset[] {
  const byInstrument = groupBy(
    rowsOf(rows.prices),
    ({ exchange, symbol }) => `${venueOf(exchange)} ${symbol}`,
  );
  return [...byInstrument].flatMap(([id, own]): Unset[] => {
    const wrong = own.filter(({ price }) => neverNegative('price', price).length > 0);
    const [first] = wrong;
    if (first === undefined || 2 * wrong.length < own.length) return [];
    const { exchange, symbol, price, at } = first;
    const head = { entity: 'price', id, venue: venueOf(exchange), symbol, isOpen: false } as const;
    return [{ ...head, column: 'price', value: price ?? '', at: Date.parse(at) }];
  });
}

function about(
  entity: EntityName,
  row: { readonly id: string; readonly exchange: string | null; readonly symbol: string | null },
  at: number | null,
  isOpen: boolean,
  cells: readonly Cell[],
): readonly Unset[] {
  const { id, exchange, symbol } = row;
  const head = { entity, id, venue: venueOf(exchange), symbol: symbol ?? 'unknown', at: at ?? 0, isOpen };
  return cells.map(({ since, ...cell }) => ({ ...head, ...cell, at: since ?? head.at }));
}

/** The preflight counted at least as many values of the column that were none. */
function isTold({ entity, column, value }: Unset, found: readonly Unset[], { entities }: Input): boolean {
  const isTyped = columnsOf(entity).some(({ name, type }) => name === column && type !== 'text');
  if (value !== 'NULL' || !isTyped) return false;
  const state = entities.find((one) => one.entity === entity);
  const told = [...(state?.unusable ?? []), ...(state?.ahead ?? []), ...(state?.unknownSpellings ?? [])]
    .filter((one) => one.column === column)
    .reduce((sum, { rows }) => sum + rows, 0);
  const empty = found.filter(
    (one) => one.entity === entity && one.column === column && one.value === 'NULL',
  ).length;
  return told >= empty;
}
