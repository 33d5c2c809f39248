import { defineQuery, type Query } from '../../../audit/query.ts';

/** Bounds of a question as SQL: `:from` and `:to` of the window, or of a day around its beginning. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

export const WINDOW: Span = { from: ':from::timestamptz', to: ':to::timestamptz' };

/**
 * Positions that overlapped the span. A closed row without `closed_at` counts by its last update, which is the only
 * trace of its end, and one whose opening cannot be, or lies after its end, counts by its end alone. One minute is added
 * on both sides, because a fill and its row disagree by milliseconds: readers go through `positionFacts`, which cuts at
 * the window.
 */
export const overlapping = ({
  from,
  to,
}: Span): string => `(p.opened_at < ${to} + interval '1 minute' or p.opened_at is null
    or (p.closed_at < p.opened_at - interval '1 minute' and p.closed_at < ${to} + interval '1 minute'))
  and (p.closed_at >= ${from} - interval '1 minute'
    or (p.closed_at is null
      and (p.status in ('open', 'transient', 'unknown')
        or coalesce(p.updated_at, p.opened_at) >= ${from} - interval '1 minute')))`;

/** `mine`: these columns of the positions that overlapped the span, found once for all that asks for them. */
export const mine = (span: Span, columns: string): string => `mine as materialized (
  select ${columns}
  from @position p
  where ${overlapping(span)}
)`;

/** `mine` with the spellings of their ids, by which `eachSpelled('id')` and `notOfMine` find the rows that name them. */
export const mineByIds = (span: Span, columns = ''): string =>
  `${mine(span, `p.id_alike${columns === '' ? '' : `, ${columns}`}`)}, ${spelledIds('mine', 'id')}`;

/** `mine_id`: the ids in the column `id_alike` of the relation `mine`, in every case that a writer may give them. */
export const spelledIds = (
  relation: string,
  column: string,
): string => `${relation}_${column} as materialized (
  select distinct unnest(m.${column}_alike) as spelled
  from ${relation} m
)`;

/**
 * The values of a column, to compare raw columns with. An array's elements are planned as ten, however wrong the
 * table's statistics are: that takes an index where there is one, else one pass with a hash, and never a pass a position.
 */
export const each = (column: string, relation = 'mine'): string =>
  `(select unnest(array(select m.${column} from ${relation} m)))`;

/** The spellings of an id of a relation, to compare raw columns with. */
export const eachSpelled = (column: string, relation = 'mine'): string =>
  each('spelled', `${relation}_${column}`);

/** Whether a row was found by its position already, for the arms of a union that follow; NULL is no position. */
export const notOfMine = (column: string): string =>
  `not exists (select from mine_id m where m.spelled = ${column})`;

/** A question to the bot's database; bounded evidence where it says nothing else. */
export const fromDatabase = <Row>(
  id: string,
  entities: Query['entities'],
  query: Pick<Query<Row>, 'title' | 'sql' | 'row'> & Partial<Pick<Query, 'kind' | 'distribution' | 'limit'>>,
): Query<Row> => defineQuery({ id, source: 'database', kind: 'rows', entities, ...query });
