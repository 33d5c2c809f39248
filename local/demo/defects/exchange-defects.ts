import { amount, money } from '../../../audit/decimal.ts';
import type { DemoExchangeState } from '../exchange-state.ts';
import { unifiedSymbol } from '../exchange-states.ts';
import { INSTRUMENTS, type Venue } from '../instruments.ts';
import { HOUR_MS, MINUTE_MS, type Shift } from '../shifts.ts';
import type { Trade } from '../trade.ts';
import type { World } from '../world.ts';
import type { Defect } from './defect.ts';
import { atLeast, openAtEnd, symbolsOf } from './pick.ts';

export const phantomPosition: Defect = {
  name: 'phantom-position',
  title: 'Binance has closed a position, and the bot still holds it open',
  causes: [{ rule: 'DI-01', venue: 'binance', severity: 'CRITICAL' }],
  inject(world, shift) {
    const gone = settled(world, shift, 'binance', 1);
    const symbols = new Set(gone.map(({ symbol }) => unifiedSymbol(symbol)));
    const isLeft = (row: Readonly<Record<string, unknown>>): boolean => !symbols.has(String(row['symbol']));
    edit(world, shift, 'binance', (state) => {
      state.positions = state.positions.filter(isLeft);
      state.openOrders = state.openOrders.filter(isLeft);
      state.algoOrders = state.algoOrders?.filter(isLeft) ?? [];
    });
    return symbolsOf(gone);
  },
};

export const untrackedPosition: Defect = {
  name: 'untracked-position',
  title: 'Bybit holds a position without a stop that is in no row of the bot',
  causes: [{ rule: 'DI-02', venue: 'bybit', severity: 'CRITICAL' }],
  inject(world, shift) {
    const symbol = unusedSymbol();
    edit(world, shift, 'bybit', (state) => {
      const entryPrice = world.market.quote(symbol, world.market.markAt(symbol, shift.to - HOUR_MS));
      state.positions.push({
        ...{ symbol: unifiedSymbol(symbol), side: 'long', contractSize: 1 },
        ...{
          contracts: String(Math.ceil(1_500 / Number(entryPrice))),
          entryPrice,
          leverage: 3,
          marginMode: 'cross',
        },
      });
    });
    return [symbol];
  },
};

export const exchangeQuantityDiffers: Defect = {
  name: 'exchange-quantity-differs',
  title: 'Bybit holds twice of a position what the bot takes it for',
  causes: [{ rule: 'DI-03', venue: 'bybit', severity: 'HIGH' }],
  inject(world, shift) {
    const [trade] = settled(world, shift, 'bybit', 1);
    edit(world, shift, 'bybit', (state) => {
      for (const row of state.positions)
        if (trade !== undefined && row['symbol'] === unifiedSymbol(trade.symbol))
          row['contracts'] = amount(money(String(row['contracts'])).times(2));
    });
    return trade === undefined ? [] : [trade.symbol];
  },
};

export const fillsNotStored: Defect = {
  name: 'fills-not-stored',
  title: 'Binance filled an entry and its exit, and the bot stored neither',
  causes: [{ rule: 'DI-04', venue: 'binance', severity: 'HIGH' }],
  inject(world, shift) {
    const symbol = unusedSymbol();
    edit(world, shift, 'binance', (state) => {
      for (const [index, side] of (['buy', 'sell'] as const).entries()) {
        const at = shift.from + 3 * HOUR_MS + index * 9 * MINUTE_MS + 17_403;
        state.trades.push({
          ...{ id: `binance-lost-${String(index + 1)}`, order: `binance-lost-o${String(index + 1)}` },
          ...{ symbol: unifiedSymbol(symbol), side, amount: '4', timestamp: at },
          price: world.market.quote(symbol, world.market.markAt(symbol, at)),
        });
      }
    });
    return [symbol];
  },
};

export const stopNotAtExchange: Defect = {
  name: 'stop-not-at-exchange',
  title: 'The bot has a stop open that Binance does not have',
  causes: [{ rule: 'DI-08', venue: 'binance', severity: 'CRITICAL' }],
  inject(world, shift) {
    const [trade] = settled(world, shift, 'binance', 1);
    const lost = new Set(trade?.stops.map(({ id }) => `binance-${id}`));
    edit(world, shift, 'binance', (state) => {
      state.algoOrders = state.algoOrders?.filter(({ id }) => !lost.has(String(id))) ?? [];
    });
    return trade === undefined ? [] : [trade.symbol];
  },
};

export const balanceNotAtExchange: Defect = {
  name: 'balance-not-at-exchange',
  title: 'Bybit has 25 USDT less in the wallet than the bot’s balances say',
  causes: [{ rule: 'DI-09', venue: 'bybit', severity: 'HIGH' }],
  inject(world, shift) {
    edit(world, shift, 'bybit', (state) => {
      const wallet = amount(money(state.balances.total['USDT'] ?? 0).minus(25));
      state.balances = {
        total: { USDT: wallet },
        info: { assets: [{ coin: 'USDT', walletBalance: wallet }] },
      };
    });
    return ['USDT'];
  },
};

export const transferNotStored: Defect = {
  name: 'transfer-not-stored',
  title: 'Binance’s ledger has a transfer that the bot did not store',
  causes: [{ rule: 'DI-10', venue: 'binance', severity: 'HIGH' }],
  inject(world, shift) {
    const timestamp = shift.from + 2 * HOUR_MS + 7 * MINUTE_MS + 11_250;
    edit(world, shift, 'binance', (state) => {
      state.ledger.push({
        ...{ id: 'binance-unknown', type: 'transfer', direction: 'in', status: 'ok' },
        ...{ currency: 'USDT', amount: '40', timestamp },
      });
    });
    return ['USDT'];
  },
};

function edit(world: World, shift: Shift, venue: Venue, change: (state: DemoExchangeState) => void): void {
  const at = new Date(shift.to).toISOString();
  world.exchangeEdits.push((states) => {
    for (const state of states) if (state.exchange === venue && state.at === at) change(state);
  });
}

/** Open at the end for a quarter of an hour, with a stop that has been quiet. */
function settled(world: World, shift: Shift, venue: Venue, count: number): readonly Trade[] {
  const quiet = openAtEnd(world, shift, venue, 15 * MINUTE_MS).filter(({ stops }) => {
    const at = stops.at(-1)?.venueAt;
    return at != null && at < shift.to - MINUTE_MS;
  });
  return atLeast(quiet.toReversed(), count, 'open positions with a quiet stop');
}

/** One that the bot does not trade of itself. */
function unusedSymbol(): string {
  return (
    atLeast(
      INSTRUMENTS.filter(({ reserved }) => reserved),
      1,
      'reserved instruments',
    )[0]?.symbol ?? ''
  );
}
