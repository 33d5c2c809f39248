import { describe, expect, test } from '@jest/globals';
import { at, checkOf, danglingReferences, figureOf, findingsOf, valueOf } from './support.ts';
import { fill, later, many, position } from './trading-rows.ts';
import { run, limits } from './position-management-support.ts';

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
  });

  test('follow the row where an exit fill is missing, and those of a row that closes a moment before the end do not', () => {
    const ids = many(20, (i) => `p${String(i)}`);
    const positions = ids.map((id) => position(id, { closed_at: at('02:00') }));
    const fills = ids.flatMap((id) => [fill(id, 'long', at('01:00')), fill(id, 'short', at('02:00'))]);
    const short = fills.filter(({ id }) => !String(id).startsWith('p3-short'));
    const result = run({ rows: { positions, fills: short } });
    expect(valueOf(result, 'positions_closed')).toBe(20);
    expect(figureOf(result, 'positions_closed').basis).toBe('fills, some from position rows');
    const late = position('late', { closed_at: at('07:59:59.999') });
    const more = { positions: [...positions, late], fills: [...fills, fill('late', 'long', at('01:00'))] };
    expect(valueOf(run({ rows: more }), 'positions_closed')).toBe(20);
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
    expect(['P4', 'P6'].map((id) => checkOf(result, id))).toEqual(['unknown', 'unknown']);
    expect(result.findings).toEqual([]);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('take the last update for closed rows without a closing time, and say so', () => {
    const result = run({
      rows: { positions: [position('a', { status: 'closed', updated_at: at('03:00') })] },
    });
    expect(valueOf(result, 'positions_closed')).toBe(1);
    expect(valueOf(result, 'closes_without_time')).toBe(1);
    expect(JSON.stringify(result.parts)).toContain('has no closing time');
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
    const result = run({
      rows: { positions, limits: [{ name: 'max_positions', kind: 'max_positions', value: '3' }] },
    });
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
