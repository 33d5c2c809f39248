import { describeDsn } from '../../audit/describe-dsn.ts';
import { SourceLost } from '../errors.ts';
import type { Parameters } from './compile.ts';
import type { Mapping } from './mapping.ts';
import { relationNames } from './relation-names.ts';
import { named } from './role-grants.ts';
import type { Row, Session } from './session.ts';
import { quoteLiteral } from './sql-text.ts';

/**
 * Tables of which the snapshot and the server speak differently: TRUNCATE and most rewrites show an older snapshot an empty
 * table, and so does one that was made after it and took another's name.
 */
const CHANGED = `select c.oid::int8 as oid from pg_catalog.pg_class c
  where c.relkind = 'r' and c.relpersistence <> 't' and c.relnamespace <> 'pg_catalog'::regnamespace
    and pg_catalog.pg_relation_filenode(c.oid) <> c.relfilenode`;

/** Throws SourceLost when a table that the mapping reads was emptied, rewritten or replaced since the snapshot was taken. */
export async function mustBeUnchanged(
  session: Session,
  mapping: Mapping,
  { url, bot, parameters }: { readonly url: string; readonly bot: string; readonly parameters: Parameters },
): Promise<void> {
  const changed = await rowsOf(session, CHANGED);
  const names = await relationNames(session, mapping, changed.length === 0 ? null : parameters);
  if (names.length === 0) return;
  const ids = changed.map(({ oid }) => String(oid)).join(',');
  const found = await rowsOf(
    session,
    `select distinct to_regclass(n)::text as relation from unnest(array[${names.map(quoteLiteral).join(', ')}]::text[]) n
     where to_regclass(n)::oid = any ('{${ids}}'::oid[])
       or to_regclass(n) is not null and not exists (select 1 from pg_class c where c.oid = to_regclass(n)) order by 1`,
  );
  if (found.length === 0) return;
  throw new SourceLost(
    `The database of bot ${bot} at ${describeDsn(url)} was changed while it was read: ${named(found.map(({ relation }) => String(relation)))} was emptied, ` +
      'rewritten or replaced, and looked empty to the audit. It is read anew; a table that is refilled all the time is refilled with DELETE.',
  );
}

/** What cannot be asked tells of no change. */
async function rowsOf(session: Session, sql: string): Promise<readonly Row[]> {
  const answer = await session.ask(sql);
  return answer.ok ? answer.rows : [];
}
