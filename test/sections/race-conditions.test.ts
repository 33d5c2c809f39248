import { describe, expect, test } from '@jest/globals';
import { raceConditions } from '../../sections/race-conditions.ts';
import { at, danglingReferences, evaluate, findingsOf, valueOf, type Evidence } from './support.ts';
import { entryOrder, fill, many, position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;

/** A pair as the query returns it: the trader closes at 02:00:00, the reconciler a moment later. */
const pair = (over: Row = {}): Row => ({
  position_id: 'P1',
  symbol: 'BTCUSDT',
  exchange: 'binance',
  first_id: 'E1',
  first_at: at('02:00:00'),
  first_type: 'position_closed',
  first_kind: 'position_closed',
  first_effect: 'close',
  first_writer: 'trader',
  second_id: 'E2',
  second_at: at('02:00:00.300'),
  second_type: 'position_closed',
  second_kind: 'position_closed',
  second_effect: 'close',
  second_writer: 'reconciler',
  first_order_id: null,
  second_order_id: null,
  ...over,
});
const stop = (which: 'first' | 'second', kind = 'stop_updated'): Row => ({
  [`${which}_type`]: kind,
  [`${which}_kind`]: kind,
  [`${which}_effect`]: kind === 'stop_triggered' ? 'trigger' : kind === 'stop_removed' ? 'removal' : 'stop',
  [`${which}_writer`]: 'stop-keeper',
});
const several = (over: Row = {}): Row => ({
  decision_id: 'D1',
  executions: 2,
  unread: 0,
  first_at: at('03:00:00'),
  second_at: at('03:00:05'),
  last_at: at('03:00:05'),
  filled: '20',
  waiting: 0,
  orders: 'O1, O2',
  ...over,
});
const decision = { id: 'D1', symbol: 'ETHUSDT', exchange: 'bybit', decision: 'open', quantity: '10' };

function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(raceConditions, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
const conflicts = (rows: readonly Row[], more: Omit<Evidence, 'rows'> = {}) =>
  findingsOf(run({ 'concurrent-events': rows }, more), 'RC-01');

test('without a row nothing conflicts, and figures are 0', () => {
  const result = run();
  expect(result.findings).toEqual([]);
  expect(valueOf(result, 'concurrent_money')).toBe(0);
  expect(valueOf(result, 'double_executions')).toBe(0);
});

describe('RC-01 conflicting writes', () => {
  test.each([
    ['0.3 s apart', at('02:00:00.300'), 1],
    ['0.999 s apart', at('02:00:00.999'), 1],
    ['1 s apart', at('02:00:01.000'), 0],
  ])('two closes %s', (_name, second, findings) => {
    const found = conflicts([pair({ second_at: second })]);
    expect(found).toHaveLength(findings);
    if (findings > 0)
      expect(found[0]).toMatchObject({
        severity: 'HIGH',
        venue: 'binance',
        cause: { id: 'class-c-no-serialisation', confidence: 'LIKELY' },
        occurrences: [{ subject: 'BTCUSDT', at: at('02:00:00'), until: second }],
      });
  });

  test('the limit is a setting', () => {
    const later = [pair({ second_at: at('02:00:02') })];
    expect(conflicts(later)).toEqual([]);
    expect(conflicts(later, { settings: { raceS: 2.5 } })).toHaveLength(1);
  });

  test('a stop that is changed while the position is closed is MEDIUM', () => {
    expect(conflicts([pair(stop('second'))])[0]).toMatchObject({ severity: 'MEDIUM' });
    expect(
      conflicts([pair({ ...stop('first'), ...stop('second'), second_writer: 'trailing' })])[0],
    ).toMatchObject({ severity: 'MEDIUM' });
  });

  test('quantity and stop are two findings', () => {
    const found = conflicts([pair(), pair({ position_id: 'P2', ...stop('second') })]);
    expect(found.map(({ severity }) => severity)).toEqual(['HIGH', 'MEDIUM']);
  });

  test.each([
    ['both rows name one order: two records of one close', { first_order_id: 'O1', second_order_id: 'O1' }],
    [
      'the stop that fired is what closed',
      { ...stop('first', 'stop_triggered'), first_order_id: 'S1', second_order_id: 'S1' },
    ],
    ['a stop fired, and no row names the orders', stop('first', 'stop_triggered')],
    ['the stop is taken away after the close', stop('second', 'stop_removed')],
  ])('%s: no conflict', (_name, over) => {
    const result = run({ 'concurrent-events': [pair(over)] });
    expect(result.findings).toEqual([]);
    expect(valueOf(result, 'concurrent_money')).toBe(0);
  });

  test('a close by another order than the stop that fired is one of quantity', () => {
    const both = { ...stop('first', 'stop_triggered'), first_order_id: 'S1', second_order_id: 'X1' };
    expect(conflicts([pair(both)])[0]).toMatchObject({ severity: 'HIGH' });
  });

  test('exits beyond what the position held make it CRITICAL', () => {
    const rows = {
      'concurrent-events': [pair()],
      positions: [
        position('P1', { symbol: 'BTCUSDT', quantity: '1', closed_at: at('02:00:00'), exit_price: '101' }),
      ],
      orders: [entryOrder('P1-exit', { position_id: 'P1', role: 'exit', side: 'short' })],
      fills: [
        fill('P1', 'long', at('01:00:00')),
        fill('P1', 'short', at('02:00:00')),
        fill('P1', 'short', at('02:00:00.300')),
      ],
    };
    expect(findingsOf(run(rows), 'RC-01')[0]).toMatchObject({ severity: 'CRITICAL' });
  });

  test('nobody is accused where no row names the writer', () => {
    const result = run({ 'concurrent-events': [pair({ second_writer: null })] });
    expect(findingsOf(result, 'RC-01')).toEqual([]);
    expect(valueOf(result, 'concurrent_unknown')).toBe(1);
    expect(result.rules.unjudged).toMatchObject([{ id: 'RC-01', why: { reason: 'inadequate_basis' } }]);
    expect(JSON.stringify(result.datasets)).toContain('writer unknown');
  });

  test('a mapping without writers leaves it unjudged, by name', () => {
    const result = run({}, { lacks: ['event.writer'] });
    expect(valueOf(result, 'concurrent_money')).toBe('<missing_column>');
    expect(result.rules.unjudged).toMatchObject([
      { id: 'RC-01', why: { reason: 'missing_column', detail: 'event.writer' } },
    ]);
  });

  test('an order filled after its cancellation is a conflict with the exchange', () => {
    const cancelled = entryOrder('O1', {
      type: 'limit',
      status: 'cancelled',
      role: 'entry',
      created_at: at('02:00'),
      cancelled_at: at('02:10'),
    });
    const filled = (time: string) => [fill('P9', 'long', time, { order_id: 'O1' })];
    const of = (time: string, over: Row = {}) =>
      findingsOf(run({ orders: [{ ...cancelled, ...over }], fills: filled(time) }), 'RC-01');
    expect(of(at('02:10:00.250'))[0]).toMatchObject({ severity: 'HIGH', frequency: 1 });
    expect(of(at('02:10:01'))).toEqual([]);
    expect(of(at('02:09:59.900'))).toEqual([]);
    expect(of(at('02:10:00.250'), { type: 'market' })).toEqual([]);
  });

  test('two entries into one instrument are shown; who sent them no row says', () => {
    const entry = (id: string, time: string) =>
      entryOrder(id, { role: 'entry', position_id: `P-${id}`, created_at: time, status: 'filled' });
    const result = run({ orders: [entry('A', at('02:00:00')), entry('B', at('02:00:00.500'))] });
    expect([findingsOf(result, 'RC-01'), valueOf(result, 'concurrent_unknown')]).toEqual([[], 1]);
  });
});

describe('RC-02 double execution', () => {
  const found = (row: Row, decided: readonly Row[] = [decision]) =>
    findingsOf(run({ 'several-executions': [row], 'decided-twice': decided }), 'RC-02');

  test('two orders that filled twice what was decided', () => {
    expect(found(several())[0]).toMatchObject({
      severity: 'CRITICAL',
      venue: 'bybit',
      frequency: 1,
      cause: { id: 'retry-not-idempotent', confidence: 'LIKELY' },
      occurrences: [{ subject: 'D1', at: at('03:00:05') }],
    });
  });

  test.each([
    ['slices that add up to what was decided', { filled: '10' }, 0],
    ['a lot more than that is still the same', { filled: '10.02' }, 0],
    ['beyond lots', { filled: '10.03' }, 1],
    ['one of them still waits', { filled: '10', waiting: 1 }, 1],
    ['no row says how much', { filled: null }, 1],
  ])('%s', (_name, over, findings) => {
    expect(found(several(over))).toHaveLength(findings);
  });

  test('at once it is two workers', () => {
    expect(found(several({ second_at: at('03:00:00.400') }))[0]?.cause.id).toBe('two-workers');
    expect(found(several({ second_at: at('03:00:01') }))[0]?.cause.id).toBe('retry-not-idempotent');
  });

  test('what a second row says and nothing reads leaves it unjudged', () => {
    const result = run({
      'several-executions': [several({ executions: 1, unread: 1 })],
      'decided-twice': [decision],
    });
    expect(findingsOf(result, 'RC-02')).toEqual([]);
    expect(valueOf(result, 'undecided_executions')).toBe(1);
    expect(result.rules.unjudged).toMatchObject([{ id: 'RC-02', why: { reason: 'inadequate_basis' } }]);
  });

  test('a bot without executions is told so once, and its other conflicts are judged', () => {
    const result = run({ 'concurrent-events': [pair()] }, { lacks: ['execution', 'decision'] });
    expect(valueOf(result, 'double_executions')).toBe('<missing_entity>');
    expect(findingsOf(result, 'RC-01')).toHaveLength(1);
    expect(result.rules.unjudged.map(({ id, why }) => [id, why.reason])).toEqual([
      ['RC-02', 'missing_entity'],
      ['OP-03', 'missing_entity'],
      ['OP-07', 'missing_entity'],
    ]);
  });
});

describe('OP-03 stuck decisions', () => {
  const pending = (n: number, time: string): readonly Row[] =>
    many(n, (index) => ({ id: `D${String(index)}`, at: time, symbol: 'BTCUSDT', exchange: 'binance' }));
  const of = (rows: readonly Row[], more: Evidence['rows'] = {}) =>
    findingsOf(run({ 'pending-decisions': rows, ...more }), 'OP-03');

  test.each([
    ['six for an hour and a second', 6, at('06:59:59'), 1],
    ['six for an hour', 6, at('07:00:00'), 0],
    ['five', 5, at('05:00:00'), 0],
  ])('%s', (_name, n, time, findings) => {
    const found = of(pending(n, time));
    expect(found).toHaveLength(findings);
    if (findings > 0) expect(found[0]).toMatchObject({ severity: 'HIGH', frequency: 6, firstSeen: time });
  });

  test('why: trading is off, one symbol, or nothing was executed any more', () => {
    const six = pending(6, at('05:00'));
    const off = { name: 'trading', value: 'off', kind: 'trading', on: false, at: at('04:00') };
    expect(of(six, { states: [off] })[0]?.cause.id).toBe('trading-paused');
    const mixed = six.map((row, index) => ({ ...row, symbol: index % 2 === 0 ? 'BTCUSDT' : 'ETHUSDT' }));
    const executed = (last: string) => ({
      'execution-statuses': [{ status: 'filled', rows: 9, last_at: last }],
    });
    expect(of(mixed, executed(at('04:59')))[0]?.cause.id).toBe('queue-stopped');
    expect(of(mixed, executed(at('05:01')))[0]?.cause.id).toBe('unknown');
    expect(of(six, executed(at('05:01')))[0]?.cause.id).toBe('one-symbol');
  });
});

describe('OP-07 broken lineage', () => {
  const gap = (kind: string, over: Row = {}): Row => ({
    kind,
    subject: 'D1',
    row_id: 'X1',
    at: at('03:00'),
    of_kind: 1,
    ...over,
  });
  const counts = (rows: number) => ({
    'execution-statuses': [{ status: 'filled', rows, last_at: at('07:00') }],
  });

  test('each kind is a finding, and every row of it counts', () => {
    const rows = [gap('no-decision', { of_kind: 300 }), gap('no-rationale')];
    const found = findingsOf(run({ 'lineage-gaps': rows, ...counts(900) }), 'OP-07');
    expect(found.map(({ cause, severity, frequency }) => [cause.id, severity, frequency])).toEqual([
      ['no-decision-two-writes', 'HIGH', 300],
      ['no-rationale-unknown', 'HIGH', 1],
    ]);
  });

  test('where none has its other half, the ids differ', () => {
    const found = findingsOf(
      run({ 'lineage-gaps': [gap('no-decision', { of_kind: 9 })], ...counts(9) }),
      'OP-07',
    );
    expect(found[0]?.cause.id).toBe('no-decision-ids-differ');
  });
});

test('services with several instances are pointed to, not judged again', () => {
  const habit = {
    service: 'trader',
    beats: 480,
    first_at: at('00:00'),
    last_at: at('07:59'),
    degraded: 0,
    failing: 0,
    transient: 0,
    unread: 0,
    blank: 0,
    instances: 2,
    resets: 0,
    returns: 60,
    still_beats: 0,
    word: null,
    not_well_from: null,
    not_well_to: null,
    returns_from: at('00:01'),
    returns_to: at('07:59'),
    still_from: null,
    still_to: null,
  };
  const result = run({
    'heartbeat-habits': [habit],
    'concurrent-events': [pair({ first_writer: 'trader' })],
  });
  expect(valueOf(result, 'services_with_instances')).toBe(1);
  expect(findingsOf(result, 'RC-01')[0]?.cause.id).toBe('class-c-several-instances');
  expect(JSON.stringify(result.parts)).toContain('NA-05');
});
