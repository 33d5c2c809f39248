import type pg from 'pg';
import type { Query } from '../audit/query.ts';
import { readDatabase, type DatabaseEvidence } from '../sources/database/collect.ts';
import { bindParameters } from '../sources/database/compile.ts';
import { transactionSettings, type Timeouts } from '../sources/database/connect.ts';
import { readMapping } from '../sources/database/mapping.ts';
import { openSession } from '../sources/database/session.ts';
import { namedStatements, timedSession, type StatementRun } from '../sources/database/statement-times.ts';
import { registry } from '../sections/index.ts';

/** Asks a database all that an audit of the window asks, or these queries, and keeps every statement with its time. */
export async function recordStatements(
  url: string,
  window: { readonly from: string; readonly to: string },
  timeouts: Timeouts,
  queries: readonly Query[] = registry.queries,
): Promise<{
  readonly statements: readonly StatementRun[];
  readonly evidence: Omit<DatabaseEvidence, 'remarks' | 'statements'>;
}> {
  const session = await openSession({ url, bot: 'bench', timeouts });
  const timed = timedSession(session);
  const mapping = await readMapping('native');
  try {
    const evidence = await readDatabase(timed.session, {
      mapping,
      timeZone: 'UTC',
      queries: queries.filter(({ source }) => source === 'database'),
      parameters: { ...window, bucket_s: 3_600 },
      readAt: { asOf: window.to, skewS: 60 },
      seenAlive: true,
    });
    return { evidence, statements: namedStatements(timed.asked, evidence.ran, mapping) };
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
  { sql, parameters }: Pick<StatementRun, 'sql' | 'parameters'>,
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
