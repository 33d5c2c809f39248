import type { EntityName } from '../../../audit/contract.ts';
import { text } from '../../../audit/text.ts';
import { seeRows } from '../../shared/vocabulary/finding-query.ts';
import { num } from '../../shared/vocabulary/number.ts';
import { rule } from '../../shared/vocabulary/rule.ts';
import { col, table } from '../../shared/vocabulary/table.ts';
import { names, noun } from '../../shared/vocabulary/words.ts';
import type { Facts, Input } from '../facts.ts';
import { FOUND_BY_PREFLIGHT } from '../preflight.ts';
import { timesReversed } from '../rule-time-order.ts';
import type { ContradictedLink } from './contradicted-links.ts';
import { linkQueries } from './queries.ts';

/** How rows of the entity are shown, and by which column they are found. */
const COLUMNS: Partial<Record<EntityName, readonly [key: string, columns: string]>> = {
  event: ['id', 'id, at, type, position_id, order_id, symbol, exchange'],
  trailing_update: ['position_id', 'position_id, at, symbol, exchange, old_stop, new_stop, skipped'],
  funding: ['position_id', 'position_id, at, symbol, exchange, amount'],
  decision: ['id', 'id, at, decision, status, symbol, exchange, strategy, side, quantity, signal_id'],
  execution: ['id', 'id, decision_id, order_id, status, at, filled_quantity, filled_price, commission'],
  position: ['id', 'id, opened_at, symbol, strategy, side, signal_id'],
};
const nounOf = (entity: EntityName): string =>
  entity === 'funding' ? 'funding payment' : entity.replace('_', ' ');

/** One finding of the rows of a kind that contradict what they name; nothing is computed from them, so that it is LOW. */
export const linksContradicted = rule<Facts, Input>()({
  id: 'DQ-06',
  title: 'Rows that contradict what they name',
  dimension: 'integrity',
  condition: timesReversed.condition,
  effort: 'low',
  find: ({ links }) =>
    [...Map.groupBy(links, ({ entity }) => entity)].map(([entity, found]) => ({
      venue: null,
      found,
      kind: entity.replace('_', '-'),
      labels: { kind: entity },
      of: { entity },
    })),
  from: { basis: 'rows and those that they name', queries: Object.values(linkQueries).map(({ id }) => id) },
  numbers: ({ found }) => ({
    contradicting_links: num.count(
      'Rows that contradict what they name',
      found.reduce((all, { rows }) => all + rows, 0),
      'rows of the window, a column each',
    ),
  }),
  severity: () => 'LOW',
  causes: () => [],
  otherwise: 'One of the two rows is written by another part of the bot, or not written again.',
  occurrence: ({ what, said, at }) => ({ subject: `${what} ${said}`, at }),
  frequency: ({ found }) => found.reduce((all, { rows }) => all + rows, 0),
  evidence: {
    id: 'data-integrity.links',
    suffix: ({ of: { entity } }) => entity,
    title: 'Rows that contradict what they name',
    table: table<ContradictedLink>({
      named: col.text('Names', ({ named }) => nounOf(named)),
      what: col.text('Column', ({ what }) => what),
      said: col.text('It says', ({ said }) => said),
      its: col.text('What it names says', ({ its }) => its),
      rows: col.count('Rows', ({ rows }) => rows),
      of: col.count('Of', ({ of }) => of),
      at: col.time('First', ({ at }) => at),
      id: col.text('As of', ({ ids }) => ids[0] ?? ''),
    }),
  },
  see: ({ found, of: { entity } }) => {
    const [key, columns] = COLUMNS[entity] ?? ['id', '*'];
    return seeRows(
      entity,
      columns,
      key,
      found.flatMap(({ ids }) => ids),
      key,
    );
  },
  words: (n, { found, of: { entity } }) => {
    const [first] = found;
    const rows = found.reduce((all, one) => all + one.rows, 0);
    const what = names([...new Set(found.map((one) => `${one.what} of the ${nounOf(one.named)}`))]);
    return {
      title: text`${n.contradicting_links} ${noun(rows, `${nounOf(entity)} contradicts`, `${nounOf(entity)}s contradict`)} what ${noun(rows, 'it names', 'they name')}: ${what}`,
      description: text`As of ${first?.ids[0] ?? 'one without an id'}: ${first?.what ?? ''} ${first?.said ?? ''}, and of the ${nounOf(first?.named ?? 'order')} that it names ${first?.its ?? ''}.`,
      financial: 'None by itself: results are computed from prices and quantities of fills.',
      operational:
        'Whatever reads one of the two rows sees another course of events than what reads the other.',
      risk: 'Who looks for the reason of a trade in these rows finds that of another.',
      detection: FOUND_BY_PREFLIGHT,
      recommendation: `Find where the bot writes ${nounOf(entity)} rows, and write what they name from the row itself.`,
      verification: 'No row of the next window contradicts one that it names.',
    };
  },
});
