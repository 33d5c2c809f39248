import type { Venue } from '../instruments.ts';
import type { Shift } from '../shifts.ts';
import { closedAt, isOpenAt, openedAt, type Trade } from '../trade.ts';
import type { World } from '../world.ts';

/** Trades that closed in the shift. */
export function closedIn(world: World, shift: Shift, venue?: Venue): readonly Trade[] {
  return world.trades.filter((trade) => {
    const closed = closedAt(trade);
    return (
      closed !== null &&
      closed >= shift.from &&
      closed < shift.to &&
      (venue === undefined || trade.venue === venue)
    );
  });
}

/** Trades whose whole life lies in the shift. */
export function livedIn(world: World, shift: Shift, venue?: Venue): readonly Trade[] {
  return closedIn(world, shift, venue).filter((trade) => openedAt(trade) >= shift.from);
}

/** Trades open at the shift's end that were opened at least so long before it. */
export function openAtEnd(world: World, shift: Shift, venue: Venue, openForMs: number): readonly Trade[] {
  return world.trades.filter(
    (trade) => trade.venue === venue && isOpenAt(trade, shift.to) && openedAt(trade) <= shift.to - openForMs,
  );
}

/** The first `count` of a list; a world without so many cannot have the defect. */
export function atLeast<T>(items: readonly T[], count: number, what: string): readonly T[] {
  if (items.length < count)
    throw new Error(`the world has ${String(items.length)} ${what}, the defect needs ${String(count)}`);
  return items.slice(0, count);
}

export function symbolsOf(trades: readonly Trade[]): readonly string[] {
  return [...new Set(trades.map(({ symbol }) => symbol))].sort();
}
