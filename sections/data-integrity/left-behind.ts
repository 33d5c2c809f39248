import { money, sum, ZERO, type Money } from '../../audit/decimal.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import { decimalOrNull, GRACE_MS, groupBy, positiveOrNull, timeOrNull } from '../shared/facts/row-values.ts';
import { instrumentKey } from '../shared/facts/symbols.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

type Row = Extract<Input['rows']['leftBehind'], { ok: true }>['rows'][number];

/** A row that was closed before the window, and what its fills leave, negative where they took more than it held. */
interface Left {
  readonly row: Row;
  readonly remainder: Money;
}

/**
 * What rows that were closed before the window left behind. What exceeds its own order was not traded, a fee in the asset
 * is not held, and what one row took too much is what another one of its instrument got, closed before or held since.
 */
export function leftBehind(
  { leftBehind: stored, leftBehindSurplus }: Pick<Input['rows'], 'leftBehind' | 'leftBehindSurplus'>,
  positions: readonly PositionFact[],
  tolerancePct: number,
): readonly Left[] {
  const surplus = new Map(rowsOf(leftBehindSurplus).map((row) => [row.id, decimalOrNull(row.surplus)]));
  const all = rowsOf(stored).flatMap((row): Left[] => {
    const remainder = decimalOrNull(row.remainder)?.minus(surplus.get(row.id) ?? ZERO);
    if (remainder === undefined) return [];
    const net = remainder.minus(decimalOrNull(row.base_fee) ?? ZERO);
    return [{ row, remainder: net.abs().lessThan(remainder.abs()) ? net : remainder }];
  });
  const keyOf = (fact: PositionFact): string => instrumentKey(fact.venue, fact.symbol);
  const since = groupBy(positions, keyOf);
  return [...groupBy(all, ({ row }) => instrumentKey(row.exchange, row.symbol))].flatMap(([key, group]) => {
    if (isPassedOn(group, since.get(key) ?? [], tolerancePct)) return [];
    return group.filter(({ row, remainder }) => {
      const entered = positiveOrNull(row.entered);
      return entered !== null && remainder.abs().greaterThan(entered.times(tolerancePct).div(100));
    });
  });
}

/** Whether rows of one instrument, one of which took more than it held, leave nothing together. */
function isPassedOn(group: readonly Left[], since: readonly PositionFact[], tolerancePct: number): boolean {
  const over = group.filter(({ remainder }) => remainder.lessThan(0));
  if (over.length === 0 || group.some(({ row }) => row.side === null)) return false;
  const net = sum(group.map(({ row, remainder }) => (row.side === 'long' ? remainder : remainder.neg())));
  const got = sum(since.map((fact) => fromOne(fact, over)));
  const scale = sum(group.map(({ row }) => decimalOrNull(row.entered) ?? ZERO));
  return net.minus(got).abs().lessThanOrEqualTo(scale.times(tolerancePct).div(100));
}

/** What a position of the window got from executions that name one of these rows, short negative. */
function fromOne(fact: PositionFact, over: readonly Left[]): Money {
  const ids = new Set(over.map(({ row }) => row.id));
  const begins = over.some(({ row }) => {
    const closed = timeOrNull(row.closed_at);
    return closed !== null && row.side !== fact.side && Math.abs(closed - fact.openedAt) <= GRACE_MS;
  });
  if (!begins) return money(0);
  const named = (fact.ledger?.fills ?? []).filter(({ position_id: id }) => id !== null && ids.has(id));
  const part =
    fact.ledger === null ? fact.quantity : sum(named.flatMap((fill) => positiveOrNull(fill.quantity) ?? []));
  return fact.side === 'long' ? part : part.neg();
}
