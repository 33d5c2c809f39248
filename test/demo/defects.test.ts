import { expect, test } from '@jest/globals';
import { DEFECTS } from '../../local/demo/defects/index.ts';
import { DEFAULT_PLAN, injectDefects, NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { demoData } from '../../local/demo/fill.ts';
import { newestBoundary } from '../../local/demo/shifts.ts';
import { createWorld } from '../../local/demo/world.ts';
import { EDGES, moneyRows, NOW, walletResidual } from './support.ts';

/** The rules of this version; a rule without a defect is never tested against the truth. */
const RULES = [
  'PM-01',
  'PM-02',
  'PM-03',
  'PM-04',
  'PM-05',
  'PM-06',
  'SL-01',
  'SL-02',
  'SL-03',
  'SL-04',
  'SL-05',
  'TS-01',
  'TS-02',
  'TS-03',
  'TS-04',
  'AL-01',
  'WS-01',
  'WS-02',
  'WS-03',
  'WS-04',
  'WS-05',
  'AG-01',
  'AG-02',
  'ZO-01',
  'ZO-02',
  'ZO-03',
  'DI-01',
  'DI-02',
  'DI-03',
  'DI-04',
  'DI-05',
  'DI-08',
  'DI-09',
  'DI-10',
  'PN-01',
  'PN-02',
  'PN-03',
  'PN-04',
  'CQ-01',
  'CQ-02',
  // Of an execution, and of an order.
  'CQ-02',
  'CF-01',
  'CF-02',
  'HC-03',
  'RC-01',
  'RC-02',
  'OP-01',
  'OP-02',
  'OP-03',
  'OP-04',
  'OP-05',
  'OP-08',
  'OP-07',
  'TL-01',
  'TL-02',
  'CE-01',
  'CE-02',
  'CE-03',
  'HC-02',
  'MC-01',
  'MC-02',
  'MC-03',
  'NA-01',
  'NA-03',
  'NA-05',
  'DQ-01',
  'DQ-02',
  'DQ-03',
  'DQ-04',
  'DQ-05',
  'DQ-06',
  'AP-01',
  'AP-02',
  'AP-03',
  'AP-04',
  'AP-05',
];

/** The defects that change what is traded; the others leave the money alone and can be looked at together. */
const TRADING = [
  'concurrency-over-limit',
  'stop-slippage',
  'aged-losing-position',
  'funding-drag',
  'fees-eat-profit',
  'daily-loss-limit',
  'single-trade-loss',
  'concentrated-result',
  'dead-hour',
  'liquidation',
];

test('there is exactly one defect for each rule, or for each of its conditions', () => {
  const own = DEFECTS.flatMap(({ causes }) => causes.map(({ rule }) => rule));
  expect(own.toSorted()).toEqual(RULES.toSorted());
  expect(new Set(DEFECTS.map(({ name }) => name)).size).toBe(DEFECTS.length);
});

test('the demo shows six defects in the newest shift and a cleaner past', () => {
  expect([DEFAULT_PLAN.oldest.length, DEFAULT_PLAN.middle.length, DEFAULT_PLAN.newest.length]).toEqual([
    1, 1, 6,
  ]);
  expect(demoData(NOW).snapshots).toHaveLength(1_440 - 18);
});

test('the demo repeats one defect on the same symbols, so that its history has a recurring finding', () => {
  const hit = injectDefects(createWorld(newestBoundary(NOW)), DEFAULT_PLAN);
  const before = hit.get('middle/naked-stop-updates') ?? [];
  expect(hit.get('newest/naked-stop-updates')?.filter((symbol) => before.includes(symbol))).not.toEqual([]);
});

test('a name that no defect has is refused with the names that there are', () => {
  expect(() => demoData(NOW, { ...NO_DEFECTS, newest: ['no-such'] })).toThrow(
    'no defect no-such; there are concurrency-over-limit,',
  );
});

test.each(TRADING)('%s leaves every wallet explained to the cent', (name) => {
  const rows = moneyRows({ ...NO_DEFECTS, newest: [name] });
  for (const exchange of ['binance', 'bybit']) {
    expect(walletResidual(rows, exchange, EDGES[0], EDGES[2]).toFixed()).toBe('0');
    expect(walletResidual(rows, exchange, EDGES[2], EDGES[3]).toFixed()).toBe('0');
  }
});

test('all other defects together leave one wallet short, by what was taken from it', () => {
  const others = DEFECTS.map(({ name }) => name).filter((name) => !TRADING.includes(name));
  const rows = moneyRows({ ...NO_DEFECTS, middle: others });
  const residuals = ['binance', 'bybit'].map((exchange) =>
    EDGES.slice(1).map((to, index) => walletResidual(rows, exchange, EDGES[index] ?? to, to).toFixed()),
  );
  expect(residuals).toEqual([
    ['0', '0', '0'],
    ['0', '-0.31', '0'],
  ]);
});
