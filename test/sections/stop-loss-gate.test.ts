import { expect, test } from '@jest/globals';
import { OPEN, run } from './stop-loss-support.ts';
import { at, findingsOf } from './support.ts';
import { position, stop } from './trading-rows.ts';

const judged = (orders: readonly object[], positions = OPEN) => {
  const result = run({ rows: { positions, orders: orders as Readonly<Record<string, unknown>>[] } });
  const [gate] = result.gates;
  return {
    failed: gate?.failed,
    rule: gate?.rule,
    text: JSON.stringify(gate?.text),
    rules: findingsOf(result, 'SL-03').map(({ cause }) => cause.id),
  };
};
const wrong = stop('a', 's1', at('01:00'), { trigger_price: '105' });

test('a stop that cannot work is none: gate and SL-03 speak of the same position', () => {
  const { failed, text, rules, rule } = judged([wrong]);
  expect(rules).toEqual(['stop-on-wrong-side']);
  // Its finding is the reason of the verdict, and the gate is not told beside it.
  expect(rule).toBe('SL-03');
  expect(failed).toBe(true);
  expect(text).toContain('positions_with_useless_stop_at_end');
});

test('behind the liquidation price too', () => {
  const positions = [position('a', { liquidation_price: '97', updated_at: at('07:00') })];
  expect(judged([stop('a', 's1', at('01:00'))], positions)).toMatchObject({
    failed: true,
    rules: ['stop-beyond-liquidation'],
  });
});

test('beside one that works, and one that covers half, the gate passes and names what SL-03 has', () => {
  const both = judged([wrong, stop('a', 's2', at('01:00'))]);
  expect(both).toMatchObject({ failed: false, rules: ['stop-on-wrong-side'] });
  expect(both.text).toContain('BTCUSDT (SL-03)');
  const half = judged([stop('a', 's1', at('01:00'), { quantity: '0.5' })]);
  expect(half).toMatchObject({ failed: false, rules: ['placed-too-small'] });
  expect(half.text).toContain('BTCUSDT (SL-03)');
});

test('a wrong stop of earlier, replaced by the end, leaves the gate alone', () => {
  const replaced = stop('a', 's1', at('01:00'), {
    trigger_price: '105',
    cancelled_at: at('02:00'),
    status: 'cancelled',
  });
  const { failed, text } = judged([replaced, stop('a', 's2', at('02:00'))]);
  expect(failed).toBe(false);
  expect(text).not.toContain('SL-03');
});
