import { columnsOf } from '../../audit/contract.ts';
import type { Query } from '../../audit/query.ts';
import { compileQuery, type CompiledQuery, type Parameters, type Relation } from '../database/compile.ts';

/** The store's snapshots of one bot, in contract shape; the bot is a parameter. */
const SELECT = 'select * from audit.snapshot where bot = :bot';

/** Our own columns have their types by the migration, so nothing needs to be cast or probed. */
const RELATION: Relation = {
  entity: 'snapshot',
  select: SELECT,
  timeZone: 'UTC',
  windowEnd: '2200-01-01',
  trusted: new Set(['at', 'slot']),
  columns: columnsOf('snapshot').map((column) => ({ ...column, state: 'ok', shape: shapeOf(column.type) })),
};

/** Compiles a query on `@snapshot`; it may name no other relation, since the others live in another database. */
export function compileSnapshotQuery(query: Query, bot: string, parameters: Parameters): CompiledQuery {
  return compileQuery(
    query,
    (entity) => {
      if (entity !== 'snapshot')
        throw new Error(`query ${query.id} reads snapshots and cannot name @${entity}`);
      return RELATION;
    },
    { ...parameters, bot },
  );
}

function shapeOf(type: string): 'zoned' | 'jsonb' | 'integer' {
  if (type === 'time') return 'zoned';
  return type === 'json' ? 'jsonb' : 'integer';
}
