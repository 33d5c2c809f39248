import { z } from 'zod';
import type { EntityName } from '../../audit/contract.ts';
import { fromDatabase } from '../shared/queries/span.ts';

/** Seed 004 keeps audit rows for two years. */
export const RETENTION_DAYS = 730;

/** The server's own counters, of the moment of reading; rows are its estimate. They need no mapping. */
export const tableSizesQuery = fromDatabase('table-sizes', [], {
  title: 'Size and estimated rows of each table',
  kind: 'aggregate',
  limit: 10_000,
  sql: `select n.nspname::text as schema, c.relname::text as name, case when c.reltuples >= 0 then c.reltuples::float8 end as rows,
  pg_total_relation_size(c.oid)::float8 as bytes
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
  and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%' and has_schema_privilege(n.oid, 'usage')
order by bytes desc, schema, name`,
  row: z.object({
    schema: z.string(),
    name: z.string(),
    /** Null: the server has not counted them yet. */
    rows: z.number().nullable(),
    bytes: z.number(),
  }),
});

const oldest = (entity: EntityName, title: string) =>
  fromDatabase(`oldest-${entity.replace('_', '-')}`, [entity], {
    title,
    kind: 'aggregate',
    sql: `select (select min(x.at) from @${entity} x where x.at < :to::timestamptz) as oldest_at,
  (select count(*) from @${entity} p where p.at < :to::timestamptz - interval '${String(RETENTION_DAYS)} days')::int as past`,
    row: z.object({ oldest_at: z.string().nullable(), past: z.number().int() }),
  });

export const oldestDecisionQuery = oldest('decision', 'Oldest decision, and those past their period');
export const oldestExecutionQuery = oldest('execution', 'Oldest execution, and those past their period');
export const oldestApiCallQuery = oldest('api_call', 'Oldest API call, and those past their period');
export const oldestEventQuery = oldest('event', 'Oldest event, and those past their period');

export type TableRow = z.output<typeof tableSizesQuery.row>;
