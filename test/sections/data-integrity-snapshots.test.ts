import { describe, expect, test } from '@jest/globals';
import { at, valueOf } from './support.ts';
import { run } from './data-integrity-support.ts';
import { fill, many, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const venueOf = (index: number): string => (index < 3 ? 'binance' : 'bybit');
/** Three positions on Binance and one on Bybit, open at the end. */
const positions = many(4, (n) => position(`P${String(n)}`, { exchange: venueOf(n) }));
const fills = many(4, (n) => fill(`P${String(n)}`, 'long', at('01:00'), { exchange: venueOf(n) }));
const snapshot = (time: string, split: Row | null, total = 4): Row => ({
  at: at(time),
  slot: at(time),
  total,
  by_exchange: split,
});
const RIGHT = { binance: 3, bybit: 1 };

function gateB(snapshots: readonly Row[], rows: { positions?: readonly Row[]; fills?: readonly Row[] } = {}) {
  const result = run({ positions, fills, snapshots, ...rows });
  return { result, gate: result.gates.find(({ id }) => id === 'b') };
}

describe('gate (b) positions and snapshots at the end', () => {
  test.each<[string, readonly Row[], boolean]>([
    ['both agree', [snapshot('07:58', RIGHT), snapshot('07:59', RIGHT)], false],
    [
      'the closing snapshot alone differs',
      [snapshot('07:58', RIGHT), snapshot('07:59', { binance: 7, bybit: 1 }, 8)],
      true,
    ],
    [
      'one snapshot before the last differs',
      [snapshot('07:58', { binance: 7, bybit: 1 }, 8), snapshot('07:59', RIGHT)],
      false,
    ],
    [
      'the last one differs and is not the closing one',
      [snapshot('05:58', RIGHT), snapshot('05:59', null, 8)],
      false,
    ],
    [
      'the last two differ and none is the closing one',
      [snapshot('05:58', null, 8), snapshot('05:59', null, 8)],
      true,
    ],
    [
      'two exchanges are taken for each other',
      [snapshot('07:58', { binance: 1, bybit: 3 }), snapshot('07:59', { binance: 1, bybit: 3 })],
      true,
    ],
    ['the split leaves out an exchange that has positions', [snapshot('07:59', { binance: 4 })], true],
    ['an exchange that nobody else names', [snapshot('07:59', { binance_um: 3, bybit: 1 })], false],
    ['a split that is not whole', [snapshot('07:59', { binance: 3 })], false],
    ['no split', [snapshot('07:59', null)], false],
    ['an empty split', [snapshot('07:59', {})], false],
  ])('%s', (_name, snapshots, failed) => {
    expect(gateB(snapshots).gate?.failed).toBe(failed);
  });

  test('the exchange stands in the figures and the sentence', () => {
    const { result, gate } = gateB([snapshot('07:59', { binance: 1, bybit: 3 })]);
    expect(valueOf(result, 'snapshot_positions_at_end', { exchange: 'binance' })).toBe(1);
    expect(valueOf(result, 'positions_at_last_snapshot', { exchange: 'binance' })).toBe(3);
    expect(JSON.stringify(gate?.text)).toContain('on Binance');
  });

  test('a row some seconds behind its fill explains the difference of a moment', () => {
    const late = { opened_at: at('07:59:10') };
    const rows = {
      positions: [...positions.slice(0, 3), position('P3', { exchange: 'bybit', ...late })],
      fills: [...fills.slice(0, 3), fill('P3', 'long', at('07:58:40'), { exchange: 'bybit' })],
    };
    expect(gateB([snapshot('07:59', { binance: 3, bybit: 0 }, 3)], rows).gate?.failed).toBe(false);
    expect(gateB([snapshot('07:59', { binance: 2, bybit: 0 }, 2)], rows).gate?.failed).toBe(true);
  });

  test('rows that name no exchange are compared in total only', () => {
    const nameless = {
      positions: many(4, (n) => position(`P${String(n)}`, { exchange: null })),
      fills: many(4, (n) => fill(`P${String(n)}`, 'long', at('01:00'), { exchange: null })),
    };
    expect(gateB([snapshot('07:59', RIGHT)], nameless).gate?.failed).toBe(false);
    expect(gateB([snapshot('07:59', { binance: 9 }, 9)], nameless).gate?.failed).toBe(true);
  });
});
