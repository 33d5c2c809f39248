import { describe, expect, test } from '@jest/globals';
import { missing } from '../../audit/value.ts';
import { trailingStop } from '../../sections/trailing-stop.ts';
import { at, checkOf, danglingReferences, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';
import { many, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const BYBIT = { exchange: 'bybit' };
const held = (id: string, more: Row = {}): Row =>
  position(id, {
    exchange: 'binance',
    symbol: 'BTCUSDT',
    side: 'long',
    quantity: '1',
    entry_price: '100',
    opened_at: at('00:30'),
    has_trailing_stop: true,
    trailing_activated: true,
    ...more,
  });
const update = (clock: string, from: string | null, to: string | null, more: Row = {}): Row => ({
  position_id: 'A',
  at: at(clock),
  old_stop: from,
  new_stop: to,
  skipped: false,
  ...more,
});
/** Updates every so many seconds, each one price step nearer, from 01:00 on. */
const rising = (count: number, everyS: number, step = 0.1, more: Row = {}): readonly Row[] =>
  many(count, (n) => ({
    ...update('01:00', (90 + n * step).toFixed(2), (90 + (n + 1) * step).toFixed(2), more),
    at: new Date(Date.parse(at('01:00')) + n * everyS * 1000).toISOString(),
  }));
const TICK = [
  { exchange: 'binance', symbol: 'BTCUSDT', contract: 'linear', contract_size: '1', price_tick: '0.1' },
];

function run(rows: Evidence['rows'], more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(trailingStop, {
    lacks: ['fill', 'funding'],
    ...more,
    rows: { positions: [held('A', { closed_at: at('02:00') })], instruments: TICK, ...rows },
  });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const symbols = (result: ReturnType<typeof run>) =>
  result.datasets.find(({ id }) => id === 'trailing-stop.symbols')?.rows ?? [];

describe('statistics', () => {
  test('updates, attempts that were left, the average, the most and the minutes in which it trailed', () => {
    const result = run({
      positions: [
        held('A', { closed_at: at('02:00') }),
        held('B', { closed_at: at('01:30'), symbol: 'ETHUSDT', ...BYBIT }),
      ],
      'trailing-updates': [
        ...rising(4, 600),
        update('01:45', '90.4', null, { skipped: true }),
        update('01:10', '80', '80.5', { position_id: 'B' }),
      ],
    });
    const names = [
      'trailing_activations',
      'trailing_updates',
      'trailing_skipped',
      'trailing_updates_average',
      'trailing_updates_most',
    ];
    expect(names.map((name) => valueOf(result, name))).toEqual([2, 5, 1, 2.5, 4]);
    expect(valueOf(result, 'trailing_updates', BYBIT)).toBe(1);
    expect(symbols(result).map((row) => row.slice(0, 6))).toEqual([
      ['BTCUSDT', 'binance', 4, 60, 4 / 60, 'Normal'],
      ['ETHUSDT', 'bybit', 1, 20, 1 / 20, 'Normal'],
    ]);
  });

  test('an event dates the activation before the first move; one before the window trails from its start', () => {
    const result = run({
      'trailing-activations': [{ position_id: 'A', at: at('00:50') }],
      'trailing-updates': rising(2, 60),
    });
    expect(symbols(result)[0]?.[3]).toBe(70);
    const earlier = run({
      positions: [held('A', { opened_at: at('22:00', '2026-11-19'), closed_at: at('02:00') })],
      'trailing-updates': [
        { ...update('00:00', '90', '91'), at: at('23:00', '2026-11-19') },
        update('01:00', null, '92'),
      ],
    });
    expect([valueOf(earlier, 'trailing_activations'), valueOf(earlier, 'trailing_updates')]).toEqual([0, 1]);
    expect(symbols(earlier)[0]?.slice(2, 4)).toEqual([1, 120]);
    // Where the row does not say where the stop was, the move before does.
    expect(valueOf(earlier, 'trailing_useful')).toBe(100);
  });

  test('what trailed for less than a minute has no rate', () => {
    const result = run({
      positions: [held('A', { closed_at: at('01:00:59') })],
      'trailing-updates': rising(12, 4),
    });
    expect(symbols(result)[0]?.slice(4, 6)).toEqual([null, 'too short for a rate']);
    expect(findingsOf(result, 'TS-01')).toEqual([]);
  });

  test('a flag alone says that it was active and not since when', () => {
    const result = run({ positions: [held('A')] });
    expect([valueOf(result, 'trailing_flagged'), valueOf(result, 'trailing_activations')]).toEqual([1, 0]);
    expect(valueOf(result, 'trailing_updates_average')).toBe('<no_data>');
  });

  test('profit captured is of the best price while it was held', () => {
    const closed = held('A', { closed_at: at('02:00'), exit_price: '106', exit_kind: 'trailing' });
    const price = (clock: string, value: string): Row => ({
      exchange: 'binance',
      symbol: 'BTCUSDT',
      price: value,
      bucket: at(clock),
      at: at(clock),
    });
    const result = run({
      positions: [closed],
      prices: [price('01:00', '104'), price('01:30', '112'), price('01:40', '107')],
    });
    expect(valueOf(result, 'trailing_captured')).toBe(50);
    expect(valueOf(run({ positions: [closed] }), 'trailing_captured')).toBe('<no_data>');
  });

  test('no percentile of few times', () => {
    const timed = (count: number) => rising(count, 60, 0.1, { duration_ms: '300' });
    expect(valueOf(run({ 'trailing-updates': timed(19) }), 'trailing_ack_p95')).toBe('<insufficient_n>');
    expect(valueOf(run({ 'trailing-updates': timed(20) }), 'trailing_ack_p95')).toBe(300);
  });
});

describe('what cannot be seen', () => {
  test.each<[string, Omit<Evidence, 'rows'>, Evidence['rows'], string]>([
    ['a mapping without updates', { lacks: ['fill', 'funding', 'trailing_update'] }, {}, 'not_applicable'],
    ['a table that never had a row', {}, { 'trailing-updates': missing('no_data') }, 'not_applicable'],
    [
      'a table that cannot be read',
      {},
      { 'trailing-updates': missing('source_failed', 'denied') },
      'unknown',
    ],
  ])('%s: activations by events and flags, no updates, no score', (_name, more, rows, state) => {
    const result = run({ ...rows, 'trailing-activations': [{ position_id: 'A', at: at('01:00') }] }, more);
    expect([valueOf(result, 'trailing_activations'), checkOf(result, 'TS5')]).toEqual([1, state]);
    expect(valueOf(result, 'trailing_updates')).toMatch(/^</);
    expect(result.rules.unjudged.map(({ id }) => id)).toEqual(['TS-01', 'TS-02', 'TS-03', 'TS-04']);
  });

  test('neither updates nor events: how many began to trail is not known, the flag still counts', () => {
    const result = run({}, { lacks: ['fill', 'funding', 'trailing_update', 'event'] });
    expect([valueOf(result, 'trailing_activations'), valueOf(result, 'trailing_flagged')]).toEqual([
      '<missing_entity>',
      1,
    ]);
  });
});

describe('TS-01 update storm', () => {
  const storm = (count: number, minutes: number) =>
    run({
      positions: [
        held('A', { closed_at: new Date(Date.parse(at('01:00')) + minutes * 60_000).toISOString() }),
      ],
      'trailing-updates': rising(count, 5),
    });
  test.each([
    [10, 10.1, []],
    [10, 10, ['LOW']],
    [9, 3, []],
    [30, 10.1, ['LOW']],
    [30, 10, ['MEDIUM']],
    [60, 10.1, ['MEDIUM']],
    [60, 10, ['HIGH']],
  ])('%i updates in %d minutes', (count, minutes, severities) => {
    const found = findingsOf(storm(count, minutes), 'TS-01');
    expect(found.map(({ severity }) => severity)).toEqual(severities);
    if (found[0])
      expect(found[0]).toMatchObject({
        frequency: count,
        firstSeen: at('01:00'),
        occurrences: [{ subject: 'BTCUSDT' }],
      });
  });

  test('the rate enters the score', () => {
    expect(
      [storm(10, 10), storm(30, 10), storm(60, 10), storm(5, 1)].map((result) => checkOf(result, 'TS5')),
    ).toEqual([1, 0.5, 0, 1]);
  });
});

describe('TS-02 loosened stop', () => {
  test.each<[string, string, string, string, number]>([
    ['a long’s stop goes down', 'long', '95', '94.9', 1],
    ['a long’s stop goes up', 'long', '95', '95.1', 0],
    ['a long’s stop stays', 'long', '95', '95', 0],
    ['a short’s stop goes up', 'short', '105', '105.1', 1],
    ['a short’s stop goes down', 'short', '105', '104.9', 0],
  ])('%s', (_name, side, from, to, findings) => {
    const found = findingsOf(
      run({
        positions: [held('A', { side, closed_at: at('02:00') })],
        'trailing-updates': [update('01:00', from, to)],
      }),
      'TS-02',
    );
    expect(found).toHaveLength(findings);
    if (found[0])
      expect(found[0]).toMatchObject({
        severity: 'CRITICAL',
        venue: 'binance',
        frequency: 1,
        firstSeen: at('01:00'),
      });
  });

  test('an attempt that was left, a move before the window and a side that nobody knows accuse nobody', () => {
    const loosened = (more: Row, side = 'long') =>
      findingsOf(
        run({
          positions: [held('A', { side, opened_at: at('22:00', '2026-11-19') })],
          'trailing-updates': [{ ...update('01:00', '95', '90'), ...more }],
        }),
        'TS-02',
      );
    expect(loosened({ skipped: true })).toEqual([]);
    expect(loosened({ at: at('23:00', '2026-11-19') })).toEqual([]);
    expect(loosened({}, 'unknown')).toEqual([]);
    expect(loosened({})).toHaveLength(1);
  });

  test('back to where it was placed names the cause', () => {
    const updates = [update('01:00', '90', '95'), update('01:10', '95', '90')];
    expect(findingsOf(run({ 'trailing-updates': updates }), 'TS-02')[0]?.cause.id).toBe(
      'restarted-from-entry',
    );
  });
});

describe('TS-03 not activated', () => {
  const row = (more: Row = {}): Row =>
    held('A', {
      trailing_activated: false,
      trailing_activation_price: '105',
      closed_at: at('02:00'),
      exit_price: '101',
      realized_pnl: '1',
      ...more,
    });
  const price = (clock: string, value: string): Row => ({
    exchange: 'binance',
    symbol: 'BTCUSDT',
    price: value,
    bucket: at(clock),
    at: at(clock),
  });
  const passed = [price('01:00', '104'), price('01:30', '105.1'), price('01:40', '103')];
  const found = (positions: readonly Row[], prices: readonly Row[] = passed) =>
    findingsOf(run({ positions, prices }), 'TS-03');

  test.each<[string, Row, readonly Row[], number]>([
    ['the price passed it', row(), passed, 1],
    ['the price touched it', row(), [price('01:30', '105')], 0],
    ['it closed a minute later', row({ closed_at: at('01:31') }), passed, 0],
    ['it closed a moment after that', row({ closed_at: at('01:31:00.001') }), passed, 1],
    ['it became active', row({ trailing_activated: true }), passed, 0],
    ['nobody says whether it became active', row({ trailing_activated: null }), passed, 0],
    ['nobody says from where on', row({ trailing_activation_price: null }), passed, 0],
    ['it has no trailing stop', row({ has_trailing_stop: false }), passed, 0],
    ['a short below it', row({ side: 'short', trailing_activation_price: '103.5' }), passed, 1],
  ])('%s', (_name, one, prices, findings) => {
    expect(found([one], prices)).toHaveLength(findings);
  });

  test('is MEDIUM, and HIGH where the position ended in a loss', () => {
    const costs = { fees: '0', funding: '0' };
    const severityOf = (exit: string) =>
      found([row({ ...costs, exit_price: exit, realized_pnl: String(Number(exit) - 100) })])[0]?.severity;
    expect([severityOf('101'), severityOf('99')]).toEqual(['MEDIUM', 'HIGH']);
  });

  test('without the column, or without a price, it is not judged', () => {
    const unjudged = (more: Omit<Evidence, 'rows'>, rows: Evidence['rows']) =>
      run({ 'trailing-updates': [], ...rows }, more).rules.unjudged.map(({ id }) => id);
    expect(
      unjudged({ lacks: ['fill', 'funding', 'position.trailing_activation_price'] }, { prices: passed }),
    ).toEqual(['TS-03']);
    expect(unjudged({}, {})).toEqual(['TS-03']);
    expect(unjudged({}, { prices: passed })).toEqual([]);
  });
});

describe('TS-04 useless updates', () => {
  const mixed = (useful: number, useless: number, step = 0.1) => [
    ...rising(useful, 60, step),
    ...rising(useless, 60, 0).map((row, n) => ({ ...row, at: at(`01:${String(30 + n)}`) })),
  ];
  test.each([
    [5, 5, 0],
    [5, 6, 1],
    [4, 5, 0],
    [4, 6, 1],
  ])('%i moved the stop and %i did not', (useful, useless, findings) => {
    const result = run({ 'trailing-updates': mixed(useful, useless) });
    const found = findingsOf(result, 'TS-04');
    expect(found).toHaveLength(findings);
    if (found[0])
      expect(found[0]).toMatchObject({ severity: 'LOW', frequency: useless, cause: { id: 'rounded-away' } });
  });

  test('less than a price step moves nothing; where nobody knows the step any move counts', () => {
    const small = { 'trailing-updates': rising(10, 60, 0.05) };
    expect(findingsOf(run(small), 'TS-04')).toHaveLength(1);
    expect(findingsOf(run({ ...small, instruments: [] }), 'TS-04')).toEqual([]);
  });
});
