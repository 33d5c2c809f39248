import { describe, expect, test } from '@jest/globals';
import { criticalEvents } from '../../sections/critical-events.ts';
import { at, evaluate, findingsOf, type Evidence } from './support.ts';
import { position } from './trading-rows.ts';

type Row = Readonly<Record<string, unknown>>;
const run = (rows: NonNullable<Evidence['rows']>) => evaluate(criticalEvents, { rows });

describe('CE-02 cross margin', () => {
  const taken = { closed_at: at('03:00'), exit_kind: 'liquidation', stop_loss_price: '90' };
  const other = position('P2', { symbol: 'ETHUSDT' });
  const predicateOf = (rows: readonly Row[], text: string) =>
    findingsOf(run({ positions: rows }), 'CE-02')[0]?.cause.predicates.find((one) => one.text.includes(text))
      ?.held;

  test('is the cause when the position shared its margin with another that was open', () => {
    const cross = position('P1', { ...taken, margin_mode: 'CROSSED' });
    expect(findingsOf(run({ positions: [cross, other] }), 'CE-02')[0]?.cause).toMatchObject({
      id: 'liquidation-cross-margin',
      confidence: 'LIKELY',
    });
  });

  test.each([
    ['cross', true],
    ['isolated', false],
    [null, null],
  ])('margin mode %s is tested: %s', (mode, held) => {
    expect(predicateOf([position('P1', { ...taken, margin_mode: mode }), other], 'cross margin')).toBe(held);
  });

  test('nobody else’s margin was used when nothing else was open', () => {
    const cross = position('P1', { ...taken, margin_mode: 'cross' });
    const closedBefore = position('P2', { closed_at: at('02:00') });
    expect(predicateOf([cross, closedBefore], 'another position')).toBe(false);
  });
});
