import { describe, expect, test } from '@jest/globals';
import { datasetsOf } from '../../audit/assemble.ts';
import { trades } from './closed-trades.ts';
import { run } from './pnl-support.ts';
import { at, figureOf, valueOf } from './support.ts';
import { fill, position } from './trading-rows.ts';

describe('fee rate', () => {
  /** A short of 1 from 100 down to 90: 190 were traded, for 0.08. */
  const short = {
    positions: [position('S', { side: 'short', closed_at: at('02:00'), realized_pnl: '9.92' })],
    fills: [
      fill('S', 'short', at('01:00'), { order_id: 'S-entry' }),
      fill('S', 'long', at('02:00'), { order_id: 'S-exit', price: '90' }),
    ],
  };

  test('a short that earned was bought back for less than it was sold', () => {
    expect(valueOf(run(short), 'fee_rate')).toBeCloseTo((10_000 * 0.08) / 190, 9);
    expect(valueOf(run(trades([{ gross: 10 }])), 'fee_rate')).toBeCloseTo((10_000 * 0.08) / 210, 9);
  });

  test('what was added after a part was closed is traded too', () => {
    const fills = [
      fill('A', 'long', at('01:00')),
      fill('A', 'short', at('01:10'), { quantity: '0.5', order_id: 'A-x1' }),
      fill('A', 'long', at('01:20'), { quantity: '0.5', order_id: 'A-e2' }),
      fill('A', 'short', at('02:00'), { order_id: 'A-exit' }),
    ];
    const positions = [position('A', { closed_at: at('02:00') })];
    expect(valueOf(run({ positions, fills }), 'fee_rate')).toBeCloseTo((10_000 * 0.16) / 300, 9);
  });

  test('rows alone: the exit price of the row', () => {
    const [row] = short.positions;
    const rows = [{ ...row, exit_price: '90', fees: '0.08', funding: '0' }];
    expect(valueOf(run({ positions: rows }, { lacks: ['fill', 'funding'] }), 'fee_rate')).toBeCloseTo(
      (10_000 * 0.08) / 190,
      9,
    );
  });
});

test('a percent or time of money has no currency, and the table of all figures says its own unit', () => {
  const result = run(trades([{ gross: -5 }]));
  for (const name of ['drawdown_equity_at', 'drawdown_equity_percent', 'daily_loss_used'])
    expect(figureOf(result, name).currency).toBeUndefined();
  const figure = figureOf(result, 'worst_day_loss');
  const units = (['percent', 'time', 'money', 'money_min'] as const).map((unit) => {
    const [all] = datasetsOf([{ ...result, datasets: [], figures: [{ ...figure, unit }] }]);
    return all?.rows[0]?.[6];
  });
  expect(units).toEqual(['percent', 'time', 'USDT', 'USDT min']);
});
