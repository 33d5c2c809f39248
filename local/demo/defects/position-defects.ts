import { amount } from '../../../audit/decimal.ts';
import { DEMO_LIMITS, INSTRUMENTS, VENUES } from '../instruments.ts';
import { refusedEntry } from '../incidents.ts';
import { buildTrade } from '../open-trade.ts';
import { createPrng } from '../prng.ts';
import { openByMinute } from '../rows/events.ts';
import { timeCell } from '../rows/time-cells.ts';
import { MINUTE_MS, type Shift } from '../shifts.ts';
import { averagePrice, closedAt, directionOf, openedAt, quantityOf, type Trade } from '../trade.ts';
import type { World } from '../world.ts';
import type { Defect } from './defect.ts';
import { atLeast, closedIn, livedIn, openAtEnd, symbolsOf } from './pick.ts';

/** How far the race goes above the limit of open positions. */
const OVER_LIMIT = 3;

export const concurrencyOverLimit: Defect = {
  name: 'concurrency-over-limit',
  title: 'Several entries in one second pass the check of the position limit together',
  causes: [{ rule: 'PM-01', severity: 'HIGH' }],
  inject(world, shift) {
    const { minute, open } = busiestMinute(world, shift);
    const count = DEMO_LIMITS.maxPositions + OVER_LIMIT - open;
    const slots = atLeast(freeSlots(world, minute), count, 'free symbols');
    const added = slots.map(({ venue, symbol }, index): Trade => {
      const at = minute + 14_000 + index * 83;
      const price = world.market.markAt(symbol, at);
      const id = `P-B${String(index + 1).padStart(2, '0')}-${shift.name}`;
      const style = {
        strategy: 'breakout',
        stopBps: 140,
        targetBps: 180,
        trail: null,
        signalAfterMin: 3,
        timeoutMin: 9,
      };
      const exit = { at: minute + (5 + (index % 4)) * MINUTE_MS + 21_000, reason: 'signal', trigger: null };
      const course = {
        initialStop: price * 0.986,
        target: price * 1.018,
        moves: [],
        trailingActivatedAt: null,
        exit,
      };
      const plan = { id, venue, symbol, side: 'long' as const, at, notional: 1_200, leverage: 3, style };
      return buildTrade(world.market, plan, course, createPrng(id, 'burst'));
    });
    world.trades.push(...added);
    return symbolsOf(added);
  },
};

/** The minute with most open positions that leaves room for the burst on both sides. */
function busiestMinute(world: World, shift: Shift): { minute: number; open: number } {
  const counts = openByMinute(world, null);
  let best = { minute: shift.from, open: 0 };
  for (let minute = shift.from + 30 * MINUTE_MS; minute < shift.to - 30 * MINUTE_MS; minute += MINUTE_MS) {
    const open = Math.min(counts.get(minute) ?? 0, counts.get(minute + MINUTE_MS) ?? 0);
    if (open > best.open) best = { minute, open };
  }
  return best;
}

/** Symbols of a venue on which nothing is open, nor will be, while the burst lasts. */
function freeSlots(world: World, minute: number): readonly { venue: Trade['venue']; symbol: string }[] {
  const [from, to] = [minute - 2 * MINUTE_MS, minute + 12 * MINUTE_MS];
  return INSTRUMENTS.flatMap(({ symbol }) =>
    VENUES.filter(
      (venue) =>
        !world.trades.some(
          (trade) =>
            trade.venue === venue &&
            trade.symbol === symbol &&
            openedAt(trade) < to &&
            (closedAt(trade) ?? Infinity) > from,
        ),
    ).map((venue) => ({ venue, symbol })),
  );
}

export const wrongQuantity: Defect = {
  name: 'wrong-quantity',
  title: 'The bot stores ten times the quantity of a Bybit position',
  causes: [{ rule: 'PM-06', venue: 'bybit', severity: 'HIGH' }],
  inject(world, shift) {
    const wrong = atLeast(closedIn(world, shift, 'bybit'), 1, 'closed positions');
    for (const trade of wrong) trade.statedQuantity = amount(quantityOf(trade).times(10));
    return symbolsOf(wrong);
  },
};

export const missedExit: Defect = {
  name: 'missed-exit',
  title: 'The exit fills of a position are stored, but its row stays open',
  causes: [{ rule: 'PM-02', venue: 'binance', severity: 'HIGH' }],
  inject(world, shift) {
    const missed = atLeast(
      livedIn(world, shift, 'binance')
        .filter(({ exit }) => exit?.order.role === 'exit')
        .toReversed(),
      1,
      'signal exits',
    );
    for (const trade of missed) forgetExit(world, trade);
    return symbolsOf(missed);
  },
};

function forgetExit(world: World, trade: Trade): void {
  for (const order of [trade.stops.at(-1), trade.takeProfit]) {
    if (order?.status !== 'cancelled') continue;
    order.status = 'new';
    order.cancelledAt = null;
  }
  trade.stopChanges = trade.stopChanges.filter(({ kind }) => kind !== 'removed');
  const at = world.asOf - 21_400;
  const mark = world.market.quote(trade.symbol, world.market.markAt(trade.symbol, at));
  const floating = averagePrice(trade, 'entry')
    .minus(mark)
    .times(-directionOf(trade))
    .times(quantityOf(trade));
  world.rowEdits.push((rows) => {
    rows.position = rows.position.map((row) =>
      row['id'] !== trade.id
        ? row
        : {
            ...row,
            status: 'open',
            closed_at: null,
            exit_price: null,
            exit_reason: null,
            realized_pnl: null,
            exit_order_id: null,
            unrealized_pnl: floating.toFixed(8),
            current_price: mark,
            current_price_at: timeCell(at),
            last_evaluated_at: timeCell(at),
            updated_at: timeCell(at),
          },
    );
    rows.event = rows.event.filter(
      (row) => row['position_id'] !== trade.id || row['type'] !== 'position_closed',
    );
  });
}

export const entryFailures: Defect = {
  name: 'entry-failures',
  title: 'Binance refuses entries for want of margin',
  causes: [{ rule: 'PM-03', venue: 'binance', severity: 'MEDIUM' }],
  inject(world, shift) {
    const prng = createPrng(`entry-failures/${shift.name}`, 'defect');
    const refused = Array.from({ length: 16 }, (_, index) => {
      const margin = index % 5 !== 4;
      const at = shift.from + (95 + index * 13) * MINUTE_MS + prng.integer(8_000, 52_000);
      const reason = margin
        ? 'Margin is insufficient.'
        : 'Precision is over the maximum defined for this asset.';
      const id = `R-${shift.name}-m${String(index + 1).padStart(2, '0')}`;
      return refusedEntry(
        world.market,
        { id, venue: 'binance', at, code: margin ? '-2019' : '-1111', reason },
        prng,
      );
    });
    world.failedEntries.push(...refused);
    return [...new Set(refused.map(({ symbol }) => symbol))].sort();
  },
};

export const abandonedPosition: Defect = {
  name: 'abandoned-position',
  title: 'The strategy has stopped looking at two open positions',
  causes: [{ rule: 'PM-04', venue: 'bybit', severity: 'HIGH' }],
  inject(world, shift) {
    const left = atLeast(openAtEnd(world, shift, 'bybit', 45 * MINUTE_MS), 2, 'old open positions');
    left.forEach((trade, index) => {
      trade.lastEvaluatedAt = shift.to - (27 + 2 * index) * MINUTE_MS + 3_310;
    });
    return symbolsOf(left);
  },
};

export const exitReasonsLost: Defect = {
  name: 'exit-reasons-lost',
  title: 'Closes on Bybit are stored without their reason',
  causes: [{ rule: 'PM-05', venue: 'bybit', severity: 'MEDIUM' }],
  inject(world, shift) {
    const candidates = closedIn(world, shift, 'bybit').filter(({ exit }) => exit?.order.role === 'exit');
    const lost = atLeast(candidates, 16, 'closes on Bybit');
    for (const { exit } of lost) if (exit) exit.reason = 'unknown';
    return symbolsOf(lost);
  },
};
