import { describe, expect, test } from '@jest/globals';
import { at, checkOf, findingsOf, valueOf, type Evidence } from './support.ts';
import { entryOrder, later, position, stop } from './trading-rows.ts';
import { type Row, run, closedAtFive, limit, found, said } from './zombie-orders-rows.ts';

describe('ZO-01', () => {
  const left = (over: Row = {}): Row => stop('p', 's', at('02:00'), { reduce_only: false, ...over });

  test.each<[string, Row, unknown]>([
    ['at the end', {}, [['HIGH', 'binance', 1]]],
    ['for ten minutes', { status: 'cancelled', cancelled_at: at('05:10') }, []],
    ['for longer', { status: 'cancelled', cancelled_at: at('05:10:01') }, [['HIGH', 'binance', 1]]],
    ['closing all of its position', { close_on_trigger: true }, []],
    ['of which nothing says whether it reduces', { reduce_only: null }, []],
  ])('an orphan %s', (_name, over, expected) => {
    const result = run({
      positions: [closedAtFive('p'), position('q')],
      orders: [left(over), stop('q', 't', at('02:00'))],
    });
    expect(said(result, 'ZO-01')).toEqual(expected);
  });

  test('says since when, what it is worth and what left it behind', () => {
    const [finding] = findingsOf(
      run({ positions: [closedAtFive('p')], orders: [left(), entryOrder('ended')] }),
      'ZO-01',
    );
    expect(finding?.occurrences).toEqual([{ subject: 'BTCUSDT', at: at('05:00'), until: at('08:00') }]);
    expect([finding?.cause.id, finding?.cause.confidence]).toEqual(['exit-left-sibling', 'LIKELY']);
    const result = run({ positions: [closedAtFive('p')], orders: [left(), entryOrder('ended')] });
    expect([valueOf(result, 'zombie_notional'), valueOf(result, 'zombie_age_max')]).toEqual(['95', 180]);
    expect([checkOf(result, 'ZO1'), checkOf(result, 'ZO1-risk')]).toEqual([0, 0]);
  });

  test('is CRITICAL where it would pass the limit of exposure alone', () => {
    const limits = { maxPositions: null, dailyLoss: null, perTradeLoss: null, leverage: null, maxAgeH: null };
    const of = (exposure: string) =>
      run(
        { positions: [closedAtFive('p')], orders: [left(), entryOrder('ended')] },
        { bot: { limits: { ...limits, exposure } } },
      );
    expect(['94', '95'].map((exposure) => findingsOf(of(exposure), 'ZO-01')[0]?.severity)).toEqual([
      'CRITICAL',
      'HIGH',
    ]);
  });
});

describe('ZO-02', () => {
  const many = (n: number, over: Row = {}) =>
    run({
      positions: [position('p')],
      orders: [
        entryOrder('p-entry'),
        ...Array.from({ length: n }, (_, index) =>
          limit(`e${String(index)}`, { price: String(80 - index), ...over }),
        ),
      ],
    });
  test('ten left-over orders are LOW, more are MEDIUM', () => {
    expect([said(many(10), 'ZO-02'), said(many(11), 'ZO-02')]).toEqual([
      [['LOW', 'binance', 10]],
      [['MEDIUM', 'binance', 11]],
    ]);
    expect(findingsOf(many(2), 'ZO-02')[0]?.cause.id).toBe('no-time-to-live');
  });

  test('an orphan of which nothing says whether it reduces is MEDIUM, and the risk unknown', () => {
    const orders = [stop('p', 's', at('02:00'), { reduce_only: null }), entryOrder('ended')];
    const result = run({ positions: [closedAtFive('p')], orders });
    expect(said(result, 'ZO-02')).toEqual([['MEDIUM', 'binance', 1]]);
    expect([checkOf(result, 'ZO1'), checkOf(result, 'ZO1-risk')]).toEqual([0.5, 'unknown']);
  });

  test('a stop that reduces more than is held is made smaller, never cancelled', () => {
    const orders = [stop('p', 's', at('02:00'), { quantity: '2', reduce_only: true }), entryOrder('ended')];
    const [finding] = findingsOf(run({ positions: [position('p')], orders }), 'ZO-02');
    expect(JSON.stringify(finding?.recommendation)).toMatch(
      /^\["Make the orders of BTCUSDT on Binance as large as what is held/,
    );
  });
});

describe('ZO-03', () => {
  const orders = [stop('p', 's', at('02:00')), entryOrder('ended')];
  const positions = [closedAtFive('p')];
  const cancelled = (order: string | null, time: string): Row =>
    found(order ?? '', time, { kind: 'zombie_cancelled', order_id: order });

  test('what was found and not cancelled is told once, HIGH when found again', () => {
    const once = run({ positions, orders, events: [], 'zombie-events': [found('s', '05:30')] });
    expect([said(once, 'ZO-03'), said(once, 'ZO-02')]).toEqual([[['MEDIUM', 'binance', 1]], []]);
    const message = '-2011 Unknown order sent.';
    const again = run({
      positions,
      orders,
      'zombie-events': ['05:30', '06:00'].map((time) => found('s', time, { message })),
    });
    expect(said(again, 'ZO-03')).toEqual([['HIGH', 'binance', 1]]);
    expect(findingsOf(again, 'ZO-03')[0]?.cause.id).toBe('wrong-endpoint');
  });

  test('success and time count each order once; one found in the last moment is not judged', () => {
    const events = [
      found('a', '05:00'),
      found('b', '05:00'),
      cancelled('a', '05:00:30'),
      found('c', '07:59:30'),
    ];
    const result = run({ positions, orders, 'zombie-events': events });
    expect([
      valueOf(result, 'zombies_found'),
      valueOf(result, 'zombies_cancelled'),
      valueOf(result, 'zombie_cleanup_success'),
      valueOf(result, 'zombie_cancel_time'),
    ]).toEqual([2, 1, 50, 30]);
  });

  test('a cancelled row counts as a cancellation, and so does an event that names no order', () => {
    const gone = stop('p', 's', at('02:00'), { status: 'cancelled', cancelled_at: at('05:31') });
    expect(said(run({ positions, orders: [gone], 'zombie-events': [found('s', '05:30')] }), 'ZO-03')).toEqual(
      [],
    );
    const unnamed = [found('', '05:30', { order_id: null }), cancelled(null, '05:31')];
    expect(said(run({ positions, orders: [gone], 'zombie-events': unnamed }), 'ZO-03')).toEqual([]);
  });

  test('a bot that never recorded one is not said to have found none', () => {
    expect(valueOf(run({ positions, orders }), 'zombies_found')).toBe('<no_data>');
    expect(valueOf(run({ positions, orders }, { lacks: ['event'] }), 'zombies_found')).toBe(
      '<missing_entity>',
    );
  });
});

describe('what cannot be seen is unknown', () => {
  const closed = [closedAtFive('p'), closedAtFive('q')];
  test.each<[string, Evidence['rows'], string[], string]>([
    ['no orders in the mapping', { positions: closed }, ['order'], '<missing_entity>'],
    ['no positions in the mapping', { orders: [entryOrder('ended')] }, ['position'], '<missing_entity>'],
    ['trades without a stored order', { positions: closed }, [], '<inadequate_basis>'],
    [
      'orders that never end',
      { positions: closed, orders: [stop('p', 's', at('02:00'))] },
      [],
      '<inadequate_basis>',
    ],
  ])('%s', (_name, rows, lacks, expected) => {
    const result = run(rows, { lacks, kind: 'as given' });
    expect(valueOf(result, 'zombie_orders')).toBe(expected);
    expect([checkOf(result, 'ZO1'), checkOf(result, 'ZO1-risk'), result.findings]).toEqual([
      'unknown',
      'unknown',
      [],
    ]);
  });

  test('an order that ended after the window was open at its end, whatever its status is now', () => {
    const after = '2026-11-20T09:00:00.000Z';
    const orders = [
      stop('p', 's', at('02:00'), { status: 'cancelled', cancelled_at: after, updated_at: after }),
    ];
    const result = run({ positions: [position('p')], orders });
    expect([
      valueOf(result, 'open_orders_at_end'),
      checkOf(result, 'ZO1'),
      checkOf(result, 'ZO1-risk'),
    ]).toEqual([1, 1, 1]);
    // Without the time of its end it may have ended before.
    const vague = orders.map((row) => ({ ...row, cancelled_at: null }));
    expect(checkOf(run({ positions: [position('p')], orders: vague }), 'ZO1')).toBe('unknown');
  });

  test.each<[string, Row]>([
    ['a state that no normal form knows', { status: 'unknown' }],
    ['no answer, where the bot writes answers down', { venue_at: null }],
  ])('an order of %s may be one', (_name, over) => {
    const orders = [stop('p', 's', at('02:00')), stop('gone', 't', at('02:00'), over)];
    const result = run({ positions: [position('p'), closedAtFive('gone')], orders });
    expect([valueOf(result, 'zombie_orders'), valueOf(result, 'orders_of_unknown_state')]).toEqual([0, 1]);
    expect(checkOf(result, 'ZO1')).toBe('unknown');
  });

  test('the most at once is counted with those that are gone', () => {
    const orders = [
      stop('p', 's', at('02:00'), { status: 'cancelled', cancelled_at: at('06:00') }),
      stop('q', 't', at('02:00'), { status: 'cancelled', cancelled_at: later(at('06:00'), 5) }),
    ];
    const result = run({
      positions: [closedAtFive('p'), closedAtFive('q', { closed_at: at('05:30') })],
      orders,
    });
    expect([valueOf(result, 'zombie_orders'), valueOf(result, 'zombie_orders_max')]).toEqual([0, 2]);
    expect(valueOf(result, 'zombie_orders_max_at')).toBe(at('05:30'));
  });
});
