import { describe, expect, test } from '@jest/globals';
import { missing } from '../../audit/value.ts';
import { at, checkOf, valueOf, type Evidence } from './support.ts';
import { type Row, event, before, OPEN, loss, run, binance, streams } from './websocket-health-rows.ts';

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
    expect(result.rules.unjudged.map(({ id }) => id)).toEqual(['WS-03', 'WS-04']);
  });
});

describe('fresh data', () => {
  test.each<[string, ReturnType<typeof event>[], unknown]>([
    ['no silence was ever recorded', [], '<no_data>'],
    ['silent for 288 s', [event('04:00', 'stale'), event('04:04:48', 'subscribe')], 99],
    [
      'silent and lost',
      [event('04:00', 'stale'), event('04:04:48', 'subscribe'), ...loss('05:00', '05:04:48')],
      98,
    ],
    ['nobody recorded when data came again', [event('04:00', 'stale')], '<inadequate_basis>'],
  ])('%s', (_name, events, fresh) => {
    expect(valueOf(run(events), 'stream_fresh_worst')).toBe(fresh);
  });
});
