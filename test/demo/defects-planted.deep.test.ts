import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import { DEFECTS } from '../../local/demo/defects/index.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { demoData } from '../../local/demo/fill.ts';
import { EDGES, NOW, walletResidual } from './support.ts';

const clean = demoData(NOW, NO_DEFECTS);
const SHIFTS = [
  [EDGES[0], EDGES[1]],
  [EDGES[1], EDGES[2]],
  [EDGES[2], EDGES[3]],
] as const;

test.each(DEFECTS.map(({ name }) => name))(
  '%s, planted in every shift, changes the world and no wallet that it should not',
  (name) => {
    const data = demoData(NOW, { oldest: [name], middle: [name], newest: [name] });
    expect(isDeepStrictEqual(data, clean)).toBe(false);
    const leak = name === 'wallet-residual' ? '-0.31' : '0';
    for (const [from, to] of SHIFTS) {
      expect(walletResidual(data.rows, 'binance', from, to).toFixed()).toBe('0');
      expect(walletResidual(data.rows, 'bybit', from, to).toFixed()).toBe(leak);
    }
  },
);
