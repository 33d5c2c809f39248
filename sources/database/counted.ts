import { timeColumnOf } from '../../audit/contract.ts';
import { columnList, type Relation } from './compile.ts';
import { quoteIdentifier } from './sql-text.ts';
import { rawRows } from './window-rows.ts';
import { wordsOf } from './word-reading.ts';

/**
 * A relation for a distribution: what the bot stores is counted before it gets its normal form, so that a word is read once
 * for each of its groups and not once a row. The window's rows only, without their time; `n` is how many rows are alike.
 */
export function countedSql(relation: Relation, wanted: ReadonlySet<string> | null): string {
  const { entity } = relation;
  const plans = relation.columns.filter(
    ({ name }) => name !== timeColumnOf(entity) && (wanted === null || wanted.has(name)),
  );
  const needed = new Set(plans.flatMap(({ name }) => [name, ...wordsOf(entity, name)]));
  const given = relation.columns.filter(({ name, state }) => state === 'ok' && needed.has(name));
  const list = given.map(({ name }) => `m.${quoteIdentifier(name)}`).join(', ');
  const by = given.map((_plan, index) => String(index + 1)).join(', ');
  return (
    `(\n  select\n${columnList(relation, plans)},\n    m.n\n  from (\n` +
    `    select ${list}, count(*) as n\n    from ${rawRows(relation)}\n    group by ${by}\n  ) as m\n)`
  );
}
