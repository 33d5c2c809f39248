import { describe, expect, test } from '@jest/globals';
import { positionManagement } from '../../sections/position-management.ts';
import {
  at,
  checkOf,
  danglingReferences,
  evaluate,
  figureOf,
  findingsOf,
  valueOf,
  BOT,
  type Evidence,
} from './support.ts';
import { entryOrder, fill, later, many, position, stop } from './trading-rows.ts';

const run = (evidence: Evidence) => evaluate(positionManagement, evidence);
const limits = (changes: object): NonNullable<Evidence['bot']> => ({ limits: { ...BOT.limits, ...changes } });

describe('counts', () => {
  const rows = {
    positions: [
      position('old', { opened_at: at('20:00', '2026-11-19') }),
      position('day', { opened_at: at('01:00'), closed_at: at('02:00'), exit_price: '110' }),
      position('late', { opened_at: at('07:00'), exchange: 'bybit' }),
    ],
  };

  test('are printed per exchange and in total, from the bot rows when there are no fills', () => {
    const result = run({ rows });
    expect(valueOf(result, 'positions_opened')).toBe(2);
    expect(valueOf(result, 'positions_opened', { exchange: 'bybit' })).toBe(1);
    expect(valueOf(result, 'positions_closed')).toBe(1);
    expect(valueOf(result, 'positions_active')).toBe(2);
    expect(valueOf(result, 'positions_active_start')).toBe(1);
    expect(figureOf(result, 'positions_opened').basis).toBe('bot-reported positions');
    expect(danglingReferences(result)).toEqual([]);
  });

  test('come from fills when these add up', () => {
    const fills = [
      fill('old', 'long', at('20:00', '2026-11-19')),
      fill('day', 'long', at('01:00')),
      fill('day', 'short', at('02:00'), { price: '110' }),
      fill('late', 'long', at('07:00'), { exchange: 'bybit' }),
    ];
    const result = run({ rows: { ...rows, fills } });
    expect(figureOf(result, 'positions_opened').basis).toBe('fills');
    expect(valueOf(result, 'positions_opened')).toBe(2);
    expect(valueOf(result, 'positions_identity')).toBe(0);
    expect(checkOf(result, 'PM-ID')).toBe(1);
  });

  test('of an empty but living bot are 0 and pass', () => {
    const result = run({ rows: {}, bot: limits({ maxPositions: 10, exposure: '1000' }) });
    expect(valueOf(result, 'positions_opened')).toBe(0);
    expect(valueOf(result, 'positions_max_concurrent')).toBe(0);
    expect(checkOf(result, 'P4')).toBe(1);
    expect(checkOf(result, 'P6')).toBe(1);
    expect(result.findings).toEqual([]);
  });

  test('without positions are missing with the reason, and every check is unknown', () => {
    const result = run({ lacks: ['position'], bot: limits({ maxPositions: 10, exposure: '1000' }) });
    expect(valueOf(result, 'positions_opened')).toBe('<missing_entity>');
    expect(valueOf(result, 'gross_notional_peak', { exchange: 'binance' })).toBe('<missing_entity>');
    expect(['P4', 'P6', 'PM-ID'].map((id) => checkOf(result, id))).toEqual(['unknown', 'unknown', 'unknown']);
    expect(result.findings).toEqual([]);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('take the last update for closed rows without a closing time, and say so', () => {
    const result = run({
      rows: { positions: [position('a', { status: 'closed', updated_at: at('03:00') })] },
    });
    expect(valueOf(result, 'positions_closed')).toBe(1);
    expect(valueOf(result, 'closes_without_time')).toBe(1);
    expect(JSON.stringify(result.parts)).toContain('have no closing time');
  });

  test('leave rows out that never became a position or hold no usable number, and count the latter', () => {
    const result = run({
      rows: {
        positions: [position('f', { status: 'failed' }), position('u', { quantity: null }), position('ok')],
      },
    });
    expect(valueOf(result, 'positions_opened')).toBe(1);
    expect(valueOf(result, 'positions_unusable')).toBe(1);
  });
});

describe('most open at once', () => {
  test('counts a position replaced at one instant once', () => {
    const positions = [
      position('a', { opened_at: at('01:00'), closed_at: at('02:00') }),
      position('b', { opened_at: at('02:00'), closed_at: at('03:00') }),
    ];
    expect(valueOf(run({ rows: { positions } }), 'positions_max_concurrent')).toBe(1);
  });

  test('is swept jointly: the total is not the sum of the exchanges', () => {
    const positions = [
      position('a', { opened_at: at('01:00'), closed_at: at('02:00') }),
      position('b', { opened_at: at('03:00'), closed_at: at('04:00'), exchange: 'bybit' }),
    ];
    const result = run({ rows: { positions } });
    expect(valueOf(result, 'positions_max_concurrent')).toBe(1);
    expect(valueOf(result, 'positions_average_concurrent')).toBeCloseTo(0.25, 10);
    expect(valueOf(result, 'exposed_time')).toBeCloseTo(25, 10);
  });
});

describe('PM-01', () => {
  const positions = many(4, (i) => position(`p${String(i)}`, { opened_at: later(at('01:00'), i * 300) }));

  test.each([
    [4, undefined],
    [3, 'HIGH'],
    [2, 'CRITICAL'],
  ])('with a limit of %s is %s', (maxPositions, severity) => {
    const result = run({ rows: { positions }, bot: limits({ maxPositions }) });
    expect(findingsOf(result, 'PM-01').map((finding) => finding.severity)).toEqual(
      severity === undefined ? [] : [severity],
    );
    expect(checkOf(result, 'P4')).toBe(severity === undefined ? 1 : 0);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('names the race when entries came together, and takes the limit of the bot when none is configured', () => {
    const result = run({ rows: { positions, limits: [{ name: 'max_positions', value: '3' }] } });
    const [finding] = findingsOf(result, 'PM-01');
    expect(finding?.cause.id).toBe('entry-race');
    expect(finding?.cause.confidence).toBe('LIKELY');
  });

  test('without any limit stays silent and the check is unknown', () => {
    const result = run({ rows: { positions } });
    expect(result.findings).toEqual([]);
    expect(checkOf(result, 'P4')).toBe('unknown');
  });
});

describe('P6', () => {
  const rows = {
    positions: [position('a'), position('b', { side: 'short', exchange: 'bybit', opened_at: at('02:00') })],
    prices: [
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('03:00'), at: at('03:00'), price: '200' },
      { exchange: 'bybit', symbol: 'BTCUSDT', bucket: at('03:00'), at: at('03:00'), price: '150' },
    ],
    equity: [
      { exchange: 'binance', currency: 'USDT', bucket: at('00:00'), at: at('00:00'), equity: '100' },
      { exchange: 'bybit', currency: 'USDT', bucket: at('00:00'), at: at('00:00'), equity: '150' },
    ],
  };

  test('values what is held at market prices', () => {
    const result = run({ rows });
    expect(valueOf(result, 'gross_notional_peak')).toBe('350');
    expect(valueOf(result, 'net_notional_peak')).toBe('100');
    expect(valueOf(result, 'leverage_peak', { exchange: 'binance' })).toBe(2);
    expect(valueOf(result, 'leverage_peak')).toBeCloseTo(1.4, 10);
  });

  test.each([
    ['1000', 1],
    ['350', 0.5],
    ['349', 0],
  ])('with an exposure limit of %s scores %s', (exposure, r) => {
    expect(checkOf(run({ rows, bot: limits({ exposure }) }), 'P6')).toBeCloseTo(r, 10);
  });

  test('is unknown when leverage is limited and no balance is known', () => {
    const result = run({ rows: { ...rows, equity: [] }, bot: limits({ leverage: 3 }) });
    expect(checkOf(result, 'P6')).toBe('unknown');
    expect(checkOf(run({ rows }), 'P6')).toBe('unknown');
  });
});

describe('PM-02', () => {
  const ids = many(20, (i) => `p${String(i)}`);
  const positions = ids.map((id) => position(id, { closed_at: at('02:00') }));
  const fills = ids.flatMap((id) => [fill(id, 'long', at('01:00')), fill(id, 'short', at('02:00'))]);

  test('fires for a closed row without its exit fill, names the cause, and the count still follows the row', () => {
    const result = run({
      rows: { positions, fills: fills.filter(({ id }) => !String(id).startsWith('p3-short')) },
    });
    const [finding, ...rest] = findingsOf(result, 'PM-02');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ venue: 'binance', severity: 'HIGH', frequency: 1 });
    expect(finding?.cause).toMatchObject({ id: 'missing-exit-fills', confidence: 'LIKELY' });
    expect(valueOf(result, 'positions_identity', { exchange: 'binance' })).toBe(1);
    expect(valueOf(result, 'positions_closed')).toBe(20);
    expect(figureOf(result, 'positions_closed').basis).toBe('fills, some from position rows');
    expect(checkOf(result, 'PM-ID')).toBe(0);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('fires for fills that belong to no position', () => {
    const stray = fill('nobody', 'long', at('05:00'), {
      position_id: null,
      order_id: 'x',
      symbol: 'ETHUSDT',
    });
    const [finding] = findingsOf(run({ rows: { positions, fills: [...fills, stray] } }), 'PM-02');
    expect(finding?.cause.id).toBe('external-trades');
  });

  test('does not fire when row and fill differ by milliseconds across the edge of the window', () => {
    const edge = position('edge', { opened_at: at('01:00'), closed_at: at('08:00:00.200') });
    const exit = fill('edge', 'short', at('07:59:59.900'));
    const result = run({
      rows: { positions: [...positions, edge], fills: [...fills, fill('edge', 'long', at('01:00')), exit] },
    });
    expect(valueOf(result, 'positions_identity')).toBe(0);
    expect(result.findings).toEqual([]);
  });

  test('is single_source when fills hold entries but no exits', () => {
    const result = run({ rows: { positions, fills: fills.filter(({ side }) => side === 'long') } });
    expect(valueOf(result, 'positions_identity')).toBe('<single_source>');
    expect(figureOf(result, 'positions_identity').detail).toContain('fills hold entries but no exits');
    expect(checkOf(result, 'PM-ID')).toBe('unknown');
    expect(result.findings).toEqual([]);
  });
});

describe('PM-03', () => {
  const orders = (failed: number, n: number, changes: object = {}) => [
    ...many(failed, (i) =>
      entryOrder(`r${String(i)}`, {
        status: 'rejected',
        filled: '0',
        reject_code: '-2019',
        reject_reason: 'Margin is insufficient',
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

  test('is silent when the mapping never says when a position was evaluated', () => {
    const rows = { positions: [open(60)] };
    expect(findingsOf(run({ rows, lacks: ['position.last_evaluated_at'] }), 'PM-04')).toEqual([]);
    expect(findingsOf(run({ rows: { positions: [position('a')] } }), 'PM-04')).toEqual([]);
  });
});

describe('PM-05 and exit reasons', () => {
  const closes = (unknown: number, n: number, reason: string | null) =>
    many(n, (i) =>
      position(`p${String(i)}`, { closed_at: at('02:00'), exit_reason: i < unknown ? reason : 'STOP_LOSS' }),
    );

  test.each([
    ['1 of 20 is the limit', 1, 20, null, undefined],
    ['2 of 20 without a word', 2, 20, null, 'unknown'],
    ['positions found gone', 3, 20, 'PHANTOM_CLEANUP', 'found-gone'],
    ['all without a word', 20, 20, null, 'reason-not-written'],
    ['9 closes are too few', 9, 9, null, undefined],
  ])('%s', (_name, unknown, n, reason, cause) => {
    const result = run({ rows: { positions: closes(unknown, n, reason) } });
    expect(findingsOf(result, 'PM-05').map((finding) => finding.cause.id)).toEqual(
      cause === undefined ? [] : [cause],
    );
    expect(danglingReferences(result)).toEqual([]);
  });

  test('reads the many spellings of one reason, and keeps words that it does not know', () => {
    const reasons = [
      'STOP_LOSS',
      'sl',
      'Trailing Stop',
      'tp_hit',
      'aged_out',
      'reverse signal',
      'Liquidation',
      'ADL',
      'manual',
      'moon phase',
    ];
    const positions = reasons.map((exit_reason, i) =>
      position(String(i), { closed_at: at('02:00'), exit_reason }),
    );
    const result = run({ rows: { positions } });
    const printed = result.figures
      .filter(({ name }) => name === 'exits')
      .map(({ labels, value }) => [labels['reason'], value]);
    expect(Object.fromEntries(printed)).toEqual({
      stop: 2,
      trailing: 1,
      'take profit': 1,
      timeout: 1,
      signal: 1,
      liquidation: 1,
      adl: 1,
      manual: 1,
      'moon phase': 1,
    });
  });

  test('a thousand different reasons stay a short table', () => {
    const positions = many(1000, (i) =>
      position(String(i), { closed_at: at('02:00'), exit_reason: `because ${String(i)}` }),
    );
    const result = run({ rows: { positions } });
    expect(result.datasets.find(({ id }) => id === 'position-management.exits')?.rows).toHaveLength(13);
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
      title: 'Open positions as monitored',
      gaps: [{ from: at('01:00'), to: at('01:18') }],
    });
    const line = result.series.find(({ id }) => id === 'positions.snapshot.binance');
    expect(line?.points.filter(({ value }) => value === null)).toEqual([{ at: at('01:00'), value: null }]);
    expect(valueOf(result, 'positions_snapshots')).toBe(462);
  });
});
