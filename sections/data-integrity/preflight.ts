import type { EntityName } from '../../audit/contract.ts';
import type { Occurrence } from '../../audit/finding.ts';
import { num, type NumberSpec } from '../shared/vocabulary/number.ts';
import type { Group } from '../shared/vocabulary/rule.ts';
import type { Input } from './input.ts';

/** What is the same of every finding about what the preflight saw. */
export const PREFLIGHT = {
  dimension: 'integrity',
  effort: 'low',
  from: { basis: 'preflight', queries: [] },
} as const;

export const FOUND_BY_PREFLIGHT = 'No alert fired: the preflight of this audit found it.';

/** Rows of one kind that the preflight counted in one column of an entity. */
export interface Counted {
  readonly entity: EntityName;
  readonly column: string;
  readonly rows: number;
}

/** One finding of all that was counted, with its sum and the case that has most; none without cases. */
export function countedRows<T extends Counted>(
  found: readonly T[],
  first: (entity: EntityName) => boolean = () => true,
): readonly Group<T, { readonly most: T; readonly rows: number }>[] {
  const byRows = [...found].sort((a, b) => b.rows - a.rows);
  const most = byRows.find(({ entity }) => first(entity)) ?? byRows[0];
  const rows = found.reduce((sum, one) => sum + one.rows, 0);
  return most === undefined ? [] : [{ venue: null, found, of: { most, rows } }];
}

export function preflightCount(title: string, value: number): NumberSpec {
  return num.count(title, 'sum over the entities of the preflight, in the window', value);
}

export function throughout(subject: string, { window }: Input): Occurrence {
  return { subject, at: window.from, until: window.to };
}

/** The mapping's own SELECT: these rules are about values as they are stored, before any normal form. */
export function storedRows(entity: EntityName, { entities }: Input): string {
  const select = entities.find((state) => state.entity === entity)?.select?.trim();
  return `from (\n${select ?? `select * from "${entity}"`}\n) as m`;
}
