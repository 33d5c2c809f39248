import { money, rounded } from '../../../audit/decimal.ts';
import { instrumentOf } from '../instruments.ts';
import type { Market } from '../market.ts';
import { MINUTE_MS } from '../shifts.ts';
import { openedAt, type FillFact, type Trade } from '../trade.ts';
import type { Defect } from './defect.ts';
import { atLeast, openAtEnd, symbolsOf } from './pick.ts';

/** The second half of the entry fills between so many minutes after the first. */
const LATER_MIN: readonly [number, number] = [2, 25];

export const halfCoveredPosition: Defect = {
  name: 'half-covered-position',
  title: 'The second half of two entries fills minutes later, and their stops stay at the first half',
  causes: [{ rule: 'SL-03', venue: 'bybit', severity: 'HIGH' }],
  inject(world, shift) {
    const candidates = openAtEnd(world, shift, 'bybit', (LATER_MIN[1] + 10) * MINUTE_MS)
      .filter(({ exit }) => exit?.order.role !== 'stop')
      .flatMap((trade) => {
        const at = returnsToEntry(world.market, trade);
        return at === null ? [] : [{ trade, at }];
      });
    const halved = atLeast(candidates, 2, 'open positions whose price comes back to the entry');
    for (const { trade, at } of halved) fillInTwoHalves(trade, at);
    return symbolsOf(halved.map(({ trade }) => trade));
  },
};

/** When the price next crosses the entry price, so that a limit order there fills; null when it does not in time. */
function returnsToEntry(market: Market, trade: Trade): number | null {
  const price = Number(trade.fills[0]?.price);
  const start = openedAt(trade);
  for (let minute = LATER_MIN[0]; minute < LATER_MIN[1]; minute += 1) {
    const [from, to] = [start + minute * MINUTE_MS, start + (minute + 1) * MINUTE_MS];
    const [left, right] = [
      market.markAt(trade.symbol, from) - price,
      market.markAt(trade.symbol, to) - price,
    ];
    if (left * right <= 0 && left !== right)
      return from + Math.round((left / (left - right)) * (MINUTE_MS - 1));
  }
  return null;
}

function fillInTwoHalves(trade: Trade, at: number): void {
  const [first] = trade.fills;
  if (!first) throw new Error(`${trade.id} has no entry fill`);
  const { quantityDecimals } = instrumentOf(trade.symbol);
  const half = money(rounded(trade.entry.quantity.div(2), quantityDecimals));
  const halves: FillFact[] = [
    { ...first, quantity: half, isMaker: true, feeRate: '0.0002' },
    {
      ...first,
      id: `${trade.entry.id}-f2`,
      quantity: trade.entry.quantity.minus(half),
      at,
      isMaker: true,
      feeRate: '0.0002',
    },
  ];
  trade.fills = [...halves, ...trade.fills.filter(({ part }) => part === 'exit')];
  trade.entry.type = 'limit';
  trade.entry.price = first.price;
  trade.entry.filledAt = at;
  for (const stop of trade.stops) stop.quantity = half;
}
