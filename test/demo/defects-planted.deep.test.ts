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

/** Three at a time, each in a shift of its own; that each alone is found in the newest is tried where defects are found. */
const THREES = DEFECTS.flatMap(({ name }, index) =>
  index % 3 === 0
    ? [[name, DEFECTS[index + 1]?.name ?? name, DEFECTS[index + 2]?.name ?? name] as const]
    : [],
);

test.each(THREES)(
  '%s, %s and %s, planted in the three shifts, change the world and no wallet that they should not',
  (oldest, middle, newest) => {
    const data = demoData(NOW, { oldest: [oldest], middle: [middle], newest: [newest] });
    expect(isDeepStrictEqual(data, clean)).toBe(false);
    for (const [index, name] of [oldest, middle, newest].entries()) {
      const [from, to] = SHIFTS[index] ?? SHIFTS[0];
      const leak = name === 'wallet-residual' ? '-0.31' : '0';
      expect(walletResidual(data.rows, 'binance', from, to).toFixed()).toBe('0');
      expect(walletResidual(data.rows, 'bybit', from, to).toFixed()).toBe(leak);
    }
  },
);
