import type { Money } from '../../audit/decimal.ts';
import type { QuantityStep } from '../shared/facts/ledger.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';

/** What the position held at a time, base units. */
export function heldAt({ steps, quantity }: PositionFact, at: number): Money {
  return steps.findLast((step) => step.at <= at)?.quantity ?? quantity;
}

/** The steps with which the position grew after it was opened. */
export function growthsOf({ steps }: PositionFact): readonly QuantityStep[] {
  return steps.filter(({ quantity }, index) => {
    const before = steps[index - 1]?.quantity;
    return before !== undefined && quantity.greaterThan(before);
  });
}
