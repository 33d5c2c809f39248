import type { Money } from '../../../audit/decimal.ts';
import { isDust } from './instruments.ts';
import type { PositionFact } from './position-facts.ts';

type Held = Pick<PositionFact, 'contract' | 'entryPrice' | 'steps' | 'ledger'>;

/** No order at the exchange can close so little of this position. */
export function isTooLittle({ contract, entryPrice, ledger }: Held, quantity: Money): boolean {
  return isDust(contract, quantity, entryPrice, contract.kind === 'spot' || ledger?.inKind === true);
}

/** From when on all that is left of a position is too little to be closed; null where it never is. */
export function dustFrom(fact: Held): number | null {
  const isNothing = ({ quantity }: Held['steps'][number]): boolean =>
    quantity.isZero() || isTooLittle(fact, quantity);
  if (fact.steps.at(-1)?.quantity.isZero() !== false) return null;
  return fact.steps[fact.steps.findLastIndex((step) => !isNothing(step)) + 1]?.at ?? null;
}
