import { expect } from '@jest/globals';
import { trailingStop } from '../../sections/trailing-stop.ts';
import type { HistoryWindow } from '../../audit/evidence.ts';
import { at, danglingReferences, evaluate, WINDOW, type Evidence } from './support.ts';
import { many, position } from './trading-rows.ts';

export type Row = Readonly<Record<string, unknown>>;
export const BYBIT = { exchange: 'bybit' };
export const held = (id: string, more: Row = {}): Row =>
  position(id, {
    exchange: 'binance',
    symbol: 'BTCUSDT',
    side: 'long',
    quantity: '1',
    entry_price: '100',
    opened_at: at('00:30'),
    has_trailing_stop: true,
    trailing_activated: true,
    ...more,
  });
export const update = (clock: string, from: string | null, to: string | null, more: Row = {}): Row => ({
  position_id: 'A',
  at: at(clock),
  old_stop: from,
  new_stop: to,
  skipped: false,
  ...more,
});
/** Updates every so many seconds, each one price step nearer, from 01:00 on. */
export const rising = (count: number, everyS: number, step = 0.1, more: Row = {}): readonly Row[] =>
  many(count, (n) => ({
    ...update('01:00', (90 + n * step).toFixed(2), (90 + (n + 1) * step).toFixed(2), more),
    at: new Date(Date.parse(at('01:00')) + n * everyS * 1000).toISOString(),
  }));
export const TICK = [
  { exchange: 'binance', symbol: 'BTCUSDT', contract: 'linear', contract_size: '1', price_tick: '0.1' },
];

export function run(rows: Evidence['rows'], more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(trailingStop, {
    lacks: ['fill', 'funding'],
    ...more,
    rows: { positions: [held('A', { closed_at: at('02:00') })], instruments: TICK, ...rows },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
export const symbols = (result: ReturnType<typeof run>) =>
  result.datasets.find(({ id }) => id === 'trailing-stop.symbols')?.rows ?? [];

/** Reports of the windows just before, newest first, each with these figures. */
export const reportsBefore = (figures: readonly HistoryWindow['figures'][]): readonly HistoryWindow[] => {
  const lengthMs = Date.parse(WINDOW.to) - Date.parse(WINDOW.from);
  const edge = (back: number): string => new Date(Date.parse(WINDOW.from) - back * lengthMs).toISOString();
  return figures.map((own, index) => ({
    ...{ verdict: 'PASS', overall: 9, reportHash: 'h', findings: [], figures: own },
    window: { from: edge(index + 1), to: edge(index) },
  }));
};
/** Twenty moves of which each took so long. */
export const timed = (ms: number, count = 20): readonly Row[] =>
  rising(count, 20).map((row) => ({ ...row, duration_ms: String(ms) }));
