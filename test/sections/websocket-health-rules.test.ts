import { describe, expect, test } from '@jest/globals';
import { at, findingsOf, valueOf } from './support.ts';
import { position } from './trading-rows.ts';
import { ASKED, type Row, event, before, OPEN, loss, read, run } from './websocket-health-rows.ts';

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

describe('WS-03 no read after a reconnect', () => {
  const after = (
    reads: readonly Row[],
    more: Parameters<typeof run>[1] = {},
    events: readonly Row[] = loss('01:00', '01:02'),
  ) => run(events, { 'api-durations': [ASKED], 'stream-reads': reads, ...more });
  const fill = (clock: string, exchange = 'binance'): Row => ({
    id: clock,
    order_id: 'o',
    exchange,
    at: at(clock),
  });

  test.each<[string, string | null, number]>([
    ['in 30 s', '01:02:30', 0],
    ['a moment later', '01:02:30.001', 1],
    ['not at all', null, 1],
    ['at once', '01:02', 0],
  ])('read %s', (_name, clock, findings) => {
    const result = after([read('01:02', clock)]);
    const found = findingsOf(result, 'WS-03');
    expect(found).toHaveLength(findings);
    expect(valueOf(result, 'stream_resynced')).toBe(findings === 0 ? 100 : 0);
    if (found[0])
      expect(found[0]).toMatchObject({
        ...{ severity: 'MEDIUM', venue: 'binance', frequency: 1, cause: { id: 'no-code' } },
        ...{ firstSeen: at('01:00'), lastSeen: at('01:02') },
      });
  });

  test('a read just before it is told to be open counts, one before it was lost does not', () => {
    const short = loss('01:01:58', '01:02');
    const readBefore = (clock: string) =>
      findingsOf(after([read('01:02', '01:03', clock)], {}, short), 'WS-03').length;
    expect([readBefore('01:01:58'), readBefore('01:01:57.999')]).toEqual([0, 1]);
  });

  test.each<[string, Row, string]>([
    ['while it was lost', fill('01:01'), 'HIGH'],
    ['when it was back', fill('01:02'), 'MEDIUM'],
    ['before', fill('00:59:59'), 'MEDIUM'],
    ['at another exchange', fill('01:01', 'bybit'), 'MEDIUM'],
  ])('something was filled %s', (_name, one, severity) => {
    const found = findingsOf(after([read('01:02', null)], { fills: [one] }), 'WS-03');
    expect(found.map((finding) => finding.severity)).toEqual([severity]);
  });

  test('one read and one not is another cause, and half of them', () => {
    const events = [...loss('01:00', '01:02'), ...loss('03:00', '03:02')];
    const result = after([read('01:02', '01:02:05'), read('03:02', '03:05')], {}, events);
    expect(findingsOf(result, 'WS-03')).toMatchObject([{ frequency: 1, cause: { id: 'not-always' } }]);
    expect(valueOf(result, 'stream_resynced')).toBe(50);
  });

  test.each<[string, ReturnType<typeof run>, string]>([
    [
      'calls that read the account are never recorded',
      run(loss('01:00', '01:02'), { 'stream-reads': [read('01:02', null)] }),
      'no_data',
    ],
    ['calls are not recorded', run(loss('01:00', '01:02'), {}, { lacks: ['api_call'] }), 'missing_entity'],
    [
      'no stream is said to carry orders',
      after([], {}, loss('01:00', '01:02', { role: 'prices', stream: 'market' })),
      'no_data',
    ],
    [
      'the window ends before the time is over',
      after([read('07:59:40', null)], {}, loss('07:59', '07:59:40')),
      'no_data',
    ],
    ['it is still lost', after([], {}, [event('01:00', 'disconnect')]), 'no_data'],
  ])('%s: not known, and nobody is accused', (_name, result, reason) => {
    expect(findingsOf(result, 'WS-03')).toEqual([]);
    expect(valueOf(result, 'stream_resynced')).toBe(`<${reason}>`);
  });

  test('a second stream of orders that stays open tells what the first did not', () => {
    const states = [...OPEN, before('connect', { stream: 'user-data-2' })];
    expect(findingsOf(after([read('01:02', null)], { 'stream-states': states }), 'WS-03')).toEqual([]);
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
