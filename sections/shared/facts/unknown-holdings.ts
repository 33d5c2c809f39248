import { missing, type Missing } from '../../../audit/value.ts';
import type { PositionRow } from '../queries/trading-rows.ts';
import type { PositionFacts } from './position-facts.ts';
import { positiveOrNull } from './row-values.ts';
import { venueOf } from './symbols.ts';

/** An open row that does not say how much it holds, or at what price: nobody can say that its stop covers it. */
export function isHoldingUnknown({ status, quantity, entry_price: price }: PositionRow): boolean {
  return status === 'open' && (positiveOrNull(quantity) === null || positiveOrNull(price) === null);
}

/** Open rows of an exchange, or of all with null, that are in no number because nothing says what they hold. */
export function unknownHoldings(source: PositionFacts, venue: string | null = null): readonly PositionRow[] {
  if (!source.ok) return [];
  return source.unusableRows.filter(
    ({ status, exchange }) => status === 'open' && (venue === null || venueOf(exchange) === venue),
  );
}

/** Why a sum over what is held is not known: rows that are open hold something, and nobody knows what. */
export function unheld(source: PositionFacts, venue: string | null = null): Missing | null {
  const rows = unknownHoldings(source, venue);
  return rows.length === 0
    ? null
    : missing(
        'inadequate_basis',
        `${String(rows.length)} open rows have no usable quantity, entry price, symbol or opening time, as ${rows[0]?.id ?? ''}: what they hold is not known`,
      );
}
