import { describe, expect, test } from '@jest/globals';
import { at, checkOf, findingsOf, type Evidence } from './support.ts';
import { type Row, held, reportsBefore, timed, update, rising, run } from './trailing-stop-rows.ts';

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
    ['the price touched it', row(), [price('01:30', '105')], 1],
    ['the price stayed a step before it', row(), [price('01:30', '104.9')], 0],
    ['a short that touched it', row({ side: 'short', trailing_activation_price: '103' }), passed, 1],
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

describe('AL-01 a measure over its limit for windows', () => {
  const slow = { trailing_ack_p95: 5_001 };
  const found = (updates: readonly Row[], before: readonly Readonly<Record<string, number>>[]) =>
    findingsOf(run({ 'trailing-updates': updates }, { history: reportsBefore(before) }), 'AL-01');

  test.each<[string, readonly Row[], readonly Readonly<Record<string, number>>[], readonly string[]]>([
    ['the third in a row', timed(5_001), [slow, slow], ['LOW']],
    ['the second', timed(5_001), [slow], []],
    ['at the limit', timed(5_000), [slow, slow], []],
    ['one of them at the limit', timed(5_001), [slow, { trailing_ack_p95: 5_000 }], []],
    ['one that could not tell', timed(5_001), [slow, {}], []],
    ['too few updates for a P95', timed(5_001, 19), [slow, slow], []],
    ['the fifth', timed(5_001), [slow, slow, slow, slow], ['LOW']],
    ['the sixth', timed(5_001), [slow, slow, slow, slow, slow], ['MEDIUM']],
  ])('%s', (_name, updates, before, severities) => {
    expect(found(updates, before).map(({ severity }) => severity)).toEqual(severities);
  });

  test('over its limit without enough reports before it is not judged', () => {
    const unjudged = (ms: number) =>
      run({ 'trailing-updates': timed(ms) }, { history: reportsBefore([slow]) }).rules.unjudged.some(
        ({ id }) => id === 'AL-01',
      );
    expect([unjudged(5_001), unjudged(5_000)]).toEqual([true, false]);
  });

  test('a window without a report breaks the row', () => {
    const [first, second] = reportsBefore([slow, slow]);
    const early = second && { ...second, window: { ...second.window, to: second.window.from } };
    const history = first && early ? [first, early] : [];
    expect(findingsOf(run({ 'trailing-updates': timed(5_001) }, { history }), 'AL-01')).toEqual([]);
  });

  test('most of the order requests, shift after shift', () => {
    const calls = (n: number) => [
      {
        ...{ exchange: 'binance', operation: 'x', operation_kind: 'update_stop', outcome: 'ok', calls: n },
        ...{ attempts: 0, firsts: 0, total_ms: '1', ms: [1], counts: [n] },
      },
    ];
    const shares = (n: number) =>
      findingsOf(
        run(
          { 'trailing-updates': rising(20, 20), 'api-durations': calls(n) },
          { history: reportsBefore([{ trailing_call_share: 60 }, { trailing_call_share: 60 }]) },
        ),
        'AL-01',
      ).map(({ occurrences }) => occurrences[0]?.subject);
    expect([shares(39), shares(40)]).toEqual([['Share of the order requests'], []]);
  });
});
