import { amount, money, sum, ZERO, type Money } from '../../../audit/decimal.ts';
import { known, missing, type Value } from '../../../audit/value.ts';
import type { FundingRow } from '../queries/trading-rows.ts';
import type { PositionFact } from './position-facts.ts';
import { rowsById } from './ids.ts';
import { decimalOrNull, groupBy, timeOrNull } from './row-values.ts';
import { instrumentKey } from './symbols.ts';

type Funded = Pick<
  PositionFact,
  'id' | 'symbol' | 'otherNames' | 'venue' | 'quantity' | 'openedAt' | 'closedAt'
> & {
  readonly side: string;
};

/**
 * Funding received per position: by position id, else by venue, symbol and time. Positions of one side share a payment
 * by quantity; with both sides open it cannot be told apart, and they have none. One whose time cannot be is of the
 * position that it names; one that names none may be of any of its instrument.
 */
export function allocateFunding(
  positions: readonly Funded[],
  funding: readonly FundingRow[],
): ReadonlyMap<string, Value<string>> {
  const totals = new Map<string, Money>(positions.map(({ id }) => [id, ZERO]));
  const ambiguous = new Map<string, string>();
  const named = positions.flatMap((fact) =>
    [fact.symbol, ...fact.otherNames].map((name) => ({ fact, key: instrumentKey(fact.venue, name) })),
  );
  const byInstrument = groupBy(named, ({ key }) => key);
  const byId = rowsById(positions, ({ id }) => id);
  for (const row of funding) {
    const paid = decimalOrNull(row.amount);
    const at = timeOrNull(row.at);
    if (paid === null) continue;
    const ofInstrument = (byInstrument.get(instrumentKey(row.exchange, row.symbol)) ?? []).map(
      ({ fact }) => fact,
    );
    if (row.position_id === null && at === null) {
      for (const { id } of ofInstrument)
        ambiguous.set(id, 'a payment of the instrument names no position, and its time cannot be');
      continue;
    }
    const owners =
      row.position_id !== null
        ? byId(row.position_id).map(({ id }) => ({ id, side: 'own', quantity: money(1) }))
        : ofInstrument.filter(
            ({ openedAt, closedAt }) => openedAt <= (at ?? 0) && (closedAt === null || (at ?? 0) <= closedAt),
          );
    if (new Set(owners.map(({ side }) => side)).size > 1) {
      for (const { id } of owners)
        ambiguous.set(id, 'long and short were open at once and the payment names no position');
      continue;
    }
    const whole = sum(owners.map(({ quantity }) => quantity));
    for (const { id, quantity } of owners) {
      const share = owners.length === 1 ? paid : paid.times(quantity).div(whole);
      totals.set(id, (totals.get(id) ?? ZERO).plus(share));
    }
  }
  return new Map(
    [...totals].map(([id, total]) => {
      const why = ambiguous.get(id);
      return [id, why === undefined ? known(amount(total)) : missing('inadequate_basis', why)];
    }),
  );
}
