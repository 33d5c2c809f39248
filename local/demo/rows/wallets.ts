import { amount, money, rounded, ZERO, type Money } from '../../../audit/decimal.ts';
import { OPENING_WALLETS, VENUES, type Venue } from '../instruments.ts';
import { MINUTE_MS } from '../shifts.ts';
import {
  averagePrice,
  closedAt,
  directionOf,
  feeOf,
  fundingOf,
  grossByFill,
  openedAt,
  quantityOf,
  type Trade,
} from '../trade.ts';
import type { DemoRow, World } from '../world.ts';
import { timeCell } from './time-cells.ts';

interface Flow {
  readonly at: number;
  readonly amount: Money;
}

/** Everything that moves a venue's wallet from the start of the history on, oldest first. */
export function walletFlows(world: World, venue: Venue): readonly Flow[] {
  const trades = world.trades.filter((trade) => trade.venue === venue);
  const flows = [
    ...trades.flatMap((trade): Flow[] => {
      const gross = trade.exit === null ? new Map<string, Money>() : grossByFill(trade);
      const fills = trade.fills.map((fill) => ({
        at: fill.at,
        amount: (gross.get(fill.id) ?? ZERO).minus(feeOf(fill)),
      }));
      return [...fills, ...fundingOf(trade, world.market)];
    }),
    ...world.transfers.filter((transfer) => transfer.venue === venue),
    ...world.leaks
      .filter((leak) => leak.venue === venue)
      .map((leak) => ({ at: leak.at, amount: leak.amount.neg() })),
  ];
  return flows.filter(({ at }) => at >= world.from).sort((a, b) => a.at - b.at);
}

/** Each wallet once a minute, at `asOf` too. A row at t holds what happened before t, as windows are half-open. */
export function balanceRows(world: World): DemoRow[] {
  return VENUES.flatMap((venue) => {
    const flows = walletFlows(world, venue);
    const open = openValues(world, venue);
    const rows: DemoRow[] = [];
    let total = money(OPENING_WALLETS[venue]);
    let next = 0;
    for (let at = world.from; at <= world.asOf; at += MINUTE_MS) {
      for (let flow = flows[next]; flow && flow.at < at; flow = flows[next]) {
        total = total.plus(flow.amount);
        next += 1;
      }
      const { unrealized, margin } = open.get(at) ?? { unrealized: 0, margin: 0 };
      const used = margin.toFixed(8);
      const floating = unrealized.toFixed(8);
      rows.push({
        at: timeCell(at),
        currency: 'USDT',
        total: amount(total),
        exchange: venue,
        account: 'futures',
        free: rounded(total.minus(used), 8),
        used,
        unrealized_pnl: floating,
        equity: amount(total.plus(floating)),
      });
    }
    return rows;
  });
}

/** Unrealised result and margin of a venue's open positions, by minute. */
function openValues(world: World, venue: Venue): ReadonlyMap<number, { unrealized: number; margin: number }> {
  const out = new Map<number, { unrealized: number; margin: number }>();
  for (const trade of world.trades.filter((candidate) => candidate.venue === venue)) {
    const [entry, quantity] = [Number(averagePrice(trade, 'entry')), Number(quantityOf(trade))];
    for (const at of minutesOpen(world, trade)) {
      const mark = Number(world.market.quote(trade.symbol, world.market.markAt(trade.symbol, at)));
      const sums = out.get(at) ?? { unrealized: 0, margin: 0 };
      sums.unrealized += directionOf(trade) * quantity * (mark - entry);
      sums.margin += (quantity * entry) / trade.leverage;
      out.set(at, sums);
    }
  }
  return out;
}

/** The minutes of the history, `asOf` included, at which a trade was open. */
export function minutesOpen(world: World, trade: Trade): readonly number[] {
  const first = Math.max(world.from, Math.ceil(openedAt(trade) / MINUTE_MS) * MINUTE_MS);
  const end = closedAt(trade) ?? Infinity;
  const minutes: number[] = [];
  for (let at = first; at <= world.asOf && at < end; at += MINUTE_MS) minutes.push(at);
  return minutes;
}

export function transferRows(world: World): DemoRow[] {
  return world.transfers.map((transfer) => ({
    at: timeCell(transfer.at),
    currency: 'USDT',
    amount: amount(transfer.amount),
    exchange: transfer.venue,
    account: 'futures',
    kind: transfer.kind,
  }));
}
