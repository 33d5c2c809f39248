import type pg from 'pg';
import { readDatabase, type DatabaseEvidence } from '../sources/database/collect.ts';
import { bindParameters, type Parameters } from '../sources/database/compile.ts';
import { transactionSettings, type Timeouts } from '../sources/database/connect.ts';
import { readMapping } from '../sources/database/mapping.ts';
import { openSession, type Session } from '../sources/database/session.ts';
import { registry } from '../sections/index.ts';

/** One statement of an audit as it ran. */
export interface Statement {
  /** A query's id, or what the preflight asks, as the beginning of its text. */
  readonly name: string;
  readonly sql: string;
  readonly parameters: Parameters;
  readonly ms: number;
  readonly rows: number;
  /** Why it gave nothing. */
  readonly error: string | null;
}

const CURSOR = /^declare evidence_rows no scroll cursor for\n/;

/** Asks a database all that an audit of the window asks, and keeps every statement with its time. */
export async function recordStatements(
  url: string,
  window: { readonly from: string; readonly to: string },
  timeouts: Timeouts,
): Promise<{
  readonly statements: readonly Statement[];
  readonly evidence: Omit<DatabaseEvidence, 'remarks'>;
}> {
  const session = await openSession({ url, bot: 'bench', timeouts });
  const statements: Statement[] = [];
  try {
    const evidence = await readDatabase(recording(session, statements), {
      mapping: await readMapping('native'),
      timeZone: 'UTC',
      queries: registry.queries.filter(({ source }) => source === 'database'),
      parameters: { ...window, bucket_s: 3_600 },
      seenAlive: true,
    });
    const ids = new Map(evidence.ran.map(({ run }) => [run.sql, run.id]));
    return {
      evidence,
      statements: statements.map((one) => ({ ...one, name: ids.get(one.sql) ?? named(one) })),
    };
  } finally {
    await session.close();
  }
}

/** What a statement costs the server, whatever else the machine does. */
export interface Work {
  /** Rows that scans and joins looked at. */
  readonly rows: number;
  /** Pages of 8 KiB that were looked at. */
  readonly pages: number;
  readonly ms: number;
  readonly plan: PlanNode;
}

export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Runs a statement again under EXPLAIN, in a transaction like an audit's. @throws when it takes longer than allowed */
export async function workOf(
  client: pg.Client,
  { sql, parameters }: Pick<Statement, 'sql' | 'parameters'>,
  timeouts: Timeouts,
): Promise<Work> {
  const { text, values } = bindParameters(sql, parameters);
  await client.query(transactionSettings(timeouts));
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': readonly [Explained] }>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      [...values],
    );
    const explained = rows[0]?.['QUERY PLAN'][0];
    if (explained === undefined) throw new Error('the server explained nothing');
    const { Plan: plan, 'Execution Time': ms } = explained;
    const pages = plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
    return { rows: nodesOf(plan).reduce((total, node) => total + touched(node), 0), pages, ms, plan };
  } finally {
    await client.query('rollback');
  }
}

interface Explained {
  readonly Plan: PlanNode & { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
  readonly 'Execution Time': number;
}

/** A plan and all below it. */
export function nodesOf(plan: PlanNode): readonly PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

/** Rows that a node looked at: those that it gave on and those that it threw away. */
export function touched(node: PlanNode): number {
  const isLeaf = node.Plans === undefined;
  const thrown =
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0);
  return ((isLeaf ? node['Actual Rows'] : 0) + thrown) * node['Actual Loops'];
}

function recording(session: Session, statements: Statement[]): Session {
  return {
    close: () => session.close(),
    async ask(sql, parameters = {}, options = {}) {
      const start = performance.now();
      const answer = await session.ask(sql, parameters, options);
      const ms = performance.now() - start;
      const rows = answer.ok ? answer.rows.length : 0;
      const last = statements.at(-1);
      if (/^(fetch forward|close)\b/.test(sql) && last !== undefined)
        statements[statements.length - 1] = {
          ...last,
          ms: last.ms + ms,
          rows: last.rows + rows,
          error: answer.ok ? last.error : answer.message,
        };
      else
        statements.push({
          name: '',
          sql: sql.replace(CURSOR, ''),
          parameters,
          ms,
          rows,
          error: answer.ok ? null : answer.message,
        });
      return answer;
    },
  };
}

function named({ sql }: Statement): string {
  const table = /\bfrom bot\.(\w+)/.exec(sql)?.[1] ?? 'catalogue';
  return `${table}: ${sql.replaceAll(/\s+/g, ' ').slice(0, 60)}`;
}
