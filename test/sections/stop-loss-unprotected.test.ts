import { describe, expect, test } from '@jest/globals';
import { at, checkOf, danglingReferences, figureOf, findingsOf, valueOf } from './support.ts';
import { later, position, stop } from './trading-rows.ts';
import { run, gate, severities, EQUITY, OPEN } from './stop-loss-support.ts';

describe('SL-01', () => {
  const cancelled = (time: string) =>
    stop('a', 's1', at('01:00'), { status: 'cancelled', cancelled_at: time });
  const next = (time: string, changes: Readonly<Record<string, unknown>> = {}) =>
    stop('a', 's2', time, changes);

  test('is CRITICAL for a stop cancelled before the end whose successor was rejected', () => {
    const rejected = next(at('07:48:02.611'), {
      status: 'rejected',
      venue_at: null,
      reject_code: '-2021',
      reject_reason: 'Order would immediately trigger.',
    });
    const result = run({
      rows: { positions: OPEN, orders: [cancelled(at('07:48:02.114')), rejected], equity: EQUITY },
    });
    const [finding, ...rest] = findingsOf(result, 'SL-01');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'CRITICAL',
      venue: 'binance',
      frequency: 1,
      id: 'SL-01/binance/stop-rejected',
    });
    expect(finding?.cause.confidence).toBe('CONFIRMED');
    expect(finding?.firstSeen).toBe(at('07:48:02.114'));
    expect(
      figureOf(result, 'longest', { rule: 'SL-01', exchange: 'binance', cause: 'stop-rejected' }).value,
    ).toBeCloseTo(717.886, 3);
    expect(gate(result)).toBe(true);
    expect(checkOf(result, 'SL4-5')).toBe(0);
    expect(valueOf(result, 'positions_without_stop_at_end', { exchange: 'binance' })).toBe(1);
    expect(valueOf(result, 'positions_without_stop_at_end', { exchange: 'bybit' })).toBe(0);
    expect(danglingReferences(result)).toEqual([]);
  });

  test.each([
    ['5 s is the grace', 5_000, EQUITY, []],
    ['6 s at little exposure', 6_000, EQUITY, ['LOW']],
    ['6 s at unknown exposure', 6_000, [], ['MEDIUM']],
    ['61 s', 61_000, EQUITY, ['HIGH']],
    ['20 minutes of much', 1_200_000, [{ ...EQUITY[0], equity: '100' }], ['CRITICAL']],
  ])('late first stop: %s', (_name, latencyMs, equity, expected) => {
    const orders = [stop('a', 's1', at('01:00'), { venue_at: later(at('01:00'), latencyMs) })];
    const result = run({ rows: { positions: OPEN, orders, equity } });
    expect(severities(result, 'SL-01')).toEqual(expected);
    expect(checkOf(result, 'SL4-5')).toBe(expected.length === 0 ? 1 : latencyMs > 60_000 ? 0 : 0.5);
    expect(findingsOf(result, 'SL-01')[0]?.cause.id ?? 'acknowledged-late').toBe('acknowledged-late');
  });

  test.each([
    ['never asked for', [stop('b', 's9', at('01:00'))], 'never-requested'],
    ['cancelled and forgotten', [cancelled(at('02:00'))], 'cancelled-first'],
    ['replaced much later', [cancelled(at('02:00')), next(at('02:10'))], 'cancelled-first'],
    ['expired', [stop('a', 's1', at('01:00'), { status: 'expired', updated_at: at('02:00') })], 'stop-ended'],
    [
      'filled in part of the position',
      [stop('a', 's1', at('01:00'), { status: 'filled', filled_at: at('02:00'), triggered_at: at('02:00') })],
      'stop-ended',
    ],
  ])('names the cause: %s', (_name, orders, cause) => {
    const result = run({
      rows: {
        positions: [...OPEN, position('b')],
        orders: [...orders, ...(cause === 'never-requested' ? [] : [stop('b', 's9', at('01:00'))])],
      },
    });
    expect(findingsOf(result, 'SL-01').map((finding) => finding.cause.id)).toEqual([cause]);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('sums notional over unprotected time at market prices', () => {
    const prices = [
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('02:00'), at: at('02:00'), price: '200' },
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('02:05'), at: at('02:05'), price: '300' },
    ];
    const first = stop('a', 's1', at('01:00'), {
      venue_at: at('01:00'),
      status: 'cancelled',
      cancelled_at: at('02:00'),
    });
    const orders = [first, next(at('02:10'), { venue_at: at('02:10') })];
    const result = run({ rows: { positions: OPEN, orders, prices } });
    expect(valueOf(result, 'unprotected_exposure')).toBe('2500');
    expect(valueOf(result, 'unprotected_time')).toBe(10);
  });

  test('a strategy that trades without stops by design needs none', () => {
    const positions = [position('a', { strategy: 'carry' }), position('b', { strategy: 'trend' })];
    const orders = [stop('b', 's', at('01:00'))];
    expect(severities(run({ rows: { positions, orders } }), 'SL-01')).toEqual(['CRITICAL']);
    const excused = run({ rows: { positions, orders }, bot: { strategiesWithoutStop: ['carry'] } });
    expect(excused.findings).toEqual([]);
    expect(valueOf(excused, 'stops_required')).toBe(1);
  });

  test('says which alert fired, or that none did', () => {
    const rows = { positions: OPEN, orders: [cancelled(at('07:00'))] };
    const alert = {
      at: at('07:01'),
      severity: 'CRITICAL',
      text: 'stop missing',
      symbol: 'BTC/USDT',
      delivered: true,
    };
    const detection = (alerts: readonly Readonly<Record<string, unknown>>[]) =>
      JSON.stringify(findingsOf(run({ rows: { ...rows, alerts } }), 'SL-01')[0]?.detection);
    expect(detection([alert])).toContain('stop missing');
    expect(detection([])).toContain('No alert fired');
  });
});

describe('lower rungs', () => {
  test('recorded stop changes give times, gaps and latencies, with half the credit', () => {
    const stopChanges = [
      { position_id: 'a', at: at('01:00:01'), kind: 'placed', new_price: '95', exchange: 'binance' },
      {
        position_id: 'a',
        at: at('02:00'),
        kind: 'updated',
        old_price: '95',
        new_price: '97',
        duration_ms: '400',
        unprotected_window_ms: '250',
      },
      { position_id: 'a', at: at('03:00'), kind: 'removed' },
    ];
    const result = run({ rows: { positions: OPEN, stopChanges: [], 'stop-changes': stopChanges } });
    expect(figureOf(result, 'stops_set').basis).toBe('stop changes as the bot recorded them');
    expect(valueOf(result, 'stops_updated')).toBe(1);
    expect(valueOf(result, 'naked_gap_max')).toBe(250);
    expect(severities(result, 'SL-05')).toEqual(['MEDIUM']);
    expect(severities(result, 'SL-01')).toEqual(['CRITICAL']);
    expect(findingsOf(result, 'SL-01')[0]?.cause.confidence).toBe('UNKNOWN');
    expect(danglingReferences(result)).toEqual([]);
  });

  test('rows that are closed do not say whether a stop stood: the stops set are unknown, and not those still open', () => {
    const positions = [
      position('a', { stop_loss_price: '95' }),
      position('b', { stop_loss_price: '95', closed_at: at('02:00') }),
      position('c', { stop_loss_price: '95', exchange: 'bybit' }),
    ];
    const result = run({ rows: { positions } });
    const set = (exchange: string) => valueOf(result, 'stops_set', { exchange });
    expect([set('binance'), set('bybit'), valueOf(result, 'stops_set')]).toEqual([
      '<inadequate_basis>',
      1,
      '<inadequate_basis>',
    ]);
    expect(figureOf(result, 'stops_set').detail).toMatch(/^of 3 positions opened the rows of 1 do not say/);
  });

  test('a stop price in the row is bot-reported: counted, credited by half, without latencies', () => {
    const positions = [position('a', { stop_loss_price: '95' }), position('b', { opened_at: at('02:00') })];
    const result = run({ rows: { positions } });
    expect(valueOf(result, 'positions_without_stop')).toBe(1);
    expect(valueOf(result, 'stops_set')).toBe(1);
    expect(valueOf(result, 'stop_set', { stat: 'avg' })).toBe('<inadequate_basis>');
    expect(valueOf(result, 'unprotected_time')).toBe('<inadequate_basis>');
    expect(severities(result, 'SL-01')).toEqual(['CRITICAL']);
    expect(result.checks.find(({ id }) => id === 'SL4-5')?.outcome).toMatchObject({ r: 0, credit: 0.5 });
    expect(checkOf(result, 'SL8')).toBe('unknown');
  });

  test('a row that changed after the window does not say what its stop was', () => {
    const positions = [position('a', { stop_loss_price: '95', updated_at: at('09:00') })];
    const result = run({ rows: { positions } });
    expect(valueOf(result, 'positions_without_stop')).toBe('<changed_since>');
    expect(checkOf(result, 'SL4-5')).toBe('unknown');
    expect(gate(result)).toBeNull();
  });

  test('a row without a stop at its last writing says nothing of the time before, and nothing once it is closed', () => {
    const open = position('a', { stop_loss_price: '95', updated_at: at('07:59') });
    const earlier = run({ rows: { positions: [open] } });
    expect(valueOf(earlier, 'positions_without_stop')).toBe('<inadequate_basis>');
    expect(valueOf(earlier, 'positions_without_stop_at_end')).toBe(0);
    expect([checkOf(earlier, 'SL4-5'), gate(earlier)]).toEqual(['unknown', false]);
    const closed = position('b', { has_stop_loss: false, closed_at: at('03:00'), updated_at: at('03:00') });
    const cleared = run({ rows: { positions: [open, closed] } });
    expect(cleared.findings).toEqual([]);
    expect(checkOf(cleared, 'SL4-5')).toBe('unknown');
    const bare = position('a', { has_stop_loss: false, updated_at: at('07:59:58') });
    const found = findingsOf(run({ rows: { positions: [bare] } }), 'SL-01');
    expect(found.map(({ severity }) => severity)).toEqual(['CRITICAL']);
    expect(found[0]?.occurrences[0]?.at.slice(11, 16)).toBe('07:59');
  });

  test.each([
    [true, 'unknown', null],
    [false, 0, true],
  ])('a flag alone that is %s can fail a check and never pass it', (flag, check, failed) => {
    const result = run({ rows: { positions: [position('a', { has_stop_loss: flag })] } });
    expect(checkOf(result, 'SL4-5')).toBe(check);
    expect(gate(result)).toBe(failed);
  });

  test.each([
    ['long above its entry', { stop_loss_price: '105', current_price: '101' }, ['CRITICAL']],
    ['short below its entry', { side: 'short', stop_loss_price: '95', current_price: '101' }, ['CRITICAL']],
    ['past the entry, and no price of its time is known', { stop_loss_price: '105' }, []],
    [
      'moved into profit by a bot without a flag for it',
      { stop_loss_price: '105', current_price: '110' },
      [],
    ],
    ['of a closed row', { stop_loss_price: '105', current_price: '101', closed_at: at('03:00') }, []],
    [
      'trailed behind the market',
      { stop_loss_price: '105', trailing_activated: true, current_price: '110' },
      [],
    ],
    [
      'trailed past the market',
      { stop_loss_price: '105', trailing_activated: true, current_price: '98' },
      ['CRITICAL'],
    ],
    ['long below its entry', { stop_loss_price: '95' }, []],
  ])('a stop price on the wrong side: %s', (_name, changes, expected) => {
    const result = run({ rows: { positions: [position('a', changes)] } });
    expect(severities(result, 'SL-03')).toEqual(expected);
    expect(danglingReferences(result)).toEqual([]);
  });
});
