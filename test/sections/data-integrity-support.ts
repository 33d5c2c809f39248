import { expect } from '@jest/globals';
import type { SectionResult } from '../../audit/section.ts';
import { dataIntegrity } from '../../sections/data-integrity.ts';
import { danglingReferences, evaluate, type Evidence } from './support.ts';

export function run(rows: Evidence['rows'] = {}, more: Omit<Evidence, 'rows'> = {}) {
  const result = evaluate(dataIntegrity, { ...more, rows });
  expect(danglingReferences(result)).toEqual([]);
  return result;
}

/** Whether gate (b) of the snapshots, (c) of the wallets or (f) of lost rows failed; null when that is not known. */
export function gateFailed({ gates }: SectionResult, gate: 'b' | 'c' | 'f'): boolean | null {
  const found = gates.find(({ id }) => id === gate);
  if (!found) throw new Error(`no gate ${gate}`);
  return found.failed;
}
