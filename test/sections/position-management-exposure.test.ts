import { describe, expect, test } from '@jest/globals';
import { at, checkOf, danglingReferences, figureOf, findingsOf, valueOf } from './support.ts';
import { fill, many, position } from './trading-rows.ts';
import { run, limits } from './position-management-support.ts';

describe('P6', () => {
  const rows = {
    positions: [position('a'), position('b', { side: 'short', exchange: 'bybit', opened_at: at('02:00') })],
    prices: [
      { exchange: 'binance', symbol: 'BTCUSDT', bucket: at('03:00'), at: at('03:00'), price: '200' },
      { exchange: 'bybit', symbol: 'BTCUSDT', bucket: at('03:00'), at: at('03:00'), price: '150' },
    ],
    equity: [
      { exchange: 'binance', currency: 'USDT', bucket: at('00:00'), at: at('00:00'), equity: '100' },
      { exchange: 'bybit', currency: 'USDT', bucket: at('00:00'), at: at('00:00'), equity: '150' },
    ],
  };

  test('values what is held at market prices', () => {
    const result = run({ rows });
    expect(valueOf(result, 'gross_notional_peak')).toBe('350');
    expect(valueOf(result, 'net_notional_peak')).toBe('100');
    expect(valueOf(result, 'leverage_peak', { exchange: 'binance' })).toBe(2);
    expect(valueOf(result, 'leverage_peak')).toBeCloseTo(1.4, 10);
  });

  test.each([
    ['1000', 1],
    ['350', 0.5],
    ['349', 0],
  ])('with an exposure limit of %s scores %s', (exposure, r) => {
    expect(checkOf(run({ rows, bot: limits({ exposure }) }), 'P6')).toBeCloseTo(r, 10);
  });

  test('judges the account with the highest leverage, not only all of them together', () => {
    expect(checkOf(run({ rows, bot: limits({ leverage: 3 }) }), 'P6')).toBe(1);
    expect(checkOf(run({ rows, bot: limits({ leverage: 1.9 }) }), 'P6')).toBe(0);
  });

  test('is unknown when leverage is limited and no balance is known', () => {
    const result = run({ rows: { ...rows, equity: [] }, bot: limits({ leverage: 3 }) });
    expect(checkOf(result, 'P6')).toBe('unknown');
    expect(checkOf(run({ rows }), 'P6')).toBe('unknown');
  });
});

describe('PM-02', () => {
  const ids = many(20, (i) => `p${String(i)}`);
  const positions = ids.map((id) => position(id, { closed_at: at('02:00') }));
  const fills = ids.flatMap((id) => [fill(id, 'long', at('01:00')), fill(id, 'short', at('02:00'))]);

  test('fires for a closed row without its exit fill, names the cause, and the count still follows the row', () => {
    const result = run({
      rows: { positions, fills: fills.filter(({ id }) => !String(id).startsWith('p3-short')) },
    });
    const [finding, ...rest] = findingsOf(result, 'PM-02');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ venue: 'binance', severity: 'CRITICAL', frequency: 1 });
    expect(finding?.cause).toMatchObject({ id: 'missing-exit-fills', confidence: 'LIKELY' });
    expect(valueOf(result, 'positions_identity', { exchange: 'binance' })).toBe(1);
    expect(valueOf(result, 'positions_closed')).toBe(20);
    expect(figureOf(result, 'positions_closed').basis).toBe('fills, some from position rows');
    expect(checkOf(result, 'PM-ID')).toBe(0);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('fires for fills that belong to no position', () => {
    const stray = fill('nobody', 'long', at('05:00'), {
      position_id: null,
      order_id: 'x',
      symbol: 'ETHUSDT',
    });
    const [finding] = findingsOf(run({ rows: { positions, fills: [...fills, stray] } }), 'PM-02');
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
    const result = run({ rows: { positions, fills: [...fills, ...strays] } });
    expect(findingsOf(result, 'PM-02').map(({ severity }) => severity)).toEqual(severities);
    expect(danglingReferences(result)).toEqual([]);
  });

  test('does not fire when row and fill differ by milliseconds across the edge of the window', () => {
    const edge = position('edge', { opened_at: at('01:00'), closed_at: at('08:00:00.200') });
    const exit = fill('edge', 'short', at('07:59:59.900'));
    const result = run({
      rows: { positions: [...positions, edge], fills: [...fills, fill('edge', 'long', at('01:00')), exit] },
    });
    expect(valueOf(result, 'positions_identity')).toBe(0);
    expect(result.findings).toEqual([]);
  });

  test('is single_source when fills hold entries but no exits', () => {
    const result = run({ rows: { positions, fills: fills.filter(({ side }) => side === 'long') } });
    expect(valueOf(result, 'positions_identity')).toBe('<single_source>');
    expect(figureOf(result, 'positions_identity').detail).toContain('fills hold entries but no exits');
    expect(checkOf(result, 'PM-ID')).toBe('unknown');
    expect(result.findings).toEqual([]);
  });
});
