import { describe, expect, test } from '@jest/globals';
import { at, danglingReferences, findingsOf, valueOf } from './support.ts';
import { fill, position, stop } from './trading-rows.ts';
import { EQUITY, gate, OPEN, run, severities } from './stop-loss-support.ts';

type Changes = Readonly<Record<string, unknown>>;
const closedAt = (time: string) => [position('a', { closed_at: time })];

describe('a stop that fired and was filled in part', () => {
  const hanging = (changes: Changes = {}) =>
    stop('a', 's', at('01:00'), {
      status: 'partially_filled',
      triggered_at: at('02:00'),
      filled: '0.01',
      average_price: '95',
      ...changes,
    });
  const audit = (order: Changes, positions: readonly Changes[], fills: readonly Changes[] = []) =>
    run({ rows: { positions, orders: [order], fills, equity: EQUITY } });

  test.each([
    ['hangs to the end', hanging(), OPEN, true],
    [
      'was cancelled with the position open',
      hanging({ status: 'cancelled', cancelled_at: at('03:00') }),
      OPEN,
      true,
    ],
    ['hangs until the position was closed an hour later', hanging(), closedAt(at('03:00')), false],
  ])('and %s has failed, and protects no longer', (_name, order, positions, atEnd) => {
    const result = audit(order, positions);
    expect(findingsOf(result, 'SL-04')).toMatchObject([
      { severity: 'CRITICAL', cause: { id: 'partial-fill' } },
    ]);
    expect(valueOf(result, 'stops_triggered_failed')).toBe(1);
    expect(valueOf(result, 'stops_triggered_partial')).toBe(0);
    expect(valueOf(result, 'notional', { rule: 'SL-04', exchange: 'binance', cause: 'failed' })).toBe('99');
    expect(findingsOf(result, 'SL-01').map(({ cause }) => cause.id)).toEqual(['stop-ended']);
    expect(gate(result)).toBe(atEnd);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('is seen by its fills where the order does not count them', () => {
    const fills = [
      fill('a', 'long', at('01:00')),
      fill('a', 'short', at('02:00'), { order_id: 's', quantity: '0.01', price: '95' }),
    ];
    expect(severities(audit(hanging({ filled: null }), OPEN, fills), 'SL-04')).toEqual(['CRITICAL']);
  });

  test.each([
    [
      'its rest was closed at once another way',
      hanging({ status: 'cancelled', cancelled_at: at('02:00:02') }),
      closedAt(at('02:00:02')),
    ],
    ['it fired seconds before the end', hanging({ triggered_at: at('07:59:58') }), OPEN],
  ])('is no failure when %s', (_name, order, positions) => {
    const result = audit(order, positions);
    expect(result.findings).toEqual([]);
    expect(valueOf(result, 'stops_triggered_partial')).toBe(1);
    expect(valueOf(result, 'stops_triggered_failed')).toBe(0);
  });
});

describe('a stop behind the liquidation price', () => {
  const beyond = (order: Changes, changes: Changes = {}, fills: readonly Changes[] = []) =>
    findingsOf(
      run({
        rows: {
          positions: [position('a', { liquidation_price: '96', ...changes })],
          orders: [
            stop('a', 's1', at('01:00'), order),
            stop('a', 's2', at('01:00'), { trigger_price: '97' }),
          ],
          fills,
          equity: EQUITY,
        },
      }),
      'SL-03',
    ).map(({ severity, cause }) => `${severity} ${cause.id}`);
  const CRITICAL = ['CRITICAL stop-beyond-liquidation'];
  const cancelled = (time: string) => ({ status: 'cancelled', cancelled_at: time });

  test.each([
    ['stands', {}, {}, CRITICAL],
    ['was cancelled after the window', cancelled(at('08:20')), {}, CRITICAL],
    ['stands, of a row written after the window', {}, { updated_at: at('08:30') }, []],
    [
      'ended with its position, whose row was written after the window',
      cancelled(at('03:00')),
      { closed_at: at('03:00'), updated_at: at('08:30') },
      [],
    ],
    ['was cancelled before the row with its price was written', cancelled(at('03:00')), {}, []],
    ['ended with its position in the window', cancelled(at('03:00')), { closed_at: at('03:00') }, CRITICAL],
    [
      'was cancelled before the window',
      {
        ...cancelled(at('00:30', '2026-11-19')),
        created_at: at('00:10', '2026-11-19'),
        venue_at: at('00:10', '2026-11-19'),
      },
      { opened_at: at('00:00', '2026-11-19') },
      [],
    ],
    ['lies before it', { trigger_price: '96.5' }, {}, []],
  ])('that %s', (_name, order, changes, expected) => {
    expect(beyond(order, changes)).toEqual(expected);
  });

  test('is not judged by a price that a later increase of the position has moved', () => {
    const fills = [
      fill('a', 'long', at('01:00'), { quantity: '0.5' }),
      fill('a', 'long', at('03:00'), { quantity: '0.5' }),
    ];
    expect(beyond(cancelled(at('02:00')), {}, fills)).toEqual([]);
    expect(beyond(cancelled(at('04:00')), {}, fills)).toEqual(CRITICAL);
  });

  test('gives the distance to the liquidation of a stop that ended only after the window', () => {
    const prices = [
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('07:00'), at: at('07:59'), price: '100' },
    ];
    const result = run({
      rows: {
        positions: [position('a', { liquidation_price: '90' })],
        orders: [stop('a', 's1', at('01:00'), cancelled(at('08:20')))],
        prices,
      },
    });
    expect(valueOf(result, 'liquidation_over_stop')).toBe(2);
  });
});
