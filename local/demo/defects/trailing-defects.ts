import { MINUTE_MS } from '../shifts.ts';
import { closedAt, resultOf, type Trade } from '../trade.ts';
import type { World } from '../world.ts';
import type { Defect } from './defect.ts';
import {
  activeMs,
  isAlone,
  isSafe,
  movable,
  movesOf,
  moveStops,
  stepped,
  type Wanted,
} from './move-stops.ts';
import { atLeast, symbolsOf } from './pick.ts';
import { cellsOf, within } from './row-cells.ts';

const endOf = (trade: Trade): number => closedAt(trade) ?? 0;

/** Between the moves that there were, one more whenever `everyMs` has passed, each so many price steps nearer. */
function withMoves(world: World, trade: Trade, everyMs: number, steps: number): readonly Wanted[] {
  const moves = movesOf(trade);
  return moves.flatMap((move, index) => {
    const next = moves[index + 1];
    const until = next?.at ?? endOf(trade);
    const more: Wanted[] = [move];
    for (let at = move.at + everyMs; at + 3_000 < until; at += everyMs) {
      const trigger = stepped(trade, more.at(-1)?.trigger ?? move.trigger, steps);
      const isOrdered = next === undefined || isBetween(trigger, move.trigger, next.trigger);
      if (steps !== 0 && !(isOrdered && isSafe(world.market, trade, trigger, at, until))) break;
      more.push({ at, trigger });
    }
    return more;
  });
}

function isBetween(value: string, one: string, other: string): boolean {
  const [low, high] = [Math.min(Number(one), Number(other)), Math.max(Number(one), Number(other))];
  return Number(value) > low && Number(value) < high;
}

export const updateStorm: Defect = {
  name: 'update-storm',
  title: 'A trailing stop is moved by one price step every 30 seconds',
  causes: [{ rule: 'TS-01', severity: 'LOW' }],
  inject(world, shift) {
    const candidates = [...movable(world, shift, 'binance'), ...movable(world, shift, 'bybit')]
      .filter((trade) => isAlone(world, shift, trade))
      .map((trade) => ({ trade, moves: withMoves(world, trade, MINUTE_MS / 2, 1) }))
      .filter(({ trade, moves }) => moves.length >= 15 && moves.length > 1.2 * (activeMs(trade) / MINUTE_MS));
    const [storm] = atLeast(candidates, 1, 'stops that can be moved twice a minute');
    if (!storm) return [];
    moveStops(storm.trade, storm.moves);
    return symbolsOf([storm.trade]);
  },
};

export const loosenedStop: Defect = {
  name: 'loosened-stop',
  title: 'A trailing stop is set back to where it was placed first',
  causes: [{ rule: 'TS-02', venue: 'binance', severity: 'CRITICAL' }],
  inject(world, shift) {
    const late = movable(world, shift, 'binance').filter(
      (trade) => endOf(trade) - (movesOf(trade).at(-1)?.at ?? Infinity) > 4 * MINUTE_MS,
    );
    const loosened = atLeast(late.toReversed(), 1, 'trailing stops that rest before their end');
    for (const trade of loosened) {
      const moves = movesOf(trade);
      const at = (moves.at(-1)?.at ?? 0) + 2 * MINUTE_MS;
      moveStops(trade, [...moves, { at, trigger: trade.stops[0]?.triggerPrice ?? '0' }]);
    }
    return symbolsOf(loosened);
  },
};

export const trailingNotActivated: Defect = {
  name: 'trailing-not-activated',
  title: 'The price passes the activation of a trailing stop, and it never trails',
  causes: [{ rule: 'TS-03', venue: 'bybit', severity: 'MEDIUM' }],
  inject(world, shift) {
    const candidates = movable(world, shift, 'bybit').filter(
      (trade) => activeMs(trade) > 5 * MINUTE_MS && resultOf(trade, world.market).net.gt(0),
    );
    const missed = atLeast(candidates.toReversed(), 1, 'winners whose stop trailed');
    for (const trade of missed) {
      moveStops(trade, []);
      trade.trailingActivatedAt = null;
    }
    return symbolsOf(missed);
  },
};

export const uselessUpdates: Defect = {
  name: 'useless-updates',
  title: 'A trailing stop is replaced by one at the same price every 75 seconds',
  causes: [{ rule: 'TS-04', venue: 'bybit', severity: 'LOW' }],
  inject(world, shift) {
    const candidates = movable(world, shift, 'bybit')
      .filter((trade) => isAlone(world, shift, trade))
      .map((trade) => ({ trade, moves: withMoves(world, trade, 75_000, 0) }))
      .filter(({ trade, moves }) => moves.length >= 12 && moves.length > 2.5 * movesOf(trade).length);
    const [useless] = atLeast(candidates.toReversed(), 1, 'stops that rest for long');
    if (!useless) return [];
    moveStops(useless.trade, useless.moves);
    return symbolsOf([useless.trade]);
  },
};

export const slowTrailingUpdates: Defect = {
  name: 'slow-trailing-updates',
  title: 'Shift after shift every move of a trailing stop takes the bot six seconds more',
  causes: [{ rule: 'AL-01', severity: 'LOW', subjects: ['Time of an update, P95'] }],
  lasts: true,
  inject(world, shift) {
    world.rowEdits.push(({ trailing_update: updates }) => {
      for (const row of updates)
        if (within(row, 'at', ...cellsOf(shift)) && row['duration_ms'] !== null)
          row['duration_ms'] = Number(row['duration_ms']) + 6_000;
    });
    return [];
  },
};
