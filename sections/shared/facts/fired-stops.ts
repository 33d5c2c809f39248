import type { FillRow } from '../queries/trading-rows.ts';
import { resultOf } from './instruments.ts';
import { dealOf, meanPrice } from './ledger.ts';
import type { ProtectedPosition, Span } from './protection.ts';
import { groupBy, moveOf } from './row-values.ts';

/** Stops that fired in the window, with what they cost. */
export function firedStops(positions: readonly ProtectedPosition[], window: Span, fills: readonly FillRow[]) {
  const byOrder = groupBy(fills, ({ order_id: order }) => order ?? '');
  return positions.flatMap((position) =>
    position.stops.flatMap((stop) => {
      const at = stop.triggeredAt ?? (stop.end === 'filled' ? stop.filledAt : null);
      if (at === null || at < window.from || at >= window.to) return [];
      const { side, quantity, contract } = position.fact;
      const { trigger } = stop;
      const own = byOrder.get(stop.id) ?? [];
      const fillPrice = meanPrice(own.flatMap((fill) => dealOf(fill) ?? [])) ?? stop.averagePrice;
      // Per unit: how much worse than the trigger it was filled.
      const cost = trigger && fillPrice && side !== 'unknown' ? moveOf(side, fillPrice, trigger) : null;
      return {
        position,
        stop,
        at,
        isFilledInPart: stop.filled !== null || own.length > 0,
        fillPrice,
        /** dir x (trigger - fill) / trigger x 10,000, cost positive; null without both prices (SL9). */
        slippageBps: trigger && cost ? cost.div(trigger).times(10_000).toNumber() : null,
        /** Slippage in quote currency, cost positive. */
        slippageCost:
          cost && trigger && fillPrice && side !== 'unknown'
            ? resultOf(contract, side, stop.filled ?? stop.quantity ?? quantity, fillPrice, trigger)
            : null,
      };
    }),
  );
}
