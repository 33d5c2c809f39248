import { describe, expect, test } from '@jest/globals';
import { at, checkOf, findingsOf, valueOf } from './support.ts';
import { fill, later, many, position } from './trading-rows.ts';
import { run } from './data-integrity-support.ts';

type Row = Readonly<Record<string, unknown>>;

/** A position of 1 + 1, of which one half was sold before the other half was bought: never more than 1.5 held. */
const PARTS = [
  fill('p', 'long', at('01:00')),
  fill('p', 'short', at('01:10'), { id: 'half', quantity: '0.5' }),
  fill('p', 'long', at('01:20'), { price: '110' }),
];
const OPEN = fill('p', 'long', at('01:00'));
const CLOSE = fill('p', 'short', at('02:00'));

const audited = (row: Row, fills: readonly Row[], laterFills: readonly Row[] = []) =>
  run({ positions: [position('p', row)], fills, 'later-fills': laterFills });

const severities = (result: ReturnType<typeof run>): readonly string[] =>
  findingsOf(result, 'PM-06').map(({ severity }) => severity);

describe('PM-06', () => {
  test.each([
    ['the same quantity and price', {}, [OPEN], []],
    ['ten times the quantity', { quantity: '10' }, [OPEN], ['HIGH']],
    ['a tenth of it', { quantity: '0.1' }, [OPEN], ['HIGH']],
    [
      'a closed row with ten times the quantity',
      { quantity: '10', closed_at: at('02:00') },
      [OPEN, CLOSE],
      ['HIGH'],
    ],
    ['less by a fee in the base currency', { quantity: '0.999' }, [OPEN], []],
    ['less by more than that', { quantity: '0.997' }, [OPEN], ['HIGH']],
    ['an entry price within the tolerance', { entry_price: '100.05' }, [OPEN], []],
    ['an entry price beyond it', { entry_price: '100.06' }, [OPEN], ['MEDIUM']],
    ['an entry price that no average makes', { entry_price: '102.01' }, [OPEN], ['HIGH']],
    ['an exit price within slippage', { closed_at: at('02:00'), exit_price: '102' }, [OPEN, CLOSE], []],
    ['another exit price', { closed_at: at('02:00'), exit_price: '102.01' }, [OPEN, CLOSE], ['HIGH']],
    ['no price and no quantity to compare', { entry_price: null, quantity: null }, [OPEN], []],
    [
      'exits of twice what was held',
      { closed_at: at('02:00') },
      [OPEN, { ...CLOSE, quantity: '2' }],
      ['CRITICAL'],
    ],
  ])('%s', (_name, row, fills, expected) => {
    const result = audited(row, fills);
    expect(severities(result)).toEqual(expected);
    expect(valueOf(result, 'positions_contradicted')).toBe(expected.length);
    expect(checkOf(result, 'PM-ID')).toBe(expected.length === 0 ? 1 : 0);
  });

  test.each<[string, Row, readonly Row[], readonly string[]]>([
    ['open before the end', { updated_at: at('07:59') }, [OPEN], ['HIGH']],
    ['open after it', { updated_at: at('08:30') }, [OPEN], []],
    ['closed in it', { updated_at: at('08:30'), closed_at: at('02:00') }, [OPEN, CLOSE], ['HIGH']],
  ])('ten times the quantity and another price, written %s', (_name, row, fills, expected) => {
    expect(severities(audited({ quantity: '10', entry_price: '50', ...row }, fills))).toEqual(expected);
  });

  test.each(['1', '0.5', '1.5', '2'])('%s is a quantity that the fills explain', (quantity) => {
    expect(severities(audited({ quantity, entry_price: '105' }, PARTS))).toEqual([]);
  });

  test.each(['105', '106.66'])('%s is a mean of the entries', (entryPrice) => {
    expect(severities(audited({ quantity: '1.5', entry_price: entryPrice }, PARTS))).toEqual([]);
  });

  test.each<[string, Row, number]>([
    ['the position', { position_id: 'p' }, 0],
    ['its instrument, without a position', { position_id: null, exchange: 'binance', symbol: 'BTC/USDT' }, 0],
    ['another position', { position_id: 'q' }, 1],
    ['another instrument', { position_id: null, exchange: 'binance', symbol: 'ETHUSDT' }, 1],
  ])('what traded after the window is %s: rows stand as they are now', (_name, laterFill, compared) => {
    const result = audited({ quantity: '10' }, [OPEN], [laterFill]);
    expect(valueOf(result, 'positions_compared')).toBe(compared);
    expect(severities(result)).toEqual(compared === 0 ? [] : ['HIGH']);
  });

  test('a fill in the last 5 s may not have reached the row', () => {
    const last = { ...OPEN, at: later(at('08:00'), -4_000) };
    const row = { quantity: '10', opened_at: last.at };
    expect(valueOf(audited(row, [last]), 'positions_compared')).toBe(0);
  });

  test('names a double close, and that the opposite side may be open', () => {
    const [finding] = findingsOf(
      audited({ closed_at: at('02:00') }, [OPEN, { ...CLOSE, quantity: '2' }]),
      'PM-06',
    );
    expect(finding?.cause.id).toBe('closed-twice');
    expect(JSON.stringify(finding?.impact.risk)).toContain('opposite side');
  });

  test('without what was traded later nothing can be compared, and the check is unknown', () => {
    const result = run({
      positions: [position('p', { quantity: '10' })],
      fills: [OPEN],
      'later-fills': { value: null, reason: 'source_failed' },
    });
    expect(valueOf(result, 'positions_contradicted')).toBe('<source_failed>');
    expect(checkOf(result, 'PM-ID')).toBe('unknown');
  });

  test('a broken count stays broken, whether or not rows can be compared', () => {
    const stray = fill('nobody', 'long', at('05:00'), {
      position_id: null,
      order_id: 'x',
      symbol: 'ETHUSDT',
    });
    const result = run({
      positions: [position('p')],
      fills: [
        OPEN,
        ...many(20, (n) => fill('p', 'long', later(at('01:01'), n), { quantity: '0.0001' })),
        stray,
      ],
      'later-fills': { value: null, reason: 'source_failed' },
    });
    expect(findingsOf(result, 'PM-02')).toHaveLength(1);
    expect(checkOf(result, 'PM-ID')).toBe(0);
  });

  test('on the bot’s word alone there is nothing to compare', () => {
    const result = audited({ quantity: '10' }, []);
    expect(valueOf(result, 'positions_contradicted')).toBe('<single_source>');
    expect(severities(result)).toEqual([]);
  });
});
