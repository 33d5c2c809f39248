import { describe, expect, test } from '@jest/globals';
import { at, findingsOf, valueOf, type Evidence } from './support.ts';
import { many } from './trading-rows.ts';
import { type Row, pair, several, decision, run } from './race-conditions-rows.ts';

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
