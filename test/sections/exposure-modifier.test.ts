import { describe, expect, test } from '@jest/globals';
import { money } from '../../audit/decimal.ts';
import { exposureOf } from '../../sections/shared/vocabulary/exposure-modifier.ts';
import { positionManagement } from '../../sections/position-management.ts';
import { stopLoss } from '../../sections/stop-loss.ts';
import { at, BOT, danglingReferences, evaluate, figureOf, findingsOf, type Evidence } from './support.ts';
import { later, many, position, stop } from './trading-rows.ts';

/** An equity that stands all window long; null: none is known. */
const equity = (value: string | null) =>
  value === null
    ? []
    : many(16, (n) => {
        const time = later(at('00:00'), n * 1_800_000);
        return { exchange: 'binance', currency: 'USDT', bucket: time, at: time, equity: value };
      });

const severityOf = (section: typeof stopLoss, rule: string, evidence: Evidence) => {
  const result = evaluate(section, evidence);
  expect(danglingReferences(result)).toEqual([]);
  return findingsOf(result, rule).map(({ severity }) => severity);
};

describe('the exposure E = notional x minutes / (equity x 60)', () => {
  test('is one for the whole equity over an hour, and unknown without equity', () => {
    expect(exposureOf(money('60000'), money('1000'))).toBe(1);
    expect(exposureOf(money('60000'), null)).toBeNull();
    expect(exposureOf(money('60000'), money('0'))).toBeNull();
    expect(exposureOf(money('60000'), money('-5'))).toBeNull();
  });

  // Half of a position of 100 is bare from 01:00 to 08:00: 50 x 420 min.
  test.each([
    ['349', ['CRITICAL']],
    ['351', ['HIGH']],
    ['34900', ['HIGH']],
    ['35100', ['MEDIUM']],
    [null, ['HIGH']],
  ])('SL-03 with an equity of %s is %s', (value, severities) => {
    const rows = {
      positions: [position('a')],
      orders: [stop('a', 's', at('01:00'), { quantity: '0.5' })],
      equity: equity(value),
    };
    expect(severityOf(stopLoss, 'SL-03', { rows })).toEqual(severities);
  });

  test('SL-03 counts all of the time that a part was bare, not only the worst of it', () => {
    const rows = {
      positions: [position('a')],
      orders: [
        stop('a', 's1', at('01:00'), { quantity: '0.5', status: 'cancelled', cancelled_at: at('07:59') }),
        stop('a', 's2', at('07:59'), { quantity: '0.1' }),
      ],
      equity: equity('350'),
    };
    const result = evaluate(stopLoss, { rows });
    const { value } = figureOf(result, 'exposure', {
      rule: 'SL-03',
      exchange: 'binance',
      cause: 'stop-too-small',
    });
    expect(Number(value)).toBeGreaterThan(0.99);
  });

  test.each([
    ['a stop on the wrong side', { trigger_price: '101' }],
    ['a stop that can open a position', { reduce_only: false }],
  ])('%s stays CRITICAL however small the exposure', (_name, over) => {
    const rows = {
      positions: [position('a')],
      orders: [stop('a', 's', at('01:00'), over)],
      equity: equity('999999999'),
    };
    expect(severityOf(stopLoss, 'SL-03', { rows })).toEqual(['CRITICAL']);
  });

  // 100 for 16 minutes.
  test.each([
    ['26', true, ['CRITICAL']],
    ['1000', true, ['HIGH']],
    ['100000', true, ['MEDIUM']],
    ['100000', false, ['HIGH']],
    [null, true, ['HIGH']],
  ])('PM-04 with an equity of %s and stops seen: %s', (value, seen, severities) => {
    const rows = {
      positions: [position('a', { last_evaluated_at: at('07:44'), stop_loss_price: '95' })],
      orders: seen ? [stop('a', 's', at('01:00'))] : { value: null, reason: 'source_failed' as const },
      equity: equity(value),
    };
    const lacks = seen ? [] : ['position.stop_loss_price', 'position.has_stop_loss', 'stop_change'];
    expect(severityOf(positionManagement, 'PM-04', { rows, lacks })).toEqual(severities);
  });

  // One position too many, of 100, for seven hours.
  test.each([
    ['700', ['CRITICAL']],
    ['701', ['HIGH']],
    ['999999999', ['HIGH']],
    [null, ['HIGH']],
  ])('PM-01 with an equity of %s: a limit that was exceeded is never lowered', (value, severities) => {
    const rows = {
      positions: [...many(2, (n) => position(`a${String(n)}`, { opened_at: at('00:30') })), position('b')],
      equity: equity(value),
    };
    const bot = { limits: { ...BOT.limits, maxPositions: 2 } };
    expect(severityOf(positionManagement, 'PM-01', { rows, bot })).toEqual(severities);
  });

  test.each([
    ['100000', ['MEDIUM']],
    ['0.01', ['HIGH']],
  ])(
    'SL-05 with an equity of %s: a short gap is graded by its length and only raised',
    (value, severities) => {
      const rows = {
        positions: [position('a')],
        orders: [
          stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: at('02:00') }),
          stop('a', 's2', at('02:00'), { trigger_price: '96', venue_at: at('02:00:00.9') }),
        ],
        equity: equity(value),
      };
      expect(severityOf(stopLoss, 'SL-05', { rows })).toEqual(severities);
    },
  );
});
