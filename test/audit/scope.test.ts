import { expect, test } from '@jest/globals';
import { resolveOne } from '../../activities/resolve.ts';
import { scopeHash } from '../../activities/scope-hash.ts';
import type { BotConfig } from '../../audit/configuration.ts';
import { coversMonths, kindOf } from '../../audit/kinds.ts';
import { scopedKind, scopeOf, scopeText } from '../../audit/scope.ts';
import { BOT } from '../sections/support.ts';

test('one text with commas and a list are one scope, whatever the order', () => {
  const scope = { strategy: 'trend', symbols: ['A', 'B'] };
  expect(scopeOf({ strategy: 'trend', symbols: 'B, A,B' })).toEqual(scope);
  expect(scopeOf({ strategy: ' trend ', symbols: ['A', 'B'] })).toEqual(scope);
  expect([scopeOf({}), scopeOf({ symbols: '' })]).toEqual([null, null]);
  expect(scopeText(scope)).toBe('strategy trend, symbols A, B');
});

test('the kind of a limited report is its own, stands in an address, and is still of its kind', () => {
  const kinds = [{ strategy: 'a/b' }, { strategy: 'a-b' }, { symbols: ['a-b'] }, { strategy: '☂' }].map(
    (scope) => scopedKind('monthly', scope),
  );
  expect(new Set(kinds).size).toBe(4);
  for (const kind of kinds) expect(kind).toMatch(/^monthly@[a-z0-9-]{1,50}$/);
  expect(kinds.map((kind) => [kindOf(kind).id, coversMonths(kind)])).toEqual(
    kinds.map(() => ['monthly', true]),
  );
  expect(scopedKind('monthly', null)).toBe('monthly');
});

test('the scope is part of the key of a report, and a whole one keeps the hash that it had', () => {
  const [whole, part, other] = [undefined, { strategy: 'a' }, { strategy: 'b' }].map((scope) =>
    scopeHash(BOT.sources, ['pnl'], scope),
  );
  expect(new Set([whole, part, other]).size).toBe(3);
});

test('hours since are a length, and a limited input resolves to its kind', () => {
  const bot = { facts: BOT, asOf: '2026-11-20T08:00:00Z', settleDelayS: 0 } as BotConfig;
  const input = { kind: 'failures', sinceHours: 168, strategy: 'trend' };
  expect(resolveOne(bot, input, '2026-11-20T09:00:00Z')).toEqual({
    bot: 'demo',
    kind: scopedKind('failures', { strategy: 'trend' }),
    window: { from: '2026-11-13T08:00:00.000Z', to: '2026-11-20T08:00:00.000Z' },
    deliver: false,
    scope: { strategy: 'trend' },
  });
});
