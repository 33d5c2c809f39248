import type { TableCounters } from '../../audit/table-counters.ts';
import { errorMessage } from '../../audit/error-message.ts';
import type { Mapping } from '../database/mapping.ts';
import { namesAfterFrom } from '../database/relation-names.ts';
import type { Row, Session } from '../database/session.ts';
import { quoteLiteral } from '../database/sql-text.ts';

/**
 * The tables that the names of a mapping mean: of a view those it reads, of a partitioned table all of its parts, summed
 * under its own name. PostgreSQL shows these numbers to every role.
 */
const counted = (names: string): string => `with recursive named as (
  select c.oid, c.relkind from pg_catalog.pg_class c
  where c.oid in (select to_regclass(n) from unnest(array[${names}]::text[]) as n)
  union
  select t.oid, t.relkind from named v
    join pg_catalog.pg_rewrite w on w.ev_class = v.oid and v.relkind = 'v'
    join pg_catalog.pg_depend d on d.objid = w.oid and d.classid = 'pg_catalog.pg_rewrite'::regclass
      and d.refclassid = 'pg_catalog.pg_class'::regclass
    join pg_catalog.pg_class t on t.oid = d.refobjid and t.oid <> v.oid
), part as (
  select n.oid as whole, p.relid as oid from named n
    cross join lateral pg_catalog.pg_partition_tree(n.oid) p where n.relkind = 'p' and p.isleaf
  union
  select n.oid, n.oid from named n where n.relkind in ('r', 'm')
)
select p.whole::regclass::text as name, sum(s.n_live_tup)::float8 as rows,
  sum(pg_catalog.pg_total_relation_size(p.oid))::float8 as bytes, sum(s.n_tup_ins)::float8 as inserts,
  sum(s.n_tup_upd)::float8 as updates, sum(s.n_tup_del)::float8 as deletes, sum(s.seq_scan)::float8 as scans,
  sum(s.seq_tup_read)::float8 as scanned,
  (select d.stats_reset from pg_catalog.pg_stat_database d where d.datname = current_database()) as reset
from part p join pg_catalog.pg_stat_all_tables s on s.relid = p.oid and s.schemaname <> 'pg_catalog'
group by p.whole order by 1`;

/**
 * What PostgreSQL counts of the tables that a mapping reads, so far. They are beside the snapshot: what keeps them away
 * is their reason, and the rest of it stays.
 */
export async function tableCounters(
  session: Session,
  mapping: Mapping,
  signal?: AbortSignal,
): Promise<TableCounters> {
  const names = [...new Set([...mapping.selects.values()].flatMap(namesAfterFrom))].sort();
  if (names.length === 0) return { reason: 'the mapping names no table' };
  try {
    const answer = await session.ask(counted(names.map(quoteLiteral).join(', ')));
    if (!answer.ok) return { reason: answer.message };
    const reset = answer.rows[0]?.['reset'];
    return {
      reset: typeof reset === 'string' ? reset : null,
      tables: Object.fromEntries(answer.rows.map((row) => [String(row['name']), countsOf(row)])),
    };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return { reason: errorMessage(error) };
  }
}

function countsOf(row: Row) {
  const of = (column: string): number => Number(row[column] ?? 0);
  return [
    ...([of('rows'), of('bytes'), of('inserts'), of('updates')] as const),
    ...([of('deletes'), of('scans'), of('scanned')] as const),
  ] as const;
}
