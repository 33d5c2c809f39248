import { describe, expect, test } from '@jest/globals';
import { websocketHealth } from '../../sections/websocket-health.ts';
import { missing } from '../../audit/value.ts';
import { at, checkOf, danglingReferences, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';
import { position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const event = (clock: string, kind: string, more: Row = {}): Row => ({
  at: at(clock),
  exchange: 'binance',
  stream: 'user-data',
  role: 'orders',
  kind,
  ...more,
});
const before = (kind: string, more: Row = {}): Row => ({
  ...event('00:00', kind, more),
  at: at('23:00', '2026-11-19'),
  ...more,
});
const OPEN = [before('connect')];
const loss = (from: string, to: string, more: Row = {}): Row[] => [
  event(from, 'disconnect', more),
  event(to, 'reconnect', more),
];

function run(events: readonly Row[], rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(websocketHealth, {
    ...more,
    rows: { 'stream-states': OPEN, 'stream-events': events, ...rows },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const binance = { exchange: 'binance' };
const streams = (result: ReturnType<typeof run>) =>
  result.datasets.find(({ id }) => id === 'websocket-health.streams')?.rows;

describe('uptime', () => {
  test('is what the events leave of the window, and the longest loss is told with its time', () => {
    const result = run([...loss('01:00', '01:02'), ...loss('05:00', '05:00:30')]);
    expect(valueOf(result, 'stream_uptime', binance)).toBeCloseTo(100 * (1 - 150 / 28_800), 9);
    expect(valueOf(result, 'stream_reconnect_time')).toBe(75);
    expect(valueOf(result, 'stream_longest_loss')).toBe(120);
    expect(valueOf(result, 'stream_longest_loss_at')).toBe(at('01:00'));
    expect(
      ['stream_connections', 'stream_disconnections', 'stream_reconnects', 'stream_failures'].map((name) =>
        valueOf(result, name),
      ),
    ).toEqual([2, 2, 2, 0]);
  });

  test('a stream that was lost before the window and is not back is lost for all of it, and longer', () => {
    const result = run([], {
      'stream-states': [...OPEN, before('disconnect', { at: at('23:59', '2026-11-19') })],
    });
    expect(valueOf(result, 'stream_uptime')).toBe(0);
    expect(valueOf(result, 'stream_longest_loss')).toBe(8 * 3600 + 60);
    expect(valueOf(result, 'streams_lost_at_end')).toBe(1);
    expect(valueOf(result, 'stream_reconnect_time')).toBe('<no_data>');
    expect([checkOf(result, 'WS5'), checkOf(result, 'WS7')]).toEqual([0, 0]);
    expect(JSON.stringify(result.parts)).toContain('≥');
  });

  test.each<[string, readonly Row[], string | number, number]>([
    ['a loss says that it was open before', loss('04:00', '04:48'), 90, 0],
    [
      'so does a reconnect that says how long it was lost',
      [event('04:48', 'reconnect', { downtime_ms: '2880000' })],
      90,
      0,
    ],
    ['so does a stream that is stale', [event('04:00', 'stale'), event('04:01', 'subscribe')], 100, 0],
    ['a connect says nothing of the time before', [event('02:00', 'connect')], '<inadequate_basis>', 7200],
    ['nor does a reconnect without its loss', [event('02:00', 'reconnect')], '<inadequate_basis>', 7200],
    ['an attempt in vain says nothing', [event('02:00', 'error')], '<inadequate_basis>', 28_800],
  ])('without an event before the window: %s', (_name, events, uptime, unknownS) => {
    const result = run(events, { 'stream-states': [] });
    expect(valueOf(result, 'stream_uptime')).toBe(uptime);
    expect(streams(result)?.[0]?.[6]).toBe(unknownS);
  });

  test('a second loss of a lost stream counts once in time, a planned one is told apart', () => {
    const result = run([
      event('01:00', 'disconnect', { planned: true }),
      event('01:01', 'disconnect'),
      event('01:02', 'reconnect'),
    ]);
    expect(valueOf(result, 'stream_disconnections')).toBe(2);
    expect(valueOf(result, 'stream_disconnections_planned')).toBe(1);
    expect(valueOf(result, 'stream_longest_loss')).toBe(120);
  });

  test('two streams of one name at two exchanges are two; the worst stands beside the total', () => {
    const result = run(loss('01:00', '01:48', { exchange: 'bybit' }), {
      'stream-states': [...OPEN, before('connect', { exchange: 'bybit' })],
    });
    expect([valueOf(result, 'stream_uptime'), valueOf(result, 'stream_uptime_worst')]).toEqual([95, 90]);
    expect(valueOf(result, 'stream_uptime_worst', binance)).toBe(100);
  });

  test('of one moment the loss comes before the way back', () => {
    const result = run([event('01:00', 'reconnect'), event('01:00', 'disconnect')]);
    expect(valueOf(result, 'stream_uptime')).toBe(100);
    expect(valueOf(result, 'streams_lost_at_end')).toBe(0);
  });
});

describe('what cannot be seen', () => {
  test.each<[string, Omit<Evidence, 'rows'>, Evidence['rows'], string]>([
    ['a mapping without streams', { lacks: ['stream_event'] }, {}, 'not_applicable'],
    [
      'a table that never had a row',
      {},
      { 'stream-events': missing('no_data'), 'stream-states': missing('no_data') },
      'not_applicable',
    ],
    ['a table that cannot be read', {}, { 'stream-events': missing('source_failed', 'denied') }, 'unknown'],
    ['no event in the window and the week before', {}, { 'stream-states': [] }, 'unknown'],
  ])('%s has no numbers, one line and no score', (_name, more, rows, state) => {
    const result = run([], rows, more);
    expect(valueOf(result, 'stream_uptime')).toMatch(/^</);
    expect([checkOf(result, 'WS5'), checkOf(result, 'WS7')]).toEqual([state, state]);
    expect(result.findings).toEqual([]);
    expect(result.rules.judged).toBe(0);
    expect(result.parts.map(({ title }) => title)).toEqual(['Connection statistics', 'Findings']);
  });

  test('a mapping that says of no stream what it carries: what was sent meanwhile is not known', () => {
    const result = run(loss('01:00', '01:02', { role: null }), {
      'stream-states': [before('connect', { role: null })],
    });
    expect(valueOf(result, 'entries_blind')).toBe('<inadequate_basis>');
    expect(result.rules.unjudged.map(({ id }) => id)).toEqual(['WS-04']);
  });
});

describe('WS-01 low uptime', () => {
  const prices = { role: 'prices' };
  test.each<[string, readonly Row[], readonly string[]]>([
    ['99 % is enough', loss('01:00', '01:04:48', prices), []],
    ['a second less is not', loss('01:00', '01:04:49', prices), ['MEDIUM']],
    ['97 % is MEDIUM', loss('01:00', '01:14:24', prices), ['MEDIUM']],
    ['a second less is HIGH', loss('01:00', '01:14:25', prices), ['HIGH']],
    ['a stream of orders is HIGH at once', loss('01:00', '01:04:49'), ['HIGH']],
  ])('%s', (_name, events, severities) => {
    const found = findingsOf(run(events, { 'stream-states': [before('connect', { role: null })] }), 'WS-01');
    expect(found.map(({ severity }) => severity)).toEqual(severities);
    if (found[0])
      expect(found[0]).toMatchObject({
        venue: 'binance',
        frequency: 1,
        firstSeen: at('01:00'),
        occurrences: [{ subject: 'user-data' }],
      });
  });

  test('the unknown time accuses nobody, a loss of its own does', () => {
    expect(findingsOf(run([event('02:00', 'connect')], { 'stream-states': [] }), 'WS-01')).toEqual([]);
    const events = [event('02:00', 'connect'), ...loss('03:00', '03:10')];
    expect(findingsOf(run(events, { 'stream-states': [] }), 'WS-01')).toHaveLength(1);
  });

  const other = { exchange: 'bybit', stream: 'public' };
  test.each<[string, readonly Row[], string]>([
    ['both exchanges', [...loss('01:00', '01:10'), ...loss('01:00:20', '01:00:40', other)], 'own-network'],
    [
      'all streams of the exchange',
      [...loss('01:00', '01:10'), ...loss('01:00:30', '01:01', { stream: 'prices' })],
      'exchange-down',
    ],
    [
      'one stream',
      [...loss('01:00', '01:10'), ...loss('01:00:31', '01:01', { stream: 'prices' })],
      'one-stream',
    ],
    ['planned', loss('01:00', '01:10', { planned: true }), 'planned'],
  ])('%s lost together names the cause', (_name, events, cause) => {
    const states = [...OPEN, before('connect', other), before('connect', { stream: 'prices' })];
    expect(findingsOf(run(events, { 'stream-states': states }), 'WS-01')[0]?.cause.id).toBe(cause);
  });
});

describe('WS-02 silent stream', () => {
  const silent = (seconds: string, more: Row = {}): Row[] => [
    event('01:00:00', 'stale', more),
    event(`01:0${seconds}`, 'subscribe', more),
  ];
  const prices = { role: 'prices', stream: 'market' };
  test.each<[string, readonly Row[], readonly string[]]>([
    ['prices, five seconds', silent('0:05', prices), []],
    ['prices, longer', silent('0:05.001', prices), ['HIGH']],
    ['orders, a minute', silent('1:00'), []],
    ['orders, longer, with a position', silent('1:00.001'), ['CRITICAL']],
    ['nobody says what it carries, a minute', silent('1:00', { role: null, stream: 'x' }), []],
    ['nobody says what it carries, longer', silent('1:00.001', { role: null, stream: 'x' }), ['HIGH']],
    [
      'silent already when it is called stale',
      [event('01:00', 'stale', { ...prices, downtime_ms: '6000' })],
      ['HIGH'],
    ],
    ['nobody recorded how long', [event('01:00', 'stale')], ['HIGH']],
    [
      'it was lost, and no silence',
      [event('00:59', 'disconnect'), event('01:00', 'stale'), event('01:01', 'reconnect')],
      [],
    ],
  ])('%s', (_name, events, severities) => {
    const held = position('P', { exchange: 'binance', opened_at: at('00:30') });
    const found = findingsOf(run(events, { positions: [held] }), 'WS-02');
    expect(found.map(({ severity }) => severity)).toEqual(severities);
  });

  test('a stream of orders that is silent while nothing is held is HIGH', () => {
    expect(findingsOf(run(silent('1:00.001')), 'WS-02')[0]?.severity).toBe('HIGH');
  });

  test('an hour after it was opened its key expired', () => {
    const events = [event('01:00', 'reconnect'), event('02:00', 'stale'), event('02:05', 'subscribe')];
    expect(findingsOf(run(events), 'WS-02')[0]?.cause.id).toBe('key-expired');
  });
});

describe('WS-04 traded blind', () => {
  const order = (clock: string, more: Row = {}): Row => ({
    id: `o-${clock}`,
    exchange: 'binance',
    symbol: 'BTCUSDT',
    role: 'entry',
    created_at: at(clock),
    status: 'filled',
    ...more,
  });
  test.each<[string, Row, number]>([
    ['while the stream was lost', order('01:01'), 1],
    ['on its way when it was lost', order('01:00:05'), 0],
    ['a moment later', order('01:00:05.001'), 1],
    ['when it was back', order('01:02'), 0],
    ['an exit', order('01:01', { role: 'exit' }), 0],
    ['at another exchange', order('01:01', { exchange: 'bybit' }), 0],
  ])('an order %s', (_name, sent, findings) => {
    const result = run(loss('01:00', '01:02'), { orders: [sent] });
    expect(findingsOf(result, 'WS-04')).toHaveLength(findings);
    expect(valueOf(result, 'entries_blind')).toBe(findings);
    if (findings > 0)
      expect(findingsOf(result, 'WS-04')[0]).toMatchObject({
        severity: 'HIGH',
        frequency: 1,
        firstSeen: at('01:00'),
        lastSeen: at('01:02'),
      });
  });

  test.each<[string, string, string]>([
    ['after an attempt in vain the bot knew', '01:01:30', 'no-gate'],
    ['before the first one it may not have', '01:00:30', 'noticed-late'],
  ])('%s that the stream was lost', (_name, sent, cause) => {
    const events = [event('01:00', 'disconnect'), event('01:01', 'error'), event('01:02', 'reconnect')];
    expect(findingsOf(run(events, { orders: [order(sent)] }), 'WS-04')[0]?.cause.id).toBe(cause);
  });

  test('a second stream of orders that is open sees it', () => {
    const result = run(loss('01:00', '01:02'), {
      'stream-states': [...OPEN, before('connect', { stream: 'user-data-2' })],
      orders: [order('01:01')],
    });
    expect(findingsOf(result, 'WS-04')).toEqual([]);
  });

  test('a lost stream of prices blinds nobody to orders', () => {
    const result = run(loss('01:00', '01:02', { role: 'prices', stream: 'market' }), {
      orders: [order('01:01')],
    });
    expect(findingsOf(result, 'WS-04')).toEqual([]);
  });

  test('what was held meanwhile is told in money x minutes', () => {
    const held = position('P', {
      exchange: 'binance',
      quantity: '2',
      entry_price: '50',
      opened_at: at('00:30'),
    });
    const result = run(loss('01:00', '01:03'), { positions: [held] }, { lacks: ['fill'] });
    expect(valueOf(result, 'exposure_blind')).toBe('300');
  });
});

describe('WS-05 reconnect storm', () => {
  const minutes = (count: number, everyMin: number, of: (clock: string) => readonly Row[]): Row[] =>
    Array.from({ length: count }, (_, index) => {
      const minute = index * everyMin;
      return of(`0${String(1 + Math.floor(minute / 60))}:${String(minute % 60).padStart(2, '0')}`);
    }).flat();
  const breaks = (clock: string): Row[] => loss(clock, `${clock}:02`);
  test.each<[string, readonly Row[], number]>([
    ['twelve reconnects in an hour', minutes(12, 5, breaks), 0],
    ['thirteen', minutes(13, 4, breaks), 1],
    ['thirteen in more than an hour', minutes(13, 5, breaks), 0],
    [
      'five failures in a row',
      [
        event('01:00', 'disconnect'),
        ...minutes(5, 1, (clock) => [event(`${clock}:30`, 'error')]),
        event('01:30', 'reconnect'),
      ],
      0,
    ],
    [
      'six',
      [
        event('01:00', 'disconnect'),
        ...minutes(6, 1, (clock) => [event(`${clock}:30`, 'error')]),
        event('01:30', 'reconnect'),
      ],
      1,
    ],
    [
      'six with a way back between them',
      minutes(6, 1, (clock) => [
        event(clock, 'disconnect'),
        event(`${clock}:10`, 'error'),
        event(`${clock}:20`, 'reconnect'),
      ]),
      0,
    ],
    ['six errors of a stream that is open', minutes(6, 1, (clock) => [event(clock, 'error')]), 0],
  ])('%s', (_name, events, findings) => {
    const found = findingsOf(run(events), 'WS-05');
    expect(found).toHaveLength(findings);
    if (found[0]) expect(found[0]).toMatchObject({ severity: 'MEDIUM', venue: 'binance' });
  });

  test('even pauses name the cause', () => {
    const events = [
      event('01:00', 'disconnect'),
      ...minutes(8, 1, (clock) => [event(`${clock}:30`, 'error')]),
    ];
    expect(findingsOf(run(events), 'WS-05')[0]).toMatchObject({ cause: { id: 'no-backoff' }, frequency: 8 });
  });
});
