import { expect } from '@jest/globals';
import { pnl } from '../../sections/pnl.ts';
import { danglingReferences, evaluate, type Evidence } from './support.ts';
import { NO_LIMITS } from '../support/bot-facts.ts';

export function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(pnl, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}
export const LIMITS = { ...NO_LIMITS, dailyLoss: '100' };
