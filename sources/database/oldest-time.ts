import type { EntityName } from '../../audit/contract.ts';
import { compileQuery, type Parameters, type Relation } from './compile.ts';
import type { Session } from './session.ts';

/** What a bot at work writes; prices, instruments and limits may be older than it. */
const OF_WORK: ReadonlySet<EntityName> = new Set<EntityName>([
  ...(['position', 'order', 'fill', 'event', 'balance', 'decision', 'execution', 'ingestion_run'] as const),
  ...(['api_call', 'alert', 'stop_change', 'funding', 'transfer'] as const),
]);

/** The first sign of a bot at work. `of`: the heartbeats where they are a log, else any row. */
export interface Beginning {
  readonly at: string;
  readonly of: 'heartbeat' | 'row';
}

/** The first sign of a bot at work, where it lies in the window; null when earlier ones are there, or none at all. */
export async function beginningInWindow(
  session: Session,
  relations: readonly Relation[],
  parameters: Parameters,
): Promise<Beginning | null> {
  const beats = await firstTimes(
    session,
    relations.filter(({ entity }) => entity === 'heartbeat'),
    parameters,
    // A row that is overwritten with each beat has forgotten the ones before.
    'count(*) > count(distinct t.service)',
  );
  if (beats === 'earlier') return null;
  if (beats.length > 0) return first('heartbeat', beats);
  const work = relations.filter(({ entity }) => OF_WORK.has(entity));
  const rows = await firstTimes(session, work, parameters);
  return rows === 'earlier' ? null : first('row', rows);
}

function first(of: Beginning['of'], times: readonly string[]): Beginning | null {
  const [at] = [...times].sort((a, b) => Date.parse(a) - Date.parse(b));
  return at === undefined ? null : { at, of };
}

/** The first time in the window of each required time column; `earlier` as soon as one is seen before the window. */
async function firstTimes(
  session: Session,
  relations: readonly Relation[],
  parameters: Parameters,
  having = 'true',
): Promise<readonly string[] | 'earlier'> {
  const found: string[] = [];
  for (const relation of relations)
    for (const { name, type, state, required } of relation.columns) {
      if (type !== 'time' || state !== 'ok' || !required) continue;
      const ask = async (what: string, rest: string): Promise<unknown> => {
        const sql = `select ${what} as at from @${relation.entity} t where ${rest}`;
        const query = { id: 'oldest-time', sql, entities: [relation.entity] };
        const answer = await session.ask(compileQuery(query, () => relation, parameters).sql, parameters);
        return answer.ok ? answer.rows[0]?.['at'] : null;
      };
      // One earlier row is enough, and the table of a bot with a history begins with one.
      if (typeof (await ask(`t.${name}`, `t.${name} < :from limit 1`)) === 'string') return 'earlier';
      const at = await ask(`min(t.${name})`, `t.${name} >= :from and t.${name} < :to having ${having}`);
      if (typeof at === 'string') found.push(at);
    }
  return found;
}
