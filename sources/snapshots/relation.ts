import { columnsOf, isStored, type StoredEntity } from '../../audit/contract.ts';
import type { Query } from '../../audit/query.ts';
import { compileQuery, type CompiledQuery, type Parameters, type Relation } from '../database/compile.ts';

/** What the store holds of one bot, in contract shape; the bot is a parameter. */
const relationOf = (entity: StoredEntity): Relation => ({
  entity,
  select: `select * from audit.${entity} where bot = :bot`,
  timeZone: 'UTC',
  latest: `'2200-01-01'::timestamptz`,
  trusted: new Set(['at', 'slot']),
  // Our own columns have their types by the migration, so nothing needs to be cast or probed.
  columns: columnsOf(entity).map((column) => ({
    ...column,
    state: 'ok',
    shape: shapeOf(column.type),
    bounds: null,
  })),
});

/** Compiles a query on what the store holds; it may name no other relation, since the others live in another database. */
export function compileSnapshotQuery(query: Query, bot: string, parameters: Parameters): CompiledQuery {
  return compileQuery(
    query,
    (entity) => {
      if (!isStored(entity)) throw new Error(`query ${query.id} reads snapshots and cannot name @${entity}`);
      return relationOf(entity);
    },
    { ...parameters, bot },
  );
}

function shapeOf(type: string): 'zoned' | 'jsonb' | 'integer' | 'other' {
  if (type === 'time') return 'zoned';
  if (type === 'text') return 'other';
  return type === 'json' ? 'jsonb' : 'integer';
}
