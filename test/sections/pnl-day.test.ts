import { describe, expect, test } from '@jest/globals';
import { dayEquityQuery, dayPositionsQuery } from '../../sections/pnl/queries-day.ts';
import { at, checkOf, figureOf, findingsOf, valueOf } from './support.ts';
import { later } from './trading-rows.ts';
import { trades, type Row } from './closed-trades.ts';
import { LIMITS, run } from './pnl-support.ts';

/** A shift that begins in the middle of a UTC day. */
const window = { from: at('08:00'), to: at('16:00') };
const bot = { limits: LIMITS };

/** Rows of `trades` moved by hours; they begin at 01:00. */
function moved(list: Parameters<typeof trades>[0], hours: number, prefix: string) {
  const { positions, fills } = trades(list);
  const shift = (row: Row): Row =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => {
        if (typeof value !== 'string') return [key, value];
        if (key === 'at' || key.endsWith('_at')) return [key, later(value, hours * 3_600_000)];
        return [key, /^P\d/.test(value) ? `${prefix}${value}` : value];
      }),
    );
  return { positions: positions.map(shift), fills: fills.map(shift) };
}

const equity = (points: readonly (readonly [string, number])[]): Row[] =>
  points.map(([time, value]) => ({
    exchange: 'binance',
    account: 'futures',
    currency: 'USDT',
    bucket: at(time),
    at: at(time),
    equity: String(value),
  }));

describe('the loss of a UTC day is that of the whole day until the end of the window', () => {
  const now = moved([{ gross: -60 }, { gross: 1 }], 8, 'W');
  const before = (gross: number) => {
    const { positions, fills } = moved([{ gross }], 2, 'E');
    return { 'day-positions': positions, 'day-fills': fills };
  };

  test('what was lost before the window counts', () => {
    const alone = run(now, { window, bot });
    expect([valueOf(alone, 'worst_day_loss'), checkOf(alone, 'PN8')]).toEqual(['60.08', 1]);
    const result = run({ ...now, ...before(-60) }, { window, bot });
    expect([valueOf(result, 'worst_day_loss'), checkOf(result, 'PN8')]).toEqual(['120.16', 0]);
    expect(findingsOf(result, 'PN-02')[0]).toMatchObject({ severity: 'CRITICAL', frequency: 2 });
  });

  test('what was earned before the window counts too', () => {
    expect(valueOf(run({ ...now, ...before(50) }, { window, bot }), 'worst_day_loss')).toBe('10.16');
  });

  test('the deepest moment may lie before the window, and going on after it is said', () => {
    const result = run({ ...moved([{ gross: 80 }], 8, 'W'), ...before(-110) }, { window, bot });
    expect([valueOf(result, 'worst_day_loss'), findingsOf(result, 'PN-02')[0]?.severity]).toEqual([
      '110.08',
      'CRITICAL',
    ]);
  });

  test('a position that the window closes is not counted a second time', () => {
    const same = { 'day-positions': now.positions, 'day-fills': now.fills };
    expect(valueOf(run({ ...now, ...same }, { window, bot }), 'worst_day_loss')).toBe('60.08');
  });

  test('a day that cannot be read makes the use unknown', () => {
    const result = run(
      { ...now, 'day-positions': { value: null, reason: 'truncated', detail: 'more than 100,000 rows' } },
      { window, bot },
    );
    expect([checkOf(result, 'PN8'), valueOf(result, 'daily_loss_used')]).toEqual(['unknown', '<truncated>']);
  });

  test('the questions for it end where the window begins', () => {
    for (const { sql } of [dayPositionsQuery, dayEquityQuery]) {
      expect(sql).toContain("date_trunc('day', :from::timestamptz, 'UTC')");
      expect(sql).not.toContain(':to');
    }
  });
});

describe('equity marked to market is held against the limit', () => {
  const world = trades([{ gross: -20 }]);
  const falling = equity([
    ['00:00', 1000],
    ['02:00', 1010],
    ['04:00', 890],
    ['06:00', 1000],
  ]);

  test('the larger of both losses counts, and the figure says which', () => {
    const result = run({ ...world, equity: falling }, { bot });
    expect([valueOf(result, 'worst_day_loss'), valueOf(result, 'worst_day_fall')]).toEqual(['20.08', '120']);
    expect(figureOf(result, 'daily_loss_used')).toMatchObject({
      value: 120,
      basis: 'equity of the balances, without transfers',
    });
    expect(findingsOf(result, 'PN-02')[0]).toMatchObject({
      severity: 'HIGH',
      atStake: 'worst_day_fall',
      cause: { id: 'limit-on-realised' },
    });
    expect(checkOf(result, 'PN8')).toBe(0);
  });

  test('closed positions that lost more than equity fell', () => {
    const result = run({ ...trades([{ gross: -80 }]), equity: equity([['00:00', 1000]]) }, { bot });
    expect(figureOf(result, 'daily_loss_used')).toMatchObject({ basis: 'fills' });
    expect(valueOf(result, 'daily_loss_used')).toBeCloseTo(80.08, 6);
  });

  test('a withdrawal is no loss, even where the balance shows it before its entry', () => {
    const out = [{ at: at('03:00:20'), currency: 'USDT', amount: '-500', exchange: 'binance' }];
    const list = equity([
      ['00:00', 1000],
      ['03:00', 500],
      ['05:00', 505],
    ]);
    expect(valueOf(run({ ...world, equity: list, transfers: out }, { bot }), 'worst_day_fall')).toBe('0');
    const lacking = run({ ...world, equity: list }, { bot, lacks: ['transfer'] });
    expect([checkOf(lacking, 'PN8'), findingsOf(lacking, 'PN-02')]).toEqual(['unknown', []]);
    const small = run({ ...world, equity: equity([['00:00', 1000]]) }, { bot, lacks: ['transfer'] });
    expect(checkOf(small, 'PN8')).toBe(1);
  });

  test('each day has a peak of its own, and the day began before the window', () => {
    const shift = run(
      {
        ...moved([{ gross: -20 }], 8, 'W'),
        'day-equity': equity([['01:00', 1000]]),
        equity: equity([
          ['08:00', 950],
          ['09:00', 915],
        ]),
      },
      { window, bot },
    );
    expect(valueOf(shift, 'worst_day_fall')).toBe('85');
    const days = run(
      {
        ...world,
        equity: [
          ...equity([
            ['00:00', 1000],
            ['23:59', 940],
          ]),
          ...equity([['00:00', 935]]).map((row) => ({ ...row, at: at('00:01', '2026-11-21') })),
        ],
      },
      { window: { from: at('00:00'), to: at('00:00', '2026-11-22') }, bot },
    );
    expect(valueOf(days, 'worst_day_fall')).toBe('60');
  });
});
