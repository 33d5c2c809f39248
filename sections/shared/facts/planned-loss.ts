import type { Money } from '../../../audit/decimal.ts';
import type { StopChangeRow } from '../queries/trading-rows.ts';
import { resultOf } from './instruments.ts';
import { levelAt } from './order-history.ts';
import type { PositionFact } from './position-facts.ts';
import { positiveOrNull } from './row-values.ts';
import type { StopOrder } from './stop-orders.ts';

/** A position with what is known of its stops. */
interface Planned {
  readonly fact: Pick<PositionFact, 'side' | 'entryPrice' | 'quantity' | 'contract'>;
  readonly stops: readonly Pick<StopOrder, 'ackAt' | 'trigger' | 'triggers'>[];
  readonly changes: readonly Pick<StopChangeRow, 'kind' | 'new_price'>[];
}

/**
 * What the first stop would cost, quote currency: entry - stop in the position's direction x quantity (catalogue SL10,
 * PN-03). It is that of the first order that the exchange acknowledged, else the first that the bot recorded as placed.
 * Null where none is known, as of an order whose row was rewritten since, or where it locks in a profit.
 */
export function plannedLoss({
  fact: { side, entryPrice, quantity, contract },
  stops,
  changes,
}: Planned): Money | null {
  const ordered = stops.find(({ ackAt, trigger }) => ackAt !== null && trigger !== null);
  const recorded = changes.find(({ kind, new_price: price }) => kind === 'placed' && positiveOrNull(price));
  const stop = ordered ? firstTrigger(ordered) : positiveOrNull(recorded?.new_price ?? null);
  if (stop === null || side === 'unknown') return null;
  const planned = resultOf(contract, side, quantity, stop, entryPrice);
  return planned.greaterThan(0) ? planned : null;
}

function firstTrigger({ ackAt, triggers }: Planned['stops'][number]): Money | null {
  const { basis, value } = levelAt(triggers, ackAt ?? -Infinity);
  return basis === 'recorded' ? value : null;
}
