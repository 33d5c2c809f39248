import { timeColumnOf } from '../../audit/contract.ts';
import { columnList, type Relation } from './compile.ts';
import { quoteIdentifier } from './sql-text.ts';
import { rawRows } from './window-rows.ts';
import { wordsOf } from './word-reading.ts';

/**
 * A relation for a distribution: the window's rows by what they say in words and whole numbers, without their time. What the
 * bot stores is grouped before it gets its normal form, so that a word is read once a group. `n` is how many rows are
 * alike; a measured column is the list of their values, as text.
 */
export function countedSql(relation: Relation, wanted: ReadonlySet<string> | null): string {
  const { entity } = relation;
  const plans = relation.columns.filter(
    ({ name }) => name !== timeColumnOf(entity) && (wanted === null || wanted.has(name)),
  );
  const words = plans.filter(({ type }) => type !== 'numeric');
  const measured = plans.filter(({ type }) => type === 'numeric');
  const needed = new Set(words.flatMap(({ name }) => [name, ...wordsOf(entity, name)]));
  const given = relation.columns.filter(
    ({ name, type, state }) => state === 'ok' && needed.has(name) && type !== 'numeric',
  );
  const groups = given.map(({ name }) => `m.${quoteIdentifier(name)}`);
  // As stored: reading each value here would cost the server more than sending it.
  const lists = measured.map(({ name, state }) =>
    state === 'ok' ? `array_agg(m.${quoteIdentifier(name)})::text as ${name}` : `null::text as ${name}`,
  );
  const names = measured.map(({ name }) => `m.${name}`);
  return (
    `(\n  select\n${columnList(relation, words)},\n    ${[...names, 'm.n'].join(', ')}\n  from (\n` +
    `    select ${[...groups, 'count(*) as n', ...lists].join(',\n      ')}\n    from ${rawRows(relation)}\n` +
    `    group by ${groups.map((_group, index) => String(index + 1)).join(', ')}\n  ) as m\n)`
  );
}
