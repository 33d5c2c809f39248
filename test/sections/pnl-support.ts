import { expect } from '@jest/globals';
import { pnl } from '../../sections/pnl.ts';
import { danglingReferences, evaluate, type Evidence } from './support.ts';

export function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(pnl, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
export const LIMITS = {
  maxPositions: null,
  dailyLoss: '100',
  perTradeLoss: null,
  exposure: null,
  leverage: null,
  maxAgeH: null,
};
