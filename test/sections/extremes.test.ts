import { expect, test } from '@jest/globals';
import { registry } from '../../sections/index.ts';
import { pnl } from '../../sections/pnl.ts';
import { stopLoss } from '../../sections/stop-loss.ts';
import { balance, trades } from './closed-trades.ts';
import { run } from './data-integrity-support.ts';
import { at, evaluate, valueOf } from './support.ts';
import { position, stop } from './trading-rows.ts';

const EXTREME = /\b(longest|largest|worst|deepest|highest|slowest|smallest|most open)\b|, max\b/i;
/** At the end of the window, of all of it, what a policy allows, and gauges that stood still (tried in their own tests). */
const TIMELESS =
  /^(liquidation_over_stop|uptime_|stream_(uptime|fresh)_worst|heartbeat_gap_limit|snapshot_(total|unprotected|aged|zombies)\b)/;

test.each(registry.sections.map((section) => [section.id, section] as const))(
  'every extreme of %s has its time beside it',
  (_id, section) => {
    const { figures } = evaluate(section, { rows: trades([{ gross: 5 }]) });
    const keys = new Set(figures.map(({ key }) => key));
    const timeOf = (key: string): string => key.replace(/(?=\{|$)/, '_at');
    const bare = figures.filter(
      ({ key, title, unit }) =>
        unit !== 'time' && EXTREME.test(title) && !TIMELESS.test(key) && !keys.has(timeOf(key)),
    );
    expect(bare.map(({ key, title }) => `${key}: ${title}`)).toEqual([]);
  },
);

test('a streak has the close that began it, and none where there is none', () => {
  const result = evaluate(pnl, { rows: trades([5, -1, -2, 3, -1].map((gross) => ({ gross }))) });
  const whens = ['losing_streak', 'losing_streak_at', 'winning_streak', 'winning_streak_at'];
  expect(whens.map((key) => valueOf(result, key))).toEqual([2, at('01:01:30'), 1, at('01:00:30')]);
  expect(valueOf(evaluate(pnl, { rows: trades([{ gross: 5 }]) }), 'losing_streak_at')).toBe('<no_data>');
});

test('a wallet residual has the balance that first showed it, or the last one where none can be told', () => {
  const world = trades([{ gross: 5 }]);
  const edges = [balance('from', '1000'), balance('to', '904.92')];
  expect(valueOf(run({ ...world, 'balance-edges': edges }), 'wallet_residual_worst_at')).toBe(at('08:00'));
  const series = [
    balance('from', '1004.92', { at: at('03:00') }),
    balance('from', '904.92', { at: at('04:00') }),
    balance('from', '904.92', { at: at('05:00') }),
  ];
  const rows = { ...world, 'balance-edges': edges, 'balance-series': series };
  expect(valueOf(run(rows), 'wallet_residual_worst_at')).toBe(at('04:00'));
  const whole = [balance('from', '1000'), balance('to', '1004.92')];
  expect(valueOf(run({ ...world, 'balance-edges': whole }), 'wallet_residual_worst_at')).toBe('<no_data>');
});

test('the slowest response of a stop has the time at which it came', () => {
  const rows = {
    positions: [position('A'), position('B', { opened_at: at('02:00') })],
    orders: [stop('A', 'SA', at('01:00')), stop('B', 'SB', at('02:00:04'))],
  };
  const result = evaluate(stopLoss, { rows });
  expect(valueOf(result, 'stop_set', { stat: 'max' })).toBe(4500);
  expect(valueOf(result, 'stop_set_at', { stat: 'max' })).toBe('2026-11-20T02:00:04.500Z');
});
