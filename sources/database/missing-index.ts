import type { Parameters } from './compile.ts';
import type { Session } from './session.ts';
import { quoteIdentifier, quoteLiteral } from './sql-text.ts';

/** A smaller table is read from end to end in a few milliseconds. */
const LARGE_ROWS = 20_000;
/** An index that leaves more than this share of a table is no gain. */
const KEPT_SHARE = 0.1;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Plan Rows': number;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly Filter?: string;
  readonly 'Hash Cond'?: string;
  readonly 'Merge Cond'?: string;
  readonly 'Join Filter'?: string;
  readonly Plans?: readonly PlanNode[];
}

interface Scan {
  readonly schema: string;
  readonly table: string;
  readonly alias: string;
  /** Conditions by which rows of the table are thrown away, and how many rows are left then. */
  readonly conditions: readonly { readonly text: string; readonly left: number }[];
}

/**
 * Indexes that would spare a statement the reading of a large table from end to end, as SQL for somebody to review. Only
 * plans the statement (EXPLAIN), and says nothing when the server cannot.
 */
export async function missingIndexes(
  session: Session,
  sql: string,
  parameters: Parameters,
): Promise<readonly string[]> {
  const answer = await session.ask(`explain (verbose, format json)\n${sql}`, parameters);
  const [row] = answer.ok ? answer.rows : [];
  const plans = row?.['QUERY PLAN'] as readonly { readonly Plan: PlanNode }[] | undefined;
  const wanted = new Set<string>();
  for (const scan of plans?.flatMap(({ Plan }) => scansOf(Plan, [])) ?? []) {
    const statement = await indexFor(session, scan);
    if (statement !== null) wanted.add(statement);
  }
  return [...wanted];
}

/** Tables that a plan reads from end to end, each with its filter and the conditions by which what it gives is joined. */
function scansOf(node: PlanNode, above: readonly PlanNode[]): readonly Scan[] {
  const { Schema: schema, 'Relation Name': table, Alias: alias } = node;
  const below = (node.Plans ?? []).flatMap((child) => scansOf(child, [node, ...above]));
  if (node['Node Type'] !== 'Seq Scan' || schema === undefined || table === undefined || alias === undefined)
    return below;
  const joins = above.flatMap((join) =>
    [join['Hash Cond'], join['Merge Cond'], join['Join Filter']].map((text) => ({
      text: text ?? '',
      left: join['Plan Rows'],
    })),
  );
  const conditions = [{ text: node.Filter ?? '', left: node['Plan Rows'] }, ...joins];
  return [{ schema, table, alias, conditions: conditions.filter(({ text }) => text !== '') }];
}

/** The first column by which most of a large table is thrown away; null when there is none or it has its index. */
async function indexFor(
  session: Session,
  { schema, table, alias, conditions }: Scan,
): Promise<string | null> {
  const name = `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
  const facts = await factsOf(session, name);
  if (facts === null || facts.rows < LARGE_ROWS) return null;
  for (const { text, left } of conditions) {
    if (left > facts.rows * KEPT_SHARE) continue;
    const column = comparedColumns(text, alias)[0];
    if (column === undefined) continue;
    if (facts.indexed.includes(column)) return null;
    const on = facts.parent ?? `${bare(schema)}.${bare(table)}`;
    // A partitioned table takes no index concurrently: its writers wait.
    return `create index ${facts.parent === null ? 'concurrently ' : ''}on ${on} (${bare(column)});`;
  }
  return null;
}

interface TableFacts {
  /** As the server last counted them. */
  readonly rows: number;
  /** First columns of its indexes. */
  readonly indexed: readonly string[];
  /** The partitioned table that it is a part of, as SQL. */
  readonly parent: string | null;
}

async function factsOf(session: Session, table: string): Promise<TableFacts | null> {
  const oid = `${quoteLiteral(table)}::regclass`;
  const answer = await session.ask(
    `select greatest(c.reltuples, 0)::float8 as rows, array(select a.attname::text from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where i.indrelid = c.oid and i.indisvalid and i.indpred is null) as indexed,
       case when c.relispartition then pg_partition_root(c.oid)::regclass::text end as parent
     from pg_class c where c.oid = ${oid}`,
  );
  const row = answer.ok ? answer.rows[0] : undefined;
  return row === undefined ? null : (row as unknown as TableFacts);
}

/** Columns of a table that a condition compares as they are, so that an index on them can serve, in its order. */
function comparedColumns(condition: string, alias: string): readonly string[] {
  const owner = `(?:${[alias, quoteIdentifier(alias)].map(escaped).join('|')})`;
  const column = String.raw`\(?(?<![\w."])${owner}\.("(?:[^"]|"")+"|\w+)\)?(?:::[a-z ]+)?`;
  const operator = String.raw`(?:=|<=?|>=?)`;
  const pattern = new RegExp(
    String.raw`(?<!\w)\(${column} ${operator} (?:\(?ANY|[^)])|[^( ]+\)? ${operator} ${column}\)`,
    'g',
  );
  return [...condition.matchAll(pattern)].map(([, left, right]) => unquoted(left ?? right ?? ''));
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function bare(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteIdentifier(name);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
