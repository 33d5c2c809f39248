import { describe, expect, test } from '@jest/globals';
import { run } from './data-integrity-support.ts';
import { at, checkOf, figureOf, findingsOf, valueOf } from './support.ts';
import { fill, many, position } from './trading-rows.ts';

describe('PM-02', () => {
  const ids = many(20, (i) => `p${String(i)}`);
  const positions = ids.map((id) => position(id, { closed_at: at('02:00') }));
  const fills = ids.flatMap((id) => [fill(id, 'long', at('01:00')), fill(id, 'short', at('02:00'))]);

  test('holds where rows and fills agree, and is unknown without positions', () => {
    const rows = {
      positions: [
        position('old', { opened_at: at('20:00', '2026-11-19') }),
        position('day', { opened_at: at('01:00'), closed_at: at('02:00'), exit_price: '110' }),
        position('late', { opened_at: at('07:00'), exchange: 'bybit' }),
      ],
      fills: [
        fill('old', 'long', at('20:00', '2026-11-19')),
        fill('day', 'long', at('01:00')),
        fill('day', 'short', at('02:00'), { price: '110' }),
        fill('late', 'long', at('07:00'), { exchange: 'bybit' }),
      ],
    };
    const result = run(rows);
    expect(valueOf(result, 'positions_identity')).toBe(0);
    expect(checkOf(result, 'PM-ID')).toBe(1);
    expect(checkOf(run({}, { lacks: ['position'] }), 'PM-ID')).toBe('unknown');
  });

  test.each([
    ['closed', 0],
    ['open', 1],
  ])('takes the end of a row that is %s and has no time for it from its fills', (status, found) => {
    const unended = position('p0', { status, closed_at: null, updated_at: null });
    const result = run({ positions: [unended, ...positions.slice(1)], fills });
    expect(findingsOf(result, 'PM-02')).toHaveLength(found);
  });

  test('fires for a closed row without its exit fill, and names the cause', () => {
    const result = run({ positions, fills: fills.filter(({ id }) => !String(id).startsWith('p3-short')) });
    const [finding, ...rest] = findingsOf(result, 'PM-02');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ venue: 'binance', severity: 'CRITICAL', frequency: 1 });
    expect(finding?.cause).toMatchObject({ id: 'missing-exit-fills', confidence: 'LIKELY' });
    expect(valueOf(result, 'positions_identity', { exchange: 'binance' })).toBe(1);
    expect(checkOf(result, 'PM-ID')).toBe(0);
  });

  test('fires for fills that belong to no position', () => {
    const stray = fill('nobody', 'long', at('05:00'), {
      position_id: null,
      order_id: 'x',
      symbol: 'ETHUSDT',
    });
    const [finding] = findingsOf(run({ positions, fills: [...fills, stray] }), 'PM-02');
    expect(finding?.cause.id).toBe('external-trades');
  });

  const nobodys = (side: 'long' | 'short', time: string, changes = {}) =>
    fill('nobody', side, at(time), {
      position_id: null,
      order_id: `x-${time}`,
      symbol: 'ETHUSDT',
      ...changes,
    });

  test.each([
    ['executions that leave something open which no row holds', [nobodys('long', '05:00')], ['CRITICAL']],
    ['the same, sold short', [nobodys('short', '05:00')], ['CRITICAL']],
    ['executions that end flat', [nobodys('long', '05:00'), nobodys('short', '05:30')], ['HIGH']],
    [
      'executions that may be those of a row that lived then',
      [nobodys('short', '01:30', { symbol: 'BTCUSDT' })],
      ['HIGH'],
    ],
    [
      'the same instrument when no row lived',
      [nobodys('long', '05:00', { symbol: 'BTCUSDT' })],
      ['CRITICAL'],
    ],
  ])('%s: CRITICAL only where the exchange’s side breaks', (_name, strays, severities) => {
    const result = run({ positions, fills: [...fills, ...strays] });
    expect(findingsOf(result, 'PM-02').map(({ severity }) => severity)).toEqual(severities);
  });

  test('does not fire when row and fill differ by milliseconds across the edge of the window', () => {
    const edge = position('edge', { opened_at: at('01:00'), closed_at: at('08:00:00.200') });
    const exit = fill('edge', 'short', at('07:59:59.900'));
    const result = run({
      positions: [...positions, edge],
      fills: [...fills, fill('edge', 'long', at('01:00')), exit],
    });
    expect(valueOf(result, 'positions_identity')).toBe(0);
    expect(result.findings).toEqual([]);
  });

  test('is single_source when fills hold entries but no exits', () => {
    const result = run({ positions, fills: fills.filter(({ side }) => side === 'long') });
    expect(valueOf(result, 'positions_identity')).toBe('<single_source>');
    expect(figureOf(result, 'positions_identity').detail).toContain('fills hold entries but no exits');
    expect(checkOf(result, 'PM-ID')).toBe('unknown');
    expect(result.findings).toEqual([]);
  });
});

test('positions that cannot be read: every figure has the reason, no finding, checks unknown', () => {
  const result = run({ positions: { value: null, reason: 'source_failed', detail: 'statement timeout' } });
  expect(valueOf(result, 'positions_identity')).toBe('<source_failed>');
  expect(['PM-ID', 'PN10', 'DI13'].map((id) => checkOf(result, id))).toEqual([
    'unknown',
    'unknown',
    'unknown',
  ]);
  expect(result.findings).toEqual([]);
});
