import { timeColumnOf, type EntityName } from '../../audit/contract.ts';
import { placesOf } from '../../audit/rests-on.ts';
import { text } from '../../audit/text.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { countedRule, FOUND_BY_PREFLIGHT, preflightCount } from './preflight.ts';
import { unusableValues } from './rule-unusable-values.ts';

/** Of these each row is judged by what it is (an order that closes all has no quantity), or the list by its own check. */
const JUDGED: readonly EntityName[] = ['position', 'order', 'fill', 'state', 'limit', 'instrument', 'watch'];

/** Rows without their time, which lie in no window, and rows without what their kind must say. */
export const emptyValues = countedRule({
  id: 'DQ-02',
  title: unusableValues.title,
  condition: unusableValues.condition,
  cases: (entities, { unset: told }) =>
    entities.flatMap(({ entity, unset = [] }) =>
      unset
        .filter(({ column }) => !JUDGED.includes(entity) || placesOf(entity).includes(column))
        .filter(({ column }) => !told.some((one) => one.entity === entity && one.column === column))
        .map((one) => ({ entity, ...one })),
    ),
  suffix: () => ' empty',
  numbers: ({ of }) => ({ empty_values: preflightCount('Required values that are empty', of.rows) }),
  severity: () => 'MEDIUM',
  otherwise: 'What is stored does not show why.',
  why: [
    'empty-value',
    'The value is not written when the row is, and the table accepts that.',
    'the stored value is empty',
  ],
  direct: false,
  sql: (stored, { of: { most } }) =>
    `select *\n${stored}\nwhere coalesce(btrim(m."${most.column}"::text), '') = ''\nlimit 20`,
  words: (n, { found, of: { most, rows } }) => {
    const isPlace = found.some(({ entity, column }) => column === timeColumnOf(entity));
    return {
      title: text`${n.empty_values} required ${noun(rows, 'value is', 'values are')} empty`,
      description: text`Every row must have a value in ${found.map((one) => `${one.entity}.${one.column} (${String(one.rows)} ${noun(one.rows, 'row')})`).join(', ')}.${isPlace ? ' A row without its time lies in no window: no report counts it, and nobody knows whether it is of this one.' : ''}`,
      financial: 'None by itself.',
      operational: 'Counts of these rows, and what is told by these columns, are incomplete.',
      risk: 'What such a row would have said of this window is not audited.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Find where ${most.entity}.${most.column} is written, make the column not null, and repair the stored rows.`,
      verification: 'The preflight counts no required value that is empty in the next window.',
    };
  },
});
