import { describe, expect, test } from '@jest/globals';
import { agedPositions } from '../../sections/aged-positions.ts';
import { limitOf } from '../../sections/shared/facts/limits.ts';
import { limitRow } from '../../sections/shared/queries/trading-rows.ts';
import { run } from './position-management-support.ts';
import { BOT, checkOf, entity, evaluate, valueOf } from './support.ts';
import { position } from './trading-rows.ts';

type Row = Readonly<Record<string, string | null>>;
const row = (over: Row) => limitRow.parse({ name: 'x', scope: null, unit: null, value: '5', ...over });
const limit = (kind: Parameters<typeof limitOf>[0], ...rows: readonly Row[]) =>
  limitOf(kind, { bot: BOT, rows: { limits: { ok: true, rows: rows.map(row) } } });

describe('the limit of the whole bot', () => {
  test.each<[string, Row, string | null]>([
    ['of the kind', { kind: 'max_age' }, '5'],
    ['a scope that says the bot', { kind: 'max_age', scope: 'bot' }, '5'],
    ['of one symbol', { kind: 'max_age', scope: 'symbol', scope_value: 'BTCUSDT' }, null],
    ['of a scope that nobody knows', { kind: 'max_age', scope: 'unknown' }, null],
    ['in hours', { kind: 'max_age', unit: 'H' }, '5'],
    ['in another unit', { kind: 'max_age', unit: 'minutes' }, null],
    ['of another kind, whatever its name', { kind: 'leverage', name: 'max_leverage' }, null],
    ['of no kind', { kind: null, name: 'max_age' }, null],
    ['of a word outside of the kinds', { kind: 'unknown', name: 'max_age' }, null],
    ['of nothing', { kind: 'max_age', value: '0' }, null],
  ])('max_age: %s', (_name, one, value) => {
    expect(limit('max_age', one)?.value.toString() ?? null).toBe(value);
  });

  test('the strictest of several; a sum in the quote currency', () => {
    const rows = [
      { kind: 'daily_loss', value: '90', unit: 'USDT' },
      { kind: 'daily_loss', value: '80', unit: 'quote' },
      { kind: 'daily_loss', value: '3', unit: 'percent' },
    ];
    expect(limit('daily_loss', ...rows)?.value.toString()).toBe('80');
  });
});

test('a leverage limit is no age', () => {
  const limits = [{ name: 'max_leverage', kind: 'leverage', value: '3' }];
  expect(valueOf(evaluate(agedPositions, { rows: { limits } }), 'age_limit')).toBe(12);
});

test('a limit under a name that nothing reads is named where it is missed', () => {
  const unread = [{ column: 'kind', word: 'pos_cap', rows: 1 }];
  const result = run({
    rows: { positions: [position('a')] },
    context: { entities: [entity('limit', { unread })] },
  });
  expect(checkOf(result, 'P4')).toBe('unknown');
  expect(JSON.stringify(result.checks.find(({ id }) => id === 'P4')?.outcome.text)).toContain(
    'nothing reads pos_cap (1): production-audit mapping check --bot demo',
  );
});
