import type { Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { GRACE_MS, positiveOrNull } from '../shared/facts/row-values.ts';
import { instrumentKey } from '../shared/facts/symbols.ts';
import type { Input } from './input.ts';

/** What a position's row, or its exits, say against its own fills (catalogue DI3, from what the bot stored). */
export interface Contradiction {
  readonly fact: PositionFact;
  readonly what: 'quantity' | 'exits' | 'entry-price';
  readonly row: Money;
  readonly fills: Money;
}

/**
 * Rows whose quantity or entry price no state of their fills explains, and exits beyond what was held. Rows are read as
 * they stand now: one that was traded on after the window, or just before its end, cannot be compared. Null without
 * positions, their fills and what was traded later.
 */
export function contradictionsOf(source: PositionFacts, input: Input) {
  const { rows, window, settings } = input;
  if (!source.ok || source.rung !== 'fills' || !rows.laterFills.ok) return null;
  const later = rows.laterFills.rows;
  const traded = new Set(later.map(({ position_id: id }) => id));
  const unlinked = later.filter(({ position_id: id }) => id === null);
  const instruments = new Set(unlinked.map(({ exchange, symbol }) => instrumentKey(exchange, symbol)));
  const compared = source.positions.filter(({ id, venue, symbol, ledger }) => {
    const last = ledger?.steps.at(-1);
    const isSettled = last !== undefined && last.at < ms(window.to) - GRACE_MS;
    return isSettled && !traded.has(id) && !instruments.has(instrumentKey(venue, symbol));
  });
  const found = [
    ...source.positions.flatMap((fact) => beyondHeld(fact, settings)),
    ...compared.flatMap((fact) => againstRow(fact, settings)),
  ];
  return { compared, found };
}

function beyondHeld(
  fact: PositionFact,
  { rowQuantityTolerancePct }: Input['settings'],
): readonly Contradiction[] {
  if (fact.ledger === null) return [];
  const { excess, peakQuantity } = fact.ledger;
  if (excess.lessThanOrEqualTo(share(peakQuantity, rowQuantityTolerancePct))) return [];
  return [{ fact, what: 'exits', row: peakQuantity, fills: peakQuantity.plus(excess) }];
}

/** A bot may keep the quantity it opened, the most it held or what is left, and either mean of its entries. */
function againstRow(
  fact: PositionFact,
  { rowQuantityTolerancePct, rowPriceTolerancePct }: Input['settings'],
): readonly Contradiction[] {
  const { ledger } = fact;
  if (ledger === null) return [];
  const found: Contradiction[] = [];
  const quantity = positiveOrNull(fact.row.quantity);
  const held = ledger.steps.map((step) => step.quantity);
  if (quantity !== null && !isAnyOf(quantity, [...held, ledger.entered], rowQuantityTolerancePct)) {
    const left = held.at(-1);
    const fills = left === undefined || left.isZero() ? ledger.peakQuantity : left;
    found.push({ fact, what: 'quantity', row: quantity, fills });
  }
  const price = positiveOrNull(fact.row.entry_price);
  if (price !== null && !isAnyOf(price, [ledger.entryPrice, ledger.averageCost], rowPriceTolerancePct)) {
    found.push({ fact, what: 'entry-price', row: price, fills: ledger.entryPrice });
  }
  return found;
}

function isAnyOf(value: Money, expected: readonly Money[], tolerancePct: number): boolean {
  return expected.some((one) => value.minus(one).abs().lessThanOrEqualTo(share(one, tolerancePct)));
}

function share(of: Money, percent: number): Money {
  return of.times(percent).div(100);
}
