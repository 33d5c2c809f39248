import { describe, expect, test } from '@jest/globals';
import type { z } from 'zod';
import { registry } from '../../sections/index.ts';
import { evaluate, type Evidence } from './support.ts';
import { THRESHOLDS } from './thresholds/index.ts';
import type { Sides } from './thresholds/sides.ts';

/** Numbers of the policy that nothing is held against: what is printed, multiplied or looked back. */
const NO_THRESHOLD: readonly string[] = [
  'stop-loss.illustratedMovePct',
  'pnl.feesPerMove',
  'pnl.feeDragPercent',
  'api-performance.attemptsGoodRatio',
  'strategies.trendWindows',
  'shared.snapshotIntervalS',
];

const defaults = new Map(registry.policy.map(({ id, settings }) => [id, settings.parse({}) as object]));
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+(\.\d+)?$/.test(value));
const numbers = registry.policy.flatMap(({ id }) =>
  Object.entries(defaults.get(id) ?? {}).flatMap(([key, value]) => (isNumber(value) ? [`${id}.${key}`] : [])),
);
const cases = Object.entries(THRESHOLDS).flatMap(([id, table]) =>
  Object.entries(table).map(([key, sides]) => [`${id}.${key}`, id, key, sides] as const),
);

test('every number of the policy has both its sides here', () => {
  const tried = [...cases.map(([name]) => name), ...NO_THRESHOLD];
  expect(numbers.filter((name) => !tried.includes(name))).toEqual([]);
  expect(tried.filter((name) => !numbers.includes(name))).toEqual(['storage.diskGb']);
});

/** The evidence's own value, and the nearest ones that a threshold can have. */
function around(id: string, key: string, value: Sides['value']): readonly (number | string)[] {
  if (typeof value === 'string') return [-1, 0, 1].map((step) => (Number(value) + step * 1e-9).toFixed(9));
  const schema = registry.policy.find((part) => part.id === id)?.settings as z.ZodObject<
    Record<string, z.ZodType>
  >;
  const whole = Number.isInteger(value) && schema.shape[key]?.safeParse(value + 0.5).success === false;
  const step = whole ? 1 : Math.max(1e-4, Math.abs(value) * 1e-4);
  return [value - step, value, value + step];
}

describe('both sides of', () => {
  test.each(cases)('%s', (_name, id, key, { value, told, tells, evidence, section }) => {
    const of = section ?? registry.sections.find((one) => one.id === id);
    if (!of) throw new Error(`no section ${id}`);
    const [lower, same, higher] = around(id, key, value).map((threshold) => {
      const own = { [key]: threshold };
      const more: Pick<Evidence, 'settings' | 'thresholds'> =
        id === of.id
          ? { settings: { ...evidence.settings, ...own } }
          : { thresholds: { ...evidence.thresholds, ...own } };
      return tells(evaluate(of, { ...evidence, ...more }));
    });
    // A value over the threshold is told by `above` and `from`, one below it by `upTo` and `below`.
    const isMost = told === 'above' || told === 'from';
    expect(`${_name} ${[lower, same, higher].join(' ')}`).toBe(
      `${_name} ${[isMost, told === 'from' || told === 'upTo', !isMost].join(' ')}`,
    );
  });
});
