import { createPrng } from '../prng.ts';
import { closedAt, type Trade } from '../trade.ts';
import type { DemoRow, World } from '../world.ts';
import { timeCell } from './time-cells.ts';

/** Of so many moves one attempt more was left, since the step was too small. */
const LEFT_AFTER = 0.35;

/** Every move of a stop that trails, and the attempts that were left. */
export function trailingUpdateRows(world: World): DemoRow[] {
  return world.trades.filter(({ trailing }) => trailing).flatMap(updatesOf);
}

function updatesOf(trade: Trade): DemoRow[] {
  const prng = createPrng(trade.id, 'trailing');
  const end = closedAt(trade) ?? Infinity;
  const about = { position_id: trade.id, symbol: trade.symbol, exchange: trade.venue };
  return trade.stopChanges
    .filter(({ kind }) => kind === 'updated')
    .flatMap((change, index, all) => {
      const moved: DemoRow = {
        ...about,
        at: timeCell(change.at),
        old_stop: change.oldPrice,
        new_stop: change.newPrice,
        skipped: false,
        skip_reason: null,
        duration_ms: change.durationMs,
      };
      const at = change.at + prng.integer(58_000, 61_000);
      const next = all[index + 1]?.at ?? end;
      if (!prng.chance(LEFT_AFTER) || at + 5_000 > next || at >= end) return [moved];
      const left = { skipped: true, skip_reason: 'step too small', duration_ms: 0, new_stop: null };
      return [moved, { ...about, at: timeCell(at), old_stop: change.newPrice, ...left }];
    });
}
