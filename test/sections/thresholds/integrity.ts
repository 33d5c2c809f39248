import { at, WINDOW } from '../support.ts';
import { balance, trades } from '../closed-trades.ts';
import { entryOrder, fill, many, position } from '../trading-rows.ts';
import { above, finds, from, grades, measures, names, says, scores, upTo, type Sides } from './sides.ts';

const gate =
  (id: string, failed: boolean | null): Sides['tells'] =>
  ({ gates }) =>
    gates.some((one) => one.id === id && one.failed === failed);

/** Rows of ten positions beside their fills, with numbers of the row changed. */
const held = (row: object) => ({
  positions: many(10, (n) => position(`p${String(n)}`, { ...row })),
  fills: many(10, (n) => fill(`p${String(n)}`, 'long', at('01:00'))),
});
const world = trades([{ gross: 5 }, { gross: -3 }]);
const edges = (end: string) => ({ ...world, 'balance-edges': [balance('from', '1000'), balance('to', end)] });
const state = {
  exchange: 'binance',
  account: '',
  at: WINDOW.to,
  is_spot: false,
  has_positions: false,
  has_orders: false,
  has_stops: false,
  has_fills: false,
  has_balances: true,
  has_funding: false,
  has_ledger: false,
};
const balances = (there: string) => ({
  'exchange-states': [state],
  'balance-edges': [
    {
      edge: 'to',
      exchange: 'binance',
      account: 'futures',
      currency: 'USDT',
      at: WINDOW.to,
      total: '10000',
      unrealized_pnl: '50',
      equity: '10050',
    },
  ],
  'exchange-balances': [{ exchange: 'binance', account: '', currency: 'USDT', total: there, wallet: null }],
});
/** One stored result of ten is off by so much; each is 2 net of costs. */
const stored = (off: number, n = 10) => {
  const all = trades(many(n, () => ({ gross: 2.08 })));
  return {
    ...all,
    positions: all.positions.map((row, index) =>
      index === 0 ? { ...row, realized_pnl: String(2 + off) } : row,
    ),
  };
};
/** Thirty fills of one rate, of which one is 50 times as large; the rates of eight differ by 4 %. */
const fees = (spread: boolean) => {
  const { positions, fills } = trades(many(15, () => ({ gross: 0.001 })));
  return {
    positions,
    fills: fills.map((row, n) => ({
      ...row,
      price: '100',
      fee: n === 7 ? '2' : spread && n % 3 === 0 ? '0.0416' : '0.04',
    })),
  };
};
const snapshot = (clock: string, total: number) => ({
  at: at(clock),
  slot: at(clock),
  total,
  by_exchange: null,
});
const four = {
  positions: many(4, (n) => position(`P${String(n)}`)),
  fills: many(4, (n) => fill(`P${String(n)}`, 'long', at('01:00'))),
};
const lagging = {
  positions: [...four.positions.slice(0, 3), position('P3', { opened_at: at('07:59:10') })],
  fills: [...four.fills.slice(0, 3), fill('P3', 'long', at('07:58:40'))],
  snapshots: [snapshot('07:59', 3)],
};
const ids = {
  'position-ids': [
    { prefix: 'P-', inside: 97, before: 120, missing_inside: 3, missing_before: 0, first_missing: '00017' },
  ],
};
const told = (later_s: number) => ({
  'told-by-event': [{ what: 'opening', exchange: 'binance', rows: 100, said: 100, named: 100, later_s }],
});
const zeros = {
  positions: many(10, (n) => position(`Z${String(n)}`, { closed_at: at('02:00'), realized_pnl: '0' })),
};

const deleting = (clock: string, deletes: number) => ({
  at: at(clock),
  tables: { reset: 'r', tables: { t: [9, 9, 2_000, 0, deletes, 0, 0] } },
});
const counters = (clock: string, scanned: number) => ({
  at: at(clock),
  tables: { reset: 'r', tables: { t: [1, 1, 1, 1, 1, 1, scanned] } },
});

export const dataIntegrity = {
  rowQuantityTolerancePct: above(0.5, finds('PM-06'), held({ quantity: '1.005' })),
  rowPriceTolerancePct: above(0.5, finds('PM-06'), held({ entry_price: '100.5' })),
  rowPriceFarPct: above(3, grades('PM-06', 'HIGH'), held({ entry_price: '103' })),
  limitFarTimes: above(3, finds('DQ-06'), {
    positions: [position('p')],
    orders: [entryOrder('p-entry', { position_id: 'p', type: 'limit', price: '300', side: 'long' })],
    fills: [fill('p', 'long', at('01:00'))],
  }),
  priceFarTimes: above(7, finds('DQ-06'), {
    positions: many(5, (n) => position(`p${String(n)}`, { current_price: n === 0 ? '700' : '100' })),
    fills: many(5, (n) => fill(`p${String(n)}`, 'long', at('01:00'))),
  }),
  residualMoney: above('0.310000000', finds('DI-05'), edges('1001.53')),
  equityTolerancePct: above(0.1, finds('DI-09'), balances('10060.05')),
  exactMoney: upTo('0.000100000', names('DI-05', 'transfer-missing'), {
    ...edges('1001.8401'),
    transfers: [{ at: at('05:00'), currency: 'USDT', amount: '25', exchange: 'binance' }],
  }),
  residualRedPercent: above(0.1, grades('DI-05', 'HIGH'), edges('1000.84')),
  residualCriticalPercent: above(0.1, grades('DI-05', 'CRITICAL'), edges('1000.84')),
  agreementMoney: above('0.500000000', finds('DQ-04'), stored(0.5)),
  agreementPercent: above(25, finds('DQ-04'), stored(0.5)),
  storedOffPercent: above(5, finds('DQ-04'), stored(0.5, 20)),
  storedBadPercent: from(10, scores('DI13', 0), stored(0.5)),
  feeMinFills: from(30, measures('fees_differ', 1), fees(false)),
  feeSpreadPercent: upTo(4, measures('fees_differ', 1), fees(true), { settings: { agreementPercent: 10 } }),
  closingSnapshotS: upTo(120, gate('b', true), { ...four, snapshots: [snapshot('07:58', 5)] }),
  closingSnapshots: from(2, gate('b', true), {
    ...four,
    snapshots: [snapshot('05:58', 5), snapshot('05:59', 5)],
  }),
  rowLagS: upTo(30, gate('b', false), lagging),
  idHolesRows: from(120, gate('f', null), ids),
  idHolesMin: from(3, gate('f', null), ids),
  idHolesPercent: from(3, gate('f', null), ids),
  toldEarlyS: above(40, names('DQ-06', 'elsewhere-clock-behind'), told(-40)),
  toldLateS: above(200, names('DQ-06', 'elsewhere-written-late'), told(200)),
  scannedRows: above(500, says('pg_stat_user_indexes'), {
    'table-counters': [counters('00:00', 0), counters('04:00', 500)],
  }),
  appendedRows: from(2_000, scores('DI9', 0), {
    'table-counters': [deleting('00:00', 0), deleting('04:00', 1)],
  }),
  minTrades: from(10, finds('DQ-04'), zeros, {
    lacks: ['fill', 'funding', 'position.exit_price', 'position.fees'],
  }),
};
