import type { EntityName } from '../../audit/contract.ts';
import { countedRule, preflightCount, FOUND_BY_PREFLIGHT } from './preflight.ts';
import { noun } from '../shared/vocabulary/words.ts';
import { text } from '../../audit/text.ts';

/** What is counted in money or in positions: a row that stands twice doubles it. */
const isCounted = (entity: EntityName): boolean => ['position', 'order', 'fill'].includes(entity);

/** A rule of ours: rows that share an id, which a primary key would have refused. */
export const repeatedIds = countedRule({
  id: 'DQ-05',
  title: 'Rows that share an id',
  condition: 'a row of the window whose id another row has; HIGH for positions, orders and fills',
  cases: (entities) =>
    entities
      .map(({ entity, repeatedIds: rows = 0 }) => ({ entity, column: 'id', rows }))
      .sort((a, b) => b.rows - a.rows),
  first: isCounted,
  numbers: ({ of }) => ({ repeated_ids: preflightCount('Rows with an id that another row has', of.rows) }),
  severity: ({ of: { most } }) => (isCounted(most.entity) ? 'HIGH' : 'MEDIUM'),
  why: [
    'id-not-unique',
    'The table has no key that refuses a second row of an id.',
    'more rows than ids are in the window',
  ],
  direct: false,
  sql: (stored) =>
    `select m."id", count(*)\n${stored}\ngroup by 1\nhaving count(*) > 1\norder by 2 desc\nlimit 20`,
  words: (n, { found, of: { most, rows } }) => ({
    title: text`${n.repeated_ids} ${noun(rows, 'row has', 'rows have')} an id that another row has`,
    description: text`They are in ${found.map(({ entity }) => entity).join(', ')}, and are counted like any other row.`,
    financial: 'Fees, results and volumes of these rows may be counted twice.',
    operational: 'Counts and rates of this report may be too high.',
    risk: 'A bot that reads its own rows back may act on one of them twice.',
    detection: FOUND_BY_PREFLIGHT,
    recommendation: `Remove the second rows, and give the table behind ${most.entity} a primary key.`,
    verification: 'The preflight counts no repeated id in the next window.',
  }),
});
