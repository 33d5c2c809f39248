import { money, sum, ZERO, type Money } from '../../../audit/decimal.ts';
import type { FillRow, PositionRow } from '../queries/trading-rows.ts';
import { endOfRow, GRACE_MS, groupBy, positiveOrNull, timeOrNull } from './row-values.ts';
import { inTime, isBeyond, partOf, quantityOf } from './surplus.ts';
import { instrumentKey } from './symbols.ts';

/** The fills of each position while they are given out. */
export type Book = Map<string, FillRow[]>;

export function give(book: Book, row: PositionRow, fill: FillRow): void {
  const own = book.get(row.id);
  if (own) own.push(fill);
  else book.set(row.id, [fill]);
}

/**
 * One execution of several rows, when it is all of what they opened and closed then: each gets its part. A single one is
 * also told from the others by that. False where the quantities do not say it.
 */
export function shareOut(book: Book, fill: FillRow, rows: readonly PositionRow[]): boolean {
  const whole = positiveOrNull(fill.quantity);
  if (whole === null) return false;
  const parts = rows.flatMap((row) => {
    const quantity = turnsAt(row, fill) ? positiveOrNull(row.quantity) : null;
    return quantity === null ? [] : [{ row, quantity }];
  });
  const total = sum(parts.map(({ quantity }) => quantity));
  if (total.isZero() || isBeyond(total, whole) || isBeyond(whole, total)) return false;
  for (const { row, quantity } of parts)
    give(book, row, parts.length === 1 ? fill : partOf(fill, whole.times(quantity).div(total)));
  return true;
}

/** Whether the row opens, or ends, with this fill: within the grace, and by the side that does it. */
function turnsAt(row: PositionRow, fill: FillRow): boolean {
  const at = timeOrNull(fill.at);
  const turn = fill.side === row.side ? timeOrNull(row.opened_at) : (endOfRow(row)?.at ?? null);
  return at !== null && turn !== null && Math.abs(turn - at) <= GRACE_MS;
}

/** Positions by the time at which they open or end, so that those of one moment are found without a pass over all. */
function turnsOf(positions: readonly PositionRow[]) {
  const slot = (at: number): number => Math.floor(at / GRACE_MS);
  const turns = positions.flatMap((row) => {
    const key = instrumentKey(row.exchange, row.symbol);
    const times = [timeOrNull(row.opened_at), endOfRow(row)?.at ?? null];
    return times.flatMap((at) => (at === null ? [] : [{ row, key: `${key} ${String(slot(at))}` }]));
  });
  const bySlot = groupBy(turns, ({ key }) => key);
  return (row: PositionRow, at: number): readonly PositionRow[] => {
    const key = instrumentKey(row.exchange, row.symbol);
    const near = [-1, 0, 1].flatMap((step) => bySlot.get(`${key} ${String(slot(at) + step)}`) ?? []);
    return [...new Set(near.map((turn) => turn.row))];
  };
}

/**
 * What an execution took beyond what its position held goes to the rows that it served as well: one of the other side
 * that opens with it, or one of the same side that ends with it and lacks its exit (catalogue 3.0: split by quantity).
 */
export function passOn(book: Book, positions: readonly PositionRow[]): void {
  const turnsNear = turnsOf(positions);
  const known = new Set(positions.map(({ id }) => id));
  const byOrder = groupBy(
    positions.flatMap((row) =>
      [row.entry_order_id, row.exit_order_id].flatMap((id) => (id === null ? [] : [{ id, row }])),
    ),
    ({ id }) => id,
  );
  const inTime = [...positions].sort(
    (a, b) => (timeOrNull(a.opened_at) ?? 0) - (timeOrNull(b.opened_at) ?? 0) || (a.id < b.id ? -1 : 1),
  );
  for (const row of inTime) {
    const own = book.get(row.id);
    if (own === undefined) continue;
    leaveToOthers(row, own, known);
    const pass = (fill: FillRow, excess: Money, isHeir: (heir: PositionRow) => boolean): Money => {
      const ordered = (fill.order_id === null ? [] : (byOrder.get(fill.order_id) ?? [])).map(
        (one) => one.row,
      );
      const near = turnsNear(row, timeOrNull(fill.at) ?? 0);
      const heirs = [...new Set([...ordered, ...near])].filter(
        (heir) => heir.id !== row.id && isHeir(heir) && (ordered.includes(heir) || turnsAt(heir, fill)),
      );
      const given = inherit(book, fill, excess, heirs);
      if (given.isZero()) return given;
      const kept = positiveOrNull(fill.quantity)?.minus(given) ?? ZERO;
      own.splice(own.indexOf(fill), 1, ...(kept.greaterThan(0) ? [partOf(fill, kept)] : []));
      return given;
    };
    passEntriesOn(row, own, pass);
    for (const { fill, excess } of overshoots(row, own)) pass(fill, excess, () => true);
  }
}

/** An entry that is more than its row opened closed, with that part, a row of the other side that lacks its exit. */
function passEntriesOn(
  row: PositionRow,
  own: readonly FillRow[],
  pass: (fill: FillRow, excess: Money, isHeir: (heir: PositionRow) => boolean) => Money,
): void {
  const opened = positiveOrNull(row.quantity);
  const entries = inTime(own.filter(({ side }) => side === row.side));
  if (opened === null || !isBeyond(quantityOf(entries), opened)) return;
  let excess = quantityOf(entries).minus(opened);
  for (const fill of entries) {
    const quantity = positiveOrNull(fill.quantity);
    if (quantity === null || !excess.greaterThan(0)) continue;
    const part = quantity.lessThan(excess) ? quantity : excess;
    excess = excess.minus(pass(fill, part, ({ side }) => side !== fill.side));
  }
}

/**
 * An entry that names a position which is not here closed that one first: of what it was more than the row opened, the
 * earlier part is not the row's.
 */
function leaveToOthers(row: PositionRow, own: FillRow[], known: ReadonlySet<string>): void {
  const opened = positiveOrNull(row.quantity);
  const entries = own.filter(({ side }) => side === row.side);
  const foreign = entries.filter(({ position_id: id }) => id !== null && !known.has(id));
  if (opened === null || foreign.length === 0 || !isBeyond(quantityOf(entries), opened)) return;
  let excess = quantityOf(entries).minus(opened);
  for (const fill of foreign) {
    const quantity = positiveOrNull(fill.quantity);
    if (quantity === null || !excess.greaterThan(0)) continue;
    const kept = quantity.minus(excess);
    own.splice(own.indexOf(fill), 1, ...(kept.greaterThan(0) ? [partOf(fill, kept)] : []));
    excess = excess.minus(quantity);
  }
}

/** Gives the excess to the rows that need it, in order; returns how much was taken. */
function inherit(book: Book, fill: FillRow, excess: Money, heirs: readonly PositionRow[]): Money {
  const needy = heirs
    .map((row) => ({ row, need: needOf(row, fill, book.get(row.id) ?? []) }))
    .filter(({ need }) => need.greaterThan(0));
  const [only, ...others] = needy;
  let left = excess;
  for (const { row, need } of needy) {
    // An execution that crosses zero leaves on the other side what it took beyond.
    const isWhole = others.length === 0 && only?.row.side === fill.side;
    const part = isWhole || need.greaterThan(left) ? left : need;
    if (part.greaterThan(0)) give(book, row, partOf(fill, part));
    left = left.minus(part);
  }
  return excess.minus(left);
}

/** What the row lacks of its entry, when the fill adds to it, or of its exit. */
function needOf(row: PositionRow, fill: FillRow, own: readonly FillRow[]): Money {
  const traded = (isEntry: boolean): Money =>
    quantityOf(own.filter(({ side }) => (side === row.side) === isEntry));
  const opened = positiveOrNull(row.quantity) ?? ZERO;
  if (fill.side !== row.side) return traded(true).minus(traded(false));
  return isBeyond(opened, traded(true)) ? opened.minus(traded(true)) : ZERO;
}

/** The fills that took more than was held then, and by how much. */
function overshoots(row: PositionRow, own: readonly FillRow[]) {
  let held = money(0);
  let entered = money(0);
  return inTime(own).flatMap((fill) => {
    const quantity = positiveOrNull(fill.quantity);
    if (quantity === null) return [];
    if (fill.side === row.side) {
      held = held.plus(quantity);
      entered = entered.plus(quantity);
      return [];
    }
    const excess = quantity.minus(held);
    held = excess.greaterThan(0) ? ZERO : held.minus(quantity);
    return excess.greaterThan(0) && isBeyond(entered.plus(excess), entered) ? [{ fill, excess }] : [];
  });
}
