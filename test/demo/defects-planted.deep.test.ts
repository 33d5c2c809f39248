import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { DEFECTS } from '../../local/demo/defects/index.ts';
import { NO_DEFECTS } from '../../local/demo/defects/plan.ts';
import { demoData } from '../../local/demo/fill.ts';
import { SHIFT_NAMES } from '../../local/demo/shifts.ts';
import { EDGES, NOW, walletResidual } from './support.ts';

const clean = demoData(NOW, NO_DEFECTS);

describe.each(SHIFT_NAMES)('planted in the %s shift', (shift) => {
  test.each(DEFECTS.map(({ name }) => name))(
    '%s changes the world and no wallet that it should not',
    (name) => {
      const data = demoData(NOW, { ...NO_DEFECTS, [shift]: [name] });
      expect(isDeepStrictEqual(data, clean)).toBe(false);
      const leaks = name === 'wallet-residual' ? '-0.31' : '0';
      expect(walletResidual(data.rows, 'binance', EDGES[0], EDGES[3]).toFixed()).toBe('0');
      expect(walletResidual(data.rows, 'bybit', EDGES[0], EDGES[3]).toFixed()).toBe(leaks);
    },
  );
});
