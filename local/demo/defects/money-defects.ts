import { money, sum, ZERO, type Money } from '../../../audit/decimal.ts';
import { DEMO_LIMITS, VENUES } from '../instruments.ts';
import { HOUR_MS } from '../shifts.ts';
import { feeOf, resultOf, type Trade } from '../trade.ts';
import type { World } from '../world.ts';
import type { Defect } from './defect.ts';
import { atLeast, closedIn, livedIn, symbolsOf } from './pick.ts';
import { resize } from './resize.ts';

export const walletResidual: Defect = {
  name: 'wallet-residual',
  title: '0.31 USDT leave the Bybit wallet and no entry explains them',
  causes: [{ rule: 'DI-05', venue: 'bybit', severity: 'MEDIUM' }],
  inject(world, shift) {
    world.leaks.push({ venue: 'bybit', at: shift.from + 4.6 * HOUR_MS + 21_330, amount: money('0.31') });
    return ['USDT'];
  },
};

/** What the fees leave of each venue's result, USDT. */
const NET_AFTER_FEES = -75;

export const feesEatProfit: Defect = {
  name: 'fees-eat-profit',
  title: 'Both venues charge a higher fee tier, and a gross profit becomes a net loss',
  causes: [{ rule: 'PN-01', severity: 'MEDIUM' }],
  inject(world, shift) {
    for (const venue of VENUES) {
      const closed = closedIn(world, shift, venue);
      const gross = totalOf(world, closed, 'gross');
      if (gross.lte(0)) continue;
      const charged = world.trades.filter((trade) => trade.venue === venue).flatMap(({ fills }) => fills);
      const inShift = charged.filter(({ at }) => at >= shift.from && at < shift.to);
      const ofClosed = new Set(closed.flatMap(({ fills }) => fills));
      const fees = sum(inShift.filter((fill) => ofClosed.has(fill)).map(feeOf));
      const earlier = totalOf(world, closed, 'fees').minus(fees);
      const factor = gross.minus(NET_AFTER_FEES).minus(earlier).div(fees);
      for (const fill of inShift) fill.feeRate = factor.times(fill.feeRate).toFixed(8);
    }
    return ['bot'];
  },
};

/** Share of the daily loss limit that the shift uses. */
const LIMIT_USED = 0.82;

export const dailyLossLimit: Defect = {
  name: 'daily-loss-limit',
  title: 'Losing positions are twice as large as the others and use 82 % of the daily loss limit',
  causes: [{ rule: 'PN-02', severity: 'MEDIUM' }],
  inject(world, shift) {
    const losers = livedIn(world, shift).filter((trade) => resultOf(trade, world.market).net.lt(0));
    const lost = totalOf(world, losers, 'net');
    const others = totalOf(world, closedIn(world, shift), 'net').minus(lost);
    const target = money(DEMO_LIMITS.dailyLoss).times(-LIMIT_USED);
    const factor = target.minus(others).div(lost).toNumber();
    for (const trade of losers) resize(trade, factor);
    return symbolsOf(losers);
  },
};

export const singleTradeLoss: Defect = {
  name: 'single-trade-loss',
  title: 'One position is so large that its stop costs 15 % more than a trade may lose',
  causes: [{ rule: 'PN-03', severity: 'HIGH' }],
  inject(world, shift) {
    const stopped = livedIn(world, shift).filter(({ exit }) => exit?.reason === 'stop');
    const large = atLeast(stopped, 1, 'stop exits');
    for (const trade of large) {
      resize(
        trade,
        (-1.15 * Number(DEMO_LIMITS.perTradeLoss)) / resultOf(trade, world.market).net.toNumber(),
      );
    }
    return symbolsOf(large);
  },
};

export const concentratedResult: Defect = {
  name: 'concentrated-result',
  title: 'One symbol earns more than 60 % of all that the shift earns and loses',
  causes: [{ rule: 'PN-04', severity: 'LOW' }],
  inject(world, shift) {
    const closed = closedIn(world, shift);
    const best = bestSymbol(world, closed);
    for (const trade of closed) resize(trade, trade.symbol === best ? 6 : 0.06);
    return [best];
  },
};

function bestSymbol(world: World, closed: readonly Trade[]): string {
  const results = symbolsOf(closed).map((symbol) => ({
    symbol,
    net: totalOf(
      world,
      closed.filter((trade) => trade.symbol === symbol),
      'net',
    ),
  }));
  const [best] = results.sort((a, b) => b.net.comparedTo(a.net));
  if (!best) throw new Error('nothing was closed in the shift');
  return best.symbol;
}

function totalOf(world: World, trades: readonly Trade[], key: 'gross' | 'fees' | 'net'): Money {
  return trades.reduce((total, trade) => total.plus(resultOf(trade, world.market)[key]), ZERO);
}
