import type { Money } from '../../audit/decimal.ts';
import type { Rows } from '../../audit/section.ts';
import { ms } from '../../audit/time.ts';
import type { PositionFact, PositionFacts } from '../shared/facts/position-facts.ts';
import { GRACE_MS, positiveOrNull } from '../shared/facts/row-values.ts';
import { instrumentKey } from '../shared/facts/symbols.ts';
import type { LaterFillRow } from '../shared/queries/trading-rows.ts';
import type { Settings } from './settings.ts';

/** What a position's row, or its exits, say against its own fills (catalogue DI3, from what the bot stored). */
export interface Contradiction {
  readonly fact: PositionFact;
  readonly what: 'quantity' | 'exits' | 'entry-price';
  readonly row: Money;
  readonly fills: Money;
}

export interface Contradictions {
  /** Positions whose row could be compared with their fills. */
  readonly compared: readonly PositionFact[];
  readonly found: readonly Contradiction[];
}

/**
 * Rows whose quantity or entry price no state of their fills explains, and exits beyond what was held. Rows are read as
 * they stand now: one that was traded on after the window, or just before its end, cannot be compared. Null without
 * positions, their fills and what was traded later.
 */
export function contradictionsOf(
  source: PositionFacts,
  laterFills: Rows<LaterFillRow>,
  to: string,
  settings: Settings,
): Contradictions | null {
  if (!source.ok || source.rung !== 'fills' || !laterFills.ok) return null;
  const isTradedLater = tradedLater(laterFills.rows);
  const compared = source.positions.filter((fact) => isSettled(fact, to) && !isTradedLater(fact));
  return {
    compared,
    found: [
      ...source.positions.flatMap((fact) => beyondHeld(fact, settings)),
      ...compared.flatMap((fact) => againstRow(fact, settings)),
    ],
  };
}

function isSettled({ ledger }: PositionFact, to: string): boolean {
  const last = ledger?.steps.at(-1);
  return last !== undefined && last.at < ms(to) - GRACE_MS;
}

function tradedLater(fills: readonly LaterFillRow[]): (fact: PositionFact) => boolean {
  const positions = new Set<string>();
  const instruments = new Set<string>();
  for (const { position_id: position, exchange, symbol } of fills) {
    if (position === null) instruments.add(instrumentKey(exchange, symbol));
    else positions.add(position);
  }
  return ({ id, venue, symbol }) => positions.has(id) || instruments.has(instrumentKey(venue, symbol));
}

function beyondHeld(fact: PositionFact, { rowQuantityTolerancePct }: Settings): readonly Contradiction[] {
  if (fact.ledger === null) return [];
  const { excess, peakQuantity } = fact.ledger;
  if (excess.lessThanOrEqualTo(share(peakQuantity, rowQuantityTolerancePct))) return [];
  return [{ fact, what: 'exits', row: peakQuantity, fills: peakQuantity.plus(excess) }];
}

/** A bot may keep the quantity it opened, the most it held or what is left, and either mean of its entries. */
function againstRow(
  fact: PositionFact,
  { rowQuantityTolerancePct, rowPriceTolerancePct }: Settings,
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
