import { valueAt } from '../shared/facts/instruments.ts';
import { sum, type Money } from '../../audit/decimal.ts';
import { known, missing } from '../../audit/value.ts';
import type { Result } from '../shared/facts/closed-results.ts';
import { partSum } from '../shared/facts/result-summary.ts';
import type { Cell, Computed } from '../shared/vocabulary/lines.ts';
import type { Input } from './input.ts';

/** Fees by what was paid at entry and exit, in basis points (catalogue PN11). */
export function feeRate(results: readonly Result[]): Computed {
  const fees = partSum(results, 'fees');
  if (!fees) return missing('inadequate_basis', 'fees are not known for every closed position');
  const paid = results.map(turnoverOf).filter((value) => value !== null);
  if (paid.length < results.length)
    return missing('inadequate_basis', 'what was paid at the exit is not known for every closed position');
  const total = sum(paid);
  if (total.isZero()) return missing('no_data', 'no position was closed');
  return fees.div(total).times(10_000).toNumber();
}

/** Entry and exit notional: of all fills, or of the row, whose exit is what the gross result makes of the entry. */
function turnoverOf({ fact, gross }: Result): Money | null {
  const { contract, ledger, closedBy, notional, exitPrice, quantity, side } = fact;
  if (ledger && ledger.exitPrice && closedBy === 'fills') {
    const exits = ledger.entered.plus(ledger.excess);
    return valueAt(contract, ledger.entered, ledger.entryPrice).plus(
      valueAt(contract, exits, ledger.exitPrice),
    );
  }
  if (exitPrice) return notional.plus(valueAt(contract, quantity, exitPrice));
  if (gross === null || side === 'unknown') return null;
  return notional.times(2).plus(side === 'long' ? gross : gross.neg());
}

/** Maker fills of the window's fills in percent, at one exchange or at all with null (catalogue PN11). */
export function makerShare({ rows, window, has }: Input, venue: string | null): Cell {
  if (!rows.fills.ok) return { value: rows.fills };
  if (!has('fill', 'is_maker')) return { value: missing('missing_column', 'fill.is_maker') };
  const from = Date.parse(window.from);
  const isHere = (exchange: string | null): boolean => venue === null || exchange?.toLowerCase() === venue;
  const all = rows.fills.rows.filter(
    ({ exchange, at }) => at !== null && Date.parse(at) >= from && isHere(exchange),
  );
  const fills = all.filter(({ is_maker: maker }) => maker !== null);
  if (fills.length === 0) {
    const unsaid = `none of the ${String(all.length)} fills of the window says whether it made or took`;
    return { value: missing('no_data', all.length === 0 ? 'no fill in the window' : unsaid) };
  }
  const makers = fills.filter(({ is_maker: maker }) => maker === true).length;
  return { value: known((100 * makers) / fills.length), n: fills.length };
}
