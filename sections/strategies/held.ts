import { sum, ZERO, type Money } from '../../audit/decimal.ts';
import { ms } from '../../audit/time.ts';
import { missing, type Missing } from '../../audit/value.ts';
import { firedStops } from '../shared/facts/fired-stops.ts';
import type { PositionFact } from '../shared/facts/position-facts.ts';
import type { Span } from '../shared/facts/protection.ts';
import { notionalMinutes } from '../shared/vocabulary/exposure-modifier.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Input } from './input.ts';

export type Held = ReturnType<typeof heldOf>[number];

const NO_STOPS = missing('inadequate_basis', 'no stop orders');

/** What each strategy held, and what its stops cost (catalogue SP2). */
export function heldOf(input: Input, unnamed: string) {
  const { rows, shared } = input;
  const window: Span = { from: ms(input.window.from), to: ms(input.window.to) };
  const positions = shared.positions.ok ? shared.positions.positions : [];
  const hasStops = shared.protection.ok && shared.protection.evidence === 'orders';
  const fired = hasStops ? firedStops(shared.protection.positions, window, rowsOf(rows.fills)) : [];
  const groups = Map.groupBy(positions, ({ strategy }) => strategy ?? unnamed);
  const all = averageOf(positions, window);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, of]) => {
      const average = averageOf(of, window);
      const slips = fired.filter(
        ({ position, slippageBps }) => (position.fact.strategy ?? unnamed) === name && slippageBps !== null,
      );
      const bps = slips.map(({ slippageBps }) => slippageBps ?? 0);
      return {
        name,
        positions: of.length,
        average,
        sharePct:
          'reason' in average || 'reason' in all || all.isZero()
            ? null
            : average.div(all).times(100).toNumber(),
        stops: hasStops ? slips.length : NO_STOPS,
        slippageBps: bps.length === 0 ? null : bps.reduce((total, one) => total + one, 0) / bps.length,
        worstBps: bps.length === 0 ? null : Math.max(...bps),
        cost: !hasStops ? NO_STOPS : sum(slips.flatMap(({ slippageCost }) => slippageCost ?? [])),
      };
    });
}

/** Time-weighted notional at entry prices over the whole window; of a size that nobody knows it has none. */
function averageOf(positions: readonly PositionFact[], { from, to }: Span): Money | Missing {
  const unsized = positions.find((fact) => fact.unsized !== null)?.unsized;
  if (unsized) return unsized;
  const minutes = positions.map(({ notional, openedAt, closedAt }) =>
    notionalMinutes(notional, Math.max(0, Math.min(to, closedAt ?? Infinity) - Math.max(from, openedAt))),
  );
  return minutes.length === 0
    ? ZERO
    : sum(minutes)
        .div((to - from) / 60_000)
        .toDecimalPlaces(8);
}
