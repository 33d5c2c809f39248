import { describe, expect, test } from '@jest/globals';
import { at, danglingReferences, figureOf, findingsOf, valueOf } from './support.ts';
import { entryOrder, later, many, position, stop } from './trading-rows.ts';
import { run } from './position-management-support.ts';

describe('PM-03', () => {
  const orders = (failed: number, n: number, changes: object = {}) => [
    ...many(failed, (i) =>
      entryOrder(`r${String(i)}`, {
        status: 'rejected',
        filled: '0',
        reject_code: '-2019',
        reject_reason: 'Margin is insufficient',
        reject_class: 'balance',
        ...changes,
      }),
    ),
    ...many(n - failed, (i) => entryOrder(`f${String(i)}`)),
  ];

  test.each([
    ['1 of 20 is the limit', 1, 20, []],
    ['2 of 20', 2, 20, ['MEDIUM']],
    ['7 of 20', 7, 20, ['HIGH']],
    ['5 of 19 are too few orders', 5, 19, []],
  ])('%s', (_name, failed, n, severities) => {
    const result = run({ rows: { orders: orders(failed, n) } });
    expect(findingsOf(result, 'PM-03').map(({ severity }) => severity)).toEqual(severities);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('prints k of n with the Wilson interval and confirms the dominant reject code', () => {
    const result = run({ rows: { orders: orders(3, 22) } });
    expect(figureOf(result, 'entry_failures')).toMatchObject({ n: 22 });
    expect(figureOf(result, 'entry_failures').interval?.map((x) => Math.round(x * 10) / 10)).toEqual([
      4.7, 33.3,
    ]);
    const [finding] = findingsOf(result, 'PM-03');
    expect(finding?.cause).toMatchObject({ id: 'rejected-2019', confidence: 'CONFIRMED' });
    expect(JSON.stringify(finding?.recommendation)).toContain('margin');
  });

  test.each([
    ['rate', 'Slot taken by another strategy', 'Back off'],
    [null, 'Slot taken by another strategy', 'Look the answer up'],
    ['unknown', 'too many requests', 'Look the answer up'],
    ['filter', null, 'Round price and quantity'],
    ['auth', null, 'Look the answer up'],
  ])('advises by the class %s, whatever the text', (reject_class, reject_reason, advice) => {
    const rows = { orders: orders(3, 22, { reject_class, reject_reason, reject_code: null }) };
    const [finding] = findingsOf(run({ rows }), 'PM-03');
    expect(JSON.stringify(finding?.recommendation)).toContain(advice);
  });

  test('counts neither timeouts by design nor cancelled orders with a fill', () => {
    const byDesign = orders(5, 20, {
      status: 'cancelled',
      reject_code: null,
      reject_reason: 'entry timeout',
    });
    expect(findingsOf(run({ rows: { orders: byDesign } }), 'PM-03')).toEqual([]);
    const partly = orders(5, 20, { status: 'cancelled', filled: '0.4' });
    expect(valueOf(run({ rows: { orders: partly } }), 'entry_orders_failed')).toBe(0);
  });

  test('without role and reduce_only cannot tell entries', () => {
    const result = run({
      rows: { orders: orders(9, 20, { role: null }) },
      lacks: ['order.role', 'order.reduce_only'],
    });
    expect(valueOf(result, 'entry_failures')).toBe('<missing_column>');
    expect(result.findings).toEqual([]);
  });
});

describe('PM-04', () => {
  const open = (minutes: number, changes: object = {}) =>
    position('a', { last_evaluated_at: later(at('08:00'), -minutes * 60_000), ...changes });
  const protectedBy = [stop('a', 's', at('01:00'))];

  test.each([
    ['15 minutes are accepted', open(15), protectedBy, []],
    ['longer with a stop', open(16), protectedBy, ['HIGH']],
    [
      'longer without a stop',
      open(16),
      [stop('a', 's', at('01:00'), { status: 'cancelled', cancelled_at: at('02:00') })],
      ['CRITICAL'],
    ],
    [
      'closed positions need none',
      position('a', { closed_at: at('02:00'), last_evaluated_at: at('01:30') }),
      protectedBy,
      [],
    ],
  ])('%s', (_name, row, orders, severities) => {
    const result = run({ rows: { positions: [row], orders } });
    expect(findingsOf(result, 'PM-04').map(({ severity }) => severity)).toEqual(severities);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('tells a stopped worker from a dropped position', () => {
    const fresh = position('b', { last_evaluated_at: at('07:59') });
    expect(findingsOf(run({ rows: { positions: [open(20)] } }), 'PM-04')[0]?.cause.id).toBe('worker-stopped');
    expect(findingsOf(run({ rows: { positions: [open(20), fresh] } }), 'PM-04')[0]?.cause.id).toBe(
      'position-dropped',
    );
  });

  test('tells an exchange that nothing evaluates any more from a position that was dropped there', () => {
    const elsewhere = position('b', { exchange: 'bybit', last_evaluated_at: at('07:59') });
    const [finding] = findingsOf(run({ rows: { positions: [open(20), elsewhere] } }), 'PM-04');
    expect([finding?.cause.id, finding?.cause.confidence]).toEqual(['exchange-stopped', 'LIKELY']);
    expect(JSON.stringify(finding?.cause.text)).toContain('Binance');
  });

  test.each([
    ['by stop orders', open(20), protectedBy, 'in place'],
    [
      'by the price of the row alone, says so',
      open(20, { stop_loss_price: '95' }),
      [],
      'in place, by stop price in the position rows',
    ],
    ['by nothing', open(20), [], 'unknown'],
  ])('whether a stop stood at the end, %s', (_name, row, orders, says) => {
    const result = run({ rows: { positions: [row], orders, 'stop-changes': [] } });
    const table = result.datasets.find(({ id }) => id.startsWith('position-management.abandoned'));
    expect(table?.rows.map((cells) => cells.at(-1))).toEqual([says]);
  });

  test('is silent when the mapping never says when a position was evaluated', () => {
    const rows = { positions: [open(60)] };
    expect(findingsOf(run({ rows, lacks: ['position.last_evaluated_at'] }), 'PM-04')).toEqual([]);
    expect(findingsOf(run({ rows: { positions: [position('a')] } }), 'PM-04')).toEqual([]);
  });
});

describe('PM-05 and exit reasons', () => {
  const close = (id: string, exit_reason: string | null, exit_kind: string | null) =>
    position(id, { closed_at: at('02:00'), exit_reason, exit_kind });
  const closes = (unknown: number, n: number, reason: string | null, kind: string | null) =>
    many(n, (i) =>
      i < unknown ? close(`p${String(i)}`, reason, kind) : close(`p${String(i)}`, 'sl', 'stop'),
    );

  test.each([
    ['1 of 20 is the limit', 1, 20, null, null, undefined],
    ['2 of 20 without a word', 2, 20, null, null, 'unknown'],
    ['positions found gone', 3, 20, 'PHANTOM_CLEANUP', 'cleanup', 'found-gone'],
    ['words that nothing reads', 3, 20, 'moon phase', null, 'reason-not-read'],
    ['words outside of the kinds', 3, 20, 'moon phase', 'unknown', 'reason-not-read'],
    ['all without a word', 20, 20, null, null, 'reason-not-written'],
    ['9 closes are too few', 9, 9, null, null, undefined],
  ])('%s', (_name, unknown, n, reason, kind, cause) => {
    const result = run({ rows: { positions: closes(unknown, n, reason, kind) } });
    expect(findingsOf(result, 'PM-05').map((finding) => finding.cause.id)).toEqual(
      cause === undefined ? [] : [cause],
    );
    expect(danglingReferences(result)).toEqual([]);
  });

  test('what nothing reads is named with its count and what to do', () => {
    const [finding] = findingsOf(run({ rows: { positions: closes(3, 20, 'moon phase', null) } }), 'PM-05');
    expect(JSON.stringify(finding?.cause.text)).toContain(
      'nothing reads moon phase (3): production-audit mapping check --bot demo',
    );
  });

  test('a close counts by its kind, whatever its word; the table has the bot’s own words', () => {
    const positions = [
      close('1', 'PHANTOM_AGED', 'cleanup'),
      close('2', 'PHANTOM_AGED', 'cleanup'),
      close('3', null, null),
      close('4', 'take_profit', null),
      close('5', 'STOP_LOSS', 'stop'),
      close('6', 'sl', 'stop'),
      close('7', 'tp', 'target'),
      close('8', 'liquidation_check', 'emergency'),
    ];
    const table = run({ rows: { positions } }).datasets.find(({ id }) => id === 'position-management.exits');
    expect(table?.rows.map(([reason, word, count]) => [reason, word, count])).toEqual([
      ['unknown', 'PHANTOM_AGED (2), empty (1), take_profit (1)', 4],
      ['stop', 'STOP_LOSS (1), sl (1)', 2],
      ['emergency', 'liquidation_check (1)', 1],
      ['take profit', 'tp (1)', 1],
    ]);
  });
});

describe('charts', () => {
  const snapshot = (time: string) => ({
    at: time,
    slot: time,
    total: 3,
    by_exchange: { binance: 2, bybit: 1 },
  });

  test('draw unseen minutes as a gap', () => {
    const snapshots = many(480, (i) => snapshot(later(at('00:00'), i * 60_000))).filter(
      (_, i) => i < 60 || i >= 78,
    );
    const result = run({ rows: { snapshots } });
    const chart = result.parts
      .flatMap(({ blocks }) => blocks)
      .filter((block) => block.type === 'chart')
      .at(-1);
    expect(chart).toMatchObject({
      title: 'Open positions',
      gaps: [{ from: at('01:00'), to: at('01:18') }],
    });
    const line = result.series.find(({ id }) => id === 'positions.snapshot.total');
    expect(line?.points.filter(({ value }) => value === null)).toEqual([{ at: at('01:00'), value: null }]);
    expect(valueOf(result, 'positions_snapshots')).toBe(462);
  });

  const DIFFER = 'positions_snapshots_differ';
  test.each<[string, readonly (readonly [time: string, total: number])[], number, string]>([
    [
      'agree',
      [
        ['01:00', 1],
        ['03:00', 2],
        ['05:00', 1],
      ],
      0,
      '',
    ],
    [
      'see a change within an interval',
      [
        ['02:01', 1],
        ['04:30:30', 2],
      ],
      0,
      '',
    ],
    [
      'see one more for a while',
      [
        ['01:00', 1],
        ['02:30', 3],
        ['03:00', 3],
      ],
      2,
      '02:30',
    ],
    [
      'see none of them',
      [
        ['00:30', 0],
        ['03:00', 2],
      ],
      1,
      '00:30',
    ],
  ])('of snapshots that %s', (_name, seen, differ, when) => {
    const positions = [
      position('A', { opened_at: at('00:00') }),
      position('B', { opened_at: at('02:00:30'), closed_at: at('04:29:40') }),
    ];
    const snapshots = seen.map(([time, total]) => ({ ...snapshot(at(time)), total }));
    const result = run({ rows: { positions, snapshots } });
    const values = result.figures.filter(({ name }) => name.startsWith(DIFFER)).map(({ value }) => value);
    expect(values).toEqual(differ === 0 ? [] : [differ, at(when)]);
  });
});

test('copies of an entry order do not thin out the failures', () => {
  const failed = many(2, (i) => entryOrder(`r${String(i)}`, { status: 'rejected', filled: '0' }));
  const filled = many(18, (i) => entryOrder(`f${String(i)}`, { exchange_order_id: `v${String(i)}` }));
  const copies = filled.map((order) => ({ ...order, id: `${String(order['id'])}-copy` }));
  const result = run({ rows: { orders: [...failed, ...filled, ...copies] } });
  expect(valueOf(result, 'entry_orders')).toBe(20);
  expect(findingsOf(result, 'PM-03').map(({ severity }) => severity)).toEqual(['MEDIUM']);
});
