import { z } from 'zod';
import type { EntityName } from '../../../audit/contract.ts';
import { eachSpelled, fromDatabase, spelledIds } from '../../shared/queries/span.ts';

const text = z.string().nullable();

export const linkRow = z.object({
  what: z.string(),
  said: z.string(),
  named: text,
  is_pair: z.boolean(),
  rows: z.number(),
  at: text,
  ids: z.array(text),
});
export type LinkRow = z.output<typeof linkRow>;

/** Rows that name another row by its id, and what both of them say. */
interface Link {
  readonly row: EntityName;
  readonly other: EntityName;
  readonly title: string;
  /** What else `mine` reads. */
  readonly reads?: readonly EntityName[];
  /** SELECT of `id`, `at`, `key`, `key_alike` and what the words are made of. */
  readonly mine: string;
  readonly columns: readonly string[];
  /** Whether an order that fills name is there, though its own row is not: then that was lost, and is named rightly. */
  readonly orFills?: boolean;
  /** What is compared: the expression of the row `m`, that of the row `o` which it names; null: what the pair itself comes to. */
  readonly words: readonly (readonly [what: string, said: string, other: string | null])[];
}

/** Both say the same of themselves. */
export const same = (...columns: readonly string[]): Link['words'] =>
  columns.map((column) => [column, `m.${column}`, `o.${column}`]);
/** A sentence about the pair itself; NULL where the two do not show it. */
export const pair = (what: string, said: string): Link['words'][number] => [what, said, null];
export const IS_THERE = pair('there', `case when o.key is null then 'gone' else 'there' end`);
export const IS_TRADED = pair(
  'there',
  `case when o.key is null and t.key is null then 'gone' else 'there' end`,
);
/** What leads to a row comes before it, but for the clocks of two writers. */
export const BEFORE = pair(
  'time',
  `case when o.at > m.at + interval '1 minute' then 'long after' else 'in order' end`,
);

const TRADED = `, traded as materialized (
  select distinct lower(f.order_id) as key
  from @fill f
  where f.order_id_raw in ${eachSpelled('key')}
)`;

/** Counted by what both say, with the first row of each: a window has few instruments and strategies, however many rows. */
export const linkQuery = ({ row, other, title, reads = [], mine, columns, orFills, words }: Link) =>
  fromDatabase(`links-${row.replace('_', '-')}-${other}`, [...new Set([row, other, ...reads])], {
    title,
    kind: 'aggregate',
    limit: 20_000,
    sql: `with mine as materialized (
${mine}
), ${spelledIds('mine', 'key')}, named as materialized (
  select lower(o.id) as key, ${columns.map((column) => `o.${column}`).join(', ')}
  from @${other} o
  where o.id_raw in ${eachSpelled('key')}
)${orFills === true ? TRADED : ''}
select w.what, left(w.said, 120) as said, left(w.named, 120) as named, w.is_pair, count(*)::int as rows, min(m.at) as at,
  (array_agg(m.id order by m.at, m.id))[1:12] as ids
from mine m
left join named o on o.key = lower(m.key)
${orFills === true ? 'left join traded t on t.key = lower(m.key)\n' : ''}cross join lateral (values
${words.map(([what, said, its]) => `  ('${what}', ${said}, ${its ?? 'null'}, ${String(its === null)})`).join(',\n')}
) w(what, said, named, is_pair)
where btrim(w.said) <> '' and (w.is_pair or btrim(w.named) <> '')
group by 1, 2, 3, 4
order by 1, 2, 3, 4`,
    row: linkRow,
  });
