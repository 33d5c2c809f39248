import type { Parameters } from './compile.ts';
import type { Mapping } from './mapping.ts';
import type { Session } from './session.ts';
import { quoteIdentifier, splitSql } from './sql-text.ts';

const NAME = /(?:"(?:[^"]|"")+"|[a-z_][\w$]*)(?:\s*\.\s*(?:"(?:[^"]|"")+"|[a-z_][\w$]*))*/giy;

/** What a SELECT names as tables: after FROM and JOIN, and after a comma where it is qualified. Not all are relations. */
export function namesAfterFrom(select: string): readonly string[] {
  const code = splitSql(select)
    .map(({ kind, text }) => (kind === 'code' || kind === 'identifier' ? text : ' '))
    .join('');
  const names: string[] = [];
  for (const match of code.matchAll(/\b(?:from|join)\s+(?:only\s+)?(?:lateral\s+)?|,\s*/gi)) {
    NAME.lastIndex = match.index + match[0].length;
    const name = NAME.exec(code)?.[0];
    if (name === undefined) continue;
    // After a comma a bare word is mostly a column; only a qualified name can be meant as a table.
    if (match[0].startsWith(',') && !name.includes('.')) continue;
    names.push(name.replace(/\s+/g, ''));
  }
  return names;
}

/**
 * What may be the relations behind a mapping, from two views of it: the names after FROM and JOIN (which the planner may
 * expand away: views, parents of partitions), and, where there are `parameters`, the tables of the plan (which names hide:
 * what views read).
 */
export async function relationNames(
  session: Session,
  mapping: Mapping,
  parameters: Parameters | null,
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (const select of mapping.selects.values()) {
    for (const name of namesAfterFrom(select)) names.add(name);
    if (parameters === null) continue;
    const plan = await session.ask(`explain (verbose, format json) ${select}`, parameters);
    if (plan.ok) for (const name of namesInPlan(plan.rows[0]?.['QUERY PLAN'])) names.add(name);
  }
  return [...names].sort();
}

function namesInPlan(plan: unknown): readonly string[] {
  if (Array.isArray(plan)) return plan.flatMap(namesInPlan);
  if (plan === null || typeof plan !== 'object') return [];
  const node = plan as Record<string, unknown>;
  const own =
    typeof node['Relation Name'] === 'string' && typeof node['Schema'] === 'string'
      ? [`${quoteIdentifier(node['Schema'])}.${quoteIdentifier(node['Relation Name'])}`]
      : [];
  return [...own, ...Object.values(node).flatMap(namesInPlan)];
}
