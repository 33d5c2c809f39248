import { money, ZERO, type Money } from '../../../audit/decimal.ts';
import { iso } from '../../../audit/time.ts';
import { instrumentFinder } from '../../shared/facts/instruments.ts';
import { decimalOrNull, timeOrNull } from '../../shared/facts/row-values.ts';
import { venueOf } from '../../shared/facts/symbols.ts';
import { rowsOf } from '../../shared/vocabulary/unseen.ts';
import type { Input } from '../input.ts';
import { MOST } from '../linked-rows.ts';
import type { ContradictedLink } from './contradicted-links.ts';
import type { ExecutedRow } from './executed-query.ts';

/** A fee that is rounded to the cent. */
const CENT = money('0.01');

/** An order of this status that filled nothing never will. */
const UNFILLED: ReadonlySet<string> = new Set(['rejected', 'cancelled', 'expired']);

interface Difference {
  readonly row: ExecutedRow;
  readonly what: string;
  readonly said: string;
  readonly its: string;
  /** Many of them are the way of a bot: it never writes the column again, or counts in another unit. */
  readonly isWay: boolean;
}

/** Executions against the orders that they name, and against the fills of these. */
export function contradictedExecutions(input: Input): readonly ContradictedLink[] {
  const { rows, window, bot } = input;
  const instrumentOf = instrumentFinder(rows.instruments, window.to);
  const isBase = ({ exchange, symbol }: ExecutedRow): boolean =>
    decimalOrNull(instrumentOf(exchange, symbol)?.contract_size ?? null)?.equals(1) === true;
  const differences = rowsOf(rows.executedAmounts).flatMap((row) => differencesOf(row, input, isBase(row)));
  return [...Map.groupBy(differences, ({ what }) => what)].flatMap(([what, all]) => {
    const of = all[0]?.row.of_all ?? 0;
    const ways = all.filter(({ isWay }) => isWay);
    const found = ways.length <= MOST * of ? all : all.filter(({ isWay }) => !isWay);
    return found.map(({ row, said, its }): ContradictedLink => {
      const head = { entity: 'execution', named: what === 'commission' ? 'fill' : 'order', what } as const;
      return { ...head, said, its, rows: 1, of, at: timeOrNull(row.at) ?? 0, ids: [row.id] };
    });
  });
  function differencesOf(
    row: ExecutedRow,
    { settings, shared }: Input,
    isBaseUnit: boolean,
  ): readonly Difference[] {
    if (!row.is_there && shared.ends.isAfter('order', venueOf(row.exchange), timeOrNull(row.at) ?? 0))
      return [];
    if (!row.is_there)
      return [{ row, what: 'order', said: row.order_id, its: 'no order has that id', isWay: true }];
    const [filled, most, total] = [row.filled, row.most, row.total].map(decimalOrNull);
    const [average, lowest, highest] = [row.average_price, row.lowest, row.highest].map(decimalOrNull);
    const [fee, commission, largest] = [row.fee, row.commission, row.largest].map(decimalOrNull);
    const out: Difference[] = [];
    const said = (what: string, one: string | null, its: string | null, isWay: boolean): void => {
      out.push({ row, what, said: one ?? '', its: its ?? '', isWay });
    };
    if (row.ordered_at !== null && !shared.orderClocks.has(venueOf(row.exchange)))
      said('time', row.at, `its order was made at ${iso(timeOrNull(row.ordered_at) ?? 0)}`, false);
    if (
      row.is_refused === true &&
      row.is_filled !== true &&
      filled?.isPositive() === true &&
      !filled.isZero()
    )
      said('status', 'rejected', `its order filled ${row.filled ?? ''}`, false);
    if (row.is_filled === true && filled?.isZero() === true && UNFILLED.has(row.status ?? ''))
      said('status', 'filled', `its order is ${row.status ?? 'of no status'} and filled nothing`, false);
    if (filled && most && total && !isNear(filled, [most, total], settings.rowQuantityTolerancePct))
      said('filled', row.total, row.filled, most.isZero() || filled.isZero() || !isBaseUnit);
    if (average && lowest && highest && !average.isZero()) {
      const far = average.times(settings.rowPriceFarPct).div(100);
      if (average.lessThan(lowest.minus(far)) || average.greaterThan(highest.plus(far)))
        said('price', row.lowest, row.average_price, false);
    }
    const isQuote = (row.currency ?? bot.quoteCurrency).toUpperCase() === bot.quoteCurrency.toUpperCase();
    // By its size: whether a cost is negative is the way of a bot.
    if (fee && commission && largest && isQuote && !isNear(fee.abs(), [commission.abs(), largest], 1, CENT))
      said('commission', row.commission, row.fee, commission.isZero());
    return out;
  }
}

function isNear(one: Money, others: readonly Money[], percent: number, least: Money = ZERO): boolean {
  return others.some((other) => {
    const apart = one.minus(other).abs();
    return apart.lessThanOrEqualTo(one.abs().times(percent).div(100)) || apart.lessThanOrEqualTo(least);
  });
}
