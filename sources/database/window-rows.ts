import { timeColumnOf, type EntityName } from '../../audit/contract.ts';
import { columnList, naiveColumn, type Relation } from './compile.ts';
import { withNaiveBounds } from './naive-bounds.ts';
import { quoteIdentifier } from './sql-text.ts';

/** The condition under which a row belongs to the window, on contract columns. */
export function windowCondition(entity: EntityName, alias: string): string {
  if (entity === 'position') {
    return `${alias}.opened_at < :to and (${alias}.closed_at is null or ${alias}.closed_at >= :from)`;
  }
  const time = timeColumnOf(entity);
  return time === null ? 'true' : `${alias}.${time} >= :from and ${alias}.${time} < :to`;
}

/** The mapping's own rows (not their normal forms) that belong to the window, as `... as m ... where ...`; times in `w`. */
export function rawRows(relation: Relation, condition = windowCondition(relation.entity, 'w')): string {
  const names = new Set(['opened_at', 'closed_at', timeColumnOf(relation.entity) ?? '']);
  const times = relation.columns.filter(({ name }) => names.has(name));
  if (times.length === 0) return `(\n${relation.select}\n) as m where true`;
  // The contract's times stand beside the raw row that they come from.
  const list = columnList(relation, times);
  const where = withNaiveBounds(condition, (_alias, column) =>
    naiveColumn(relation, column, `m.${quoteIdentifier(column)}`),
  );
  return `(\n${relation.select}\n) as m cross join lateral (select\n${list}) as w where ${where}`;
}
