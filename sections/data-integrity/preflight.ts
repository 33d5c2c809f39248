import type { EntityName } from '../../audit/contract.ts';
import type { EntityState } from '../../audit/evidence.ts';
import { seeSql } from '../shared/vocabulary/finding-query.ts';
import { num, type NumberSpec } from '../shared/vocabulary/number.ts';
import { rule, type Context, type RuleSpec } from '../shared/vocabulary/rule.ts';
import type { Facts, Input } from './facts.ts';

/** What is the same of every finding about what the preflight saw. */
export const PREFLIGHT = {
  dimension: 'integrity',
  effort: 'low',
  from: { basis: 'preflight', queries: [] },
  otherwise: '',
} as const;
export const FOUND_BY_PREFLIGHT = 'No alert fired: the preflight of this audit found it.';

export function preflightCount(title: string, value: number): NumberSpec {
  return num.count(title, 'sum over the entities of the preflight, in the window', value);
}

/** Rows of one kind that the preflight counted in one column of an entity. */
interface Counted {
  readonly entity: EntityName;
  readonly column: string;
  readonly rows: number;
}

interface Most<C> {
  readonly most: C;
  readonly rows: number;
}

interface CountedSpec<C, N extends string> extends Omit<
  RuleSpec<Facts, Input, C, N, Most<C>>,
  keyof typeof PREFLIGHT | 'find' | 'occurrence' | 'frequency' | 'evidence' | 'see'
> {
  readonly cases: (entities: readonly EntityState[]) => readonly C[];
  /** Entities whose case stands for all, before another with more rows. */
  readonly first?: (entity: EntityName) => boolean;
  /** Follows the column where a finding says when it happened. */
  readonly suffix?: (one: C) => string;
  /** The query on the mapping's own SELECT: these rules are about values as they are stored, before any normal form. */
  readonly sql: (stored: string, context: Context<Facts, Input, C, Most<C>>) => string;
}

/** One finding of all that was counted, with its sum and the case that has most; none without cases. */
export function countedRule<C extends Counted, N extends string>(spec: CountedSpec<C, N>) {
  const { cases, first = () => true, suffix = () => '', sql } = spec;
  return rule<Facts, Input>()<C, N, Most<C>>({
    ...PREFLIGHT,
    ...spec,
    find(_facts, { entities }) {
      const found = cases(entities).filter(({ rows }) => rows > 0);
      const byRows = [...found].sort((a, b) => b.rows - a.rows);
      const most = byRows.find(({ entity }) => first(entity)) ?? byRows[0];
      const rows = found.reduce((sum, one) => sum + one.rows, 0);
      return most === undefined ? [] : [{ venue: null, found, of: { most, rows } }];
    },
    occurrence: (one, { input: { window } }) => ({
      subject: `${one.entity}.${one.column}${suffix(one)}`,
      at: window.from,
      until: window.to,
    }),
    frequency: ({ of }) => of.rows,
    evidence: 'monitoring-coverage.unusable',
    see(context) {
      const { entity } = context.of.most;
      const select = context.input.entities.find((state) => state.entity === entity)?.select?.trim();
      return seeSql(sql(`from (\n${select ?? `select * from "${entity}"`}\n) as m`, context));
    },
  });
}
