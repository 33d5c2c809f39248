import { describe, expect, test } from '@jest/globals';
import { at, checkOf, findingsOf, valueOf } from './support.ts';
import { many, position, stop } from './trading-rows.ts';
import { EQUITY, run } from './stop-loss-support.ts';

type Changes = Readonly<Record<string, unknown>>;

/** One price a minute from 100 at 01:00, moving by `step` an hour. */
const market = (step: number) =>
  many(420, (minute) => {
    const time = new Date(Date.parse(at('01:00')) + minute * 60_000).toISOString();
    const price = String(100 + (step * minute) / 60);
    return { exchange: 'binance', symbol: 'BTCUSDT', bucket: time, at: time, price };
  });
const change = (time: string, kind: string, old_price: string | null, new_price: string | null) => ({
  position_id: 'a',
  order_id: 's1',
  at: at(time),
  kind,
  old_price,
  new_price,
});
const ALL = [
  change('01:00:00.5', 'placed', null, '95'),
  change('02:00', 'updated', '95', '98'),
  change('03:00', 'updated', '98', '103'),
  change('04:00', 'updated', '103', '106'),
];
/** A stop that is at 106 now, amended last at 04:00. */
const amended = (changes: Changes = {}) =>
  stop('a', 's1', at('01:00'), { trigger_price: '106', updated_at: at('04:00'), ...changes });

const audit = (order: Changes, recorded: readonly Changes[] | null, step = 3, of: Changes = {}) =>
  run({
    rows: {
      positions: [position('a', of)],
      orders: [order],
      prices: market(step),
      equity: EQUITY,
      ...(recorded !== null && { 'stop-changes': recorded }),
    },
    ...(recorded === null && { lacks: ['stop_change'] }),
  });
const faults = (result: ReturnType<typeof run>) =>
  findingsOf(result, 'SL-03').map(({ severity, cause }) => `${severity} ${cause.id}`);
const reason = (result: ReturnType<typeof run>) => result.checks.find(({ id }) => id === 'SL8')?.outcome;
const WRONG = ['CRITICAL stop-on-wrong-side'];

describe('a stop that was amended in place behind the market', () => {
  test('is on the right side where its changes say what it was', () => {
    const result = audit(amended(), ALL);
    expect([faults(result), checkOf(result, 'SL8')]).toEqual([[], 1]);
  });

  test('of a short, the same', () => {
    const mirrored = ALL.map((one) => ({
      ...one,
      old_price: one.old_price === null ? null : String(200 - Number(one.old_price)),
      new_price: String(200 - Number(one.new_price)),
    }));
    const result = audit(amended({ side: 'long', trigger_price: '94' }), mirrored, -3, { side: 'short' });
    expect([faults(result), checkOf(result, 'SL8')]).toEqual([[], 1]);
  });

  test.each([
    ['no change is stored', null],
    ['the changes of others are stored', []],
    ['only the last change is stored', [ALL[3]]],
    ['some changes are missing', [ALL[0], ALL[3]]],
    ['the last change is missing', ALL.slice(0, 3)],
  ])('is neither accused nor passed where %s', (_name, recorded) => {
    const result = audit(amended(), recorded as readonly Changes[] | null);
    expect([faults(result), checkOf(result, 'SL8')]).toEqual([[], 'unknown']);
  });

  test('says when it was rewritten', () => {
    expect(JSON.stringify(reason(audit(amended(), null)))).toContain('2026-11-20T04:00');
  });

  test.each([
    ['after the window', { updated_at: at('08:30') }],
    ['without a time', { updated_at: null }],
    [
      'and cancelled, which is the last that its row tells',
      { status: 'cancelled', cancelled_at: at('06:00'), updated_at: at('06:00') },
    ],
  ])('%s it is neither accused nor passed', (_name, changes) => {
    const result = audit(amended(changes), null);
    expect([faults(result), checkOf(result, 'SL8')]).toEqual([[], 'unknown']);
  });

  test('changes of the window hold for a row that was written after it', () => {
    const result = audit(amended({ trigger_price: '108', updated_at: at('08:30') }), ALL);
    expect([faults(result), checkOf(result, 'SL8')]).toEqual([[], 1]);
  });
});

describe('a stop that was amended to the wrong side', () => {
  test('is found from then on', () => {
    const recorded = [...ALL.slice(0, 3), change('04:00', 'updated', '103', '140')];
    const result = audit(amended({ trigger_price: '140' }), recorded);
    expect(faults(result)).toEqual(WRONG);
    expect(findingsOf(result, 'SL-03')[0]?.occurrences[0]?.at).toBe(at('04:00'));
  });

  test('is found without changes while its row says what it is', () => {
    const result = audit(amended({ trigger_price: '140' }), null);
    expect(faults(result)).toEqual(WRONG);
    expect(findingsOf(result, 'SL-03')[0]?.occurrences[0]?.at).toBe(at('04:00'));
  });

  test('is found without changes when it was on the wrong side to its end', () => {
    const ended = { status: 'cancelled', cancelled_at: at('06:00'), updated_at: at('06:00') };
    expect(faults(audit(amended({ ...ended, trigger_price: '140' }), null))).toEqual(WRONG);
  });
});

describe('a quantity that was amended in place', () => {
  const HALF = ['MEDIUM placed-too-small'];

  test.each([
    ['and is whole now', { quantity: '1', trigger_price: '95' }, []],
    ['and is half now', { quantity: '0.5', trigger_price: '95' }, HALF],
  ])('%s: nothing is said of before', (_name, changes, expected) => {
    const result = audit(amended(changes), null, 0);
    expect(faults(result)).toEqual(expected);
    expect(checkOf(result, 'SL8')).toBe(expected.length === 0 ? 'unknown' : 0);
    if (expected.length > 0) expect(findingsOf(result, 'SL-03')[0]?.occurrences[0]?.at).toBe(at('04:00'));
  });

  test('for what a partial exit left is no accusation of the time before it', () => {
    const fills = [
      { ...fillOf('long', '01:00'), quantity: '1' },
      { ...fillOf('short', '05:00'), quantity: '0.5' },
      { ...fillOf('short', '06:00'), quantity: '0.5' },
    ];
    const order = stop('a', 's1', at('01:00'), {
      quantity: '0.5',
      status: 'cancelled',
      cancelled_at: at('06:00:01'),
    });
    const closed = position('a', { closed_at: at('06:00') });
    const result = run({ rows: { positions: [closed], orders: [order], fills, equity: EQUITY } });
    expect([faults(result), checkOf(result, 'SL8')]).toEqual([[], 'unknown']);
    expect(valueOf(result, 'stop_coverage')).toBe(100);
  });
});

const fillOf = (side: string, time: string) => ({
  id: `${side}${time}`,
  order_id: side === 'long' ? 'a-entry' : 'a-exit',
  position_id: 'a',
  symbol: 'BTCUSDT',
  exchange: 'binance',
  side,
  price: '100',
  at: at(time),
  fee: '0',
});
