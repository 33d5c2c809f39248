import { LIMITS } from '../pnl-support.ts';
import { trades } from '../closed-trades.ts';
import { at, WINDOW } from '../support.ts';
import { entryOrder, later, many, position, stop } from '../trading-rows.ts';
import { closedAtFive, limit } from '../zombie-orders-rows.ts';
import { above, below, finds, from, grades, measures, names, not, says, shows, upTo } from './sides.ts';

/** Opened thirty hours before the end; the price is what it was, or one per cent less. */
const aged = (price: string, over: object = {}) => ({
  positions: [
    position('a', {
      opened_at: later(WINDOW.to, -30 * 3_600_000),
      fees: '0',
      funding: '0',
      strategy: 'trend',
      ...over,
    }),
  ],
  prices: [
    { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('07:58'), at: at('07:58'), price, kind: 'mark' },
  ],
});
const ROWS = { lacks: ['fill', 'funding'] };
const paid = (funding: string, price: string) => aged(price, { funding });
export const agedPositions = {
  agedH: above(30, finds('AG-01'), aged('101'), ROWS),
  severeAgeH: above(30, grades('AG-01', 'HIGH'), aged('99'), ROWS),
  losingPercent: above(2, says('Losing'), aged('98'), ROWS),
  fundingPercent: above(0.5, finds('AG-02'), paid('-0.5', '110'), ROWS),
  fundingOfGrossPercent: above(50, finds('AG-02'), paid('-0.5', '101'), {
    ...ROWS,
    settings: { fundingPercent: 1 },
  }),
  fundingFloorPercent: from(0.5, finds('AG-02'), paid('-0.5', '100.5'), {
    ...ROWS,
    settings: { fundingPercent: 1 },
  }),
  manySettlements: from(
    3,
    names('AG-02', 'held-over-settlements'),
    {
      ...paid('-0.6', '110'),
      funding: many(3, (n) => ({
        symbol: 'BTCUSDT',
        exchange: 'binance',
        position_id: 'a',
        amount: '-0.2',
        at: at(`0${String(n + 2)}:00`),
      })),
    },
    { lacks: ['fill'] },
  ),
  nearLiquidationPercent: below(5, says('Near liquidation'), aged('100', { liquidation_price: '95' }), ROWS),
  staleMarkS: above(120, says('old mark'), aged('100'), ROWS),
  historyMin: from(
    30,
    shows('aged-positions.open', 'percentile'),
    {
      positions: [
        ...aged('100').positions,
        ...many(30, (n) => position(`c${String(n)}`, { strategy: 'trend', closed_at: at('02:00') })),
      ],
    },
    ROWS,
  ),
};

const zombie = (
  orders: readonly object[],
  positions: readonly object[] = [closedAtFive('p'), position('q')],
) => ({ positions, orders: [...orders, entryOrder('ended')] }) as never;
const orphan = (over: object = {}) => [
  stop('p', 's', at('02:00'), { reduce_only: false, ...over }),
  stop('q', 't', at('02:00')),
];
const cancelled = (clock: string) => orphan({ status: 'cancelled', cancelled_at: at(clock) });
const waiting = limit('e', { created_at: at('07:00'), venue_at: at('07:00'), price: '90' });
const own = {
  positions: [position('q')],
  orders: [waiting, entryOrder('ended'), stop('q', 't', at('02:00'))],
};
const zombies = (reason: string, n: number) => measures('zombie_orders', n, { reason });
export const zombieOrders = {
  ttlMin: above(59, zombies('stale', 1), own),
  farPct: above(
    10,
    zombies('far', 1),
    {
      ...own,
      prices: [
        {
          exchange: 'binance',
          symbol: 'BTCUSDT',
          bucket: at('07:58'),
          at: at('07:58'),
          price: '100',
          kind: 'mark',
        },
      ],
    },
    { settings: { ttlMin: 600 } },
  ),
  graceS: above(600, measures('zombie_orders_max', 1), zombie(cancelled('05:10'))),
  lifetimeMin: above(11, finds('ZO-01'), zombie(cancelled('05:11'))),
  oversizedPct: above(1, zombies('oversized', 1), {
    positions: [position('q')],
    orders: [stop('q', 't', at('02:00'), { quantity: '1.01' }), entryOrder('ended')],
  }),
  manyLeftOver: above(11, grades('ZO-02', 'MEDIUM'), {
    positions: [position('p')],
    orders: [entryOrder('p-entry'), ...many(11, (n) => limit(`e${String(n)}`, { price: String(80 - n) }))],
  }),
};

const lost = (gross: number, more: object = {}) => ({ ...trades([{ gross }]), ...more });
const plan = {
  'stop-changes': [
    { position_id: 'P000', at: at('01:00'), kind: 'placed', new_price: '90', exchange: 'binance' },
  ],
};
const equity = (value: string) => ({
  equity: [
    {
      exchange: 'binance',
      account: '',
      currency: 'USDT',
      bucket: at('00:00'),
      at: at('00:00'),
      equity: value,
    },
  ],
});
const costly = trades(many(10, () => ({ gross: 1, fee: 2 })));
const takers = { ...costly, fills: costly.fills.map((row, n) => ({ ...row, is_maker: n % 2 === 0 })) };
const rest = many(10, (n) => ({ gross: 4.08, symbol: n % 2 === 0 ? 'ETHUSDT' : 'XRPUSDT' })) as never[];
const concentrated = trades([{ gross: 60.08 }, ...rest]);
const falling = [
  ['00:00', '1000'],
  ['02:00', '880'],
].map(([time = '', value]) => ({
  exchange: 'binance',
  account: 'futures',
  currency: 'USDT',
  bucket: at(time),
  at: at(time),
  equity: value,
}));
const priceAt = (time: string) => ({
  exchange: 'binance',
  symbol: 'BTCUSDT',
  bucket: at(time),
  at: at(time),
  price: '100',
  kind: 'mark',
});
const day = (n: number) => later('2026-10-01T00:00:00.000Z', n * 86_400_000);
export const pnl = {
  breakevenEps: upTo('0.92', measures('breakeven', 1), trades([{ gross: 1 }])),
  lossWarnPercent: above(80, finds('PN-02'), trades([{ gross: -79.92 }]), { bot: { limits: LIMITS } }),
  tradeLossOfPlan: above(2.5, finds('PN-03'), lost(-24.92, plan)),
  tradeLossAsPlanned: upTo(
    2.5,
    names('PN-03', 'position-too-large'),
    lost(-24.92, { ...plan, ...equity('300') }),
    {
      settings: { tradeLossOfPlan: 3 },
    },
  ),
  tradeLossEquityPercent: above(2.5, finds('PN-03'), lost(-24.92, equity('1000'))),
  tradeLossCriticalPercent: above(2.5, grades('PN-03', 'CRITICAL'), lost(-24.92, equity('1000')), {
    settings: { tradeLossEquityPercent: 1 },
  }),
  makerSharePercent: below(50, names('PN-01', 'taker-fees'), takers),
  aroundTransferS: above(
    60,
    finds('PN-02'),
    {
      equity: falling,
      transfers: [{ at: at('02:01'), currency: 'USDT', amount: '-1', exchange: 'binance' }],
    },
    { bot: { limits: LIMITS } },
  ),
  firstPriceS: below(300, not(measures('market_change', '<no_data>')), {
    ...trades([{ gross: 1 }]),
    prices: ['00:05', '07:59'].map(priceAt),
  }),
  concentrationPercent: above(60, finds('PN-04'), concentrated),
  minTrades: from(11, finds('PN-04'), concentrated, { settings: { concentrationPercent: 50 } }),
  minDays: from(
    30,
    (result) => result.figures.some(({ name }) => name === 'sharpe'),
    {
      equity: many(31, (n) => ({ ...equity(String(1_000 + (n % 3))).equity[0], bucket: day(n), at: day(n) })),
    },
    { kind: 'monthly', window: { from: day(0), to: day(30) } },
  ),
};
