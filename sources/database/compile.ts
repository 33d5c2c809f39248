import { CONTRACT, nullOf, type EntityName } from '../../audit/contract.ts';
import type { Query } from '../../audit/query.ts';
import { columnExpression, type ColumnPlan, type TimeReading } from './column-plan.ts';
import { withNaiveBounds, type NaiveColumn } from './naive-bounds.ts';
import { RAW, rawColumns, type RawColumns } from './raw-columns.ts';
import { quoteIdentifier, rewriteCode, splitSql } from './sql-text.ts';
import { readBySpelling } from './word-reading.ts';

/** A contract relation that can be read: the mapping's SELECT and what the preflight learnt of its columns. */
export interface Relation extends TimeReading {
  readonly entity: EntityName;
  readonly select: string;
  readonly columns: readonly ColumnPlan[];
  /** Time columns without any value out of range in the snapshot being read. */
  readonly trusted: ReadonlySet<string>;
  /** Ids of which the window has some with blanks around them: as they are stored they equal nothing. */
  readonly padded?: ReadonlySet<string>;
  /** What somebody would have measured and of which the window has only 0: it is read as not known. */
  readonly unmeasured?: ReadonlySet<string>;
}

export type Parameters = Readonly<Record<string, string | number>>;

/** The parameters that SQL may name, with the type that each is sent as. */
const PARAMETER_TYPES: Readonly<Record<string, string>> = {
  from: 'timestamptz',
  to: 'timestamptz',
  bucket_s: 'integer',
  slot: 'timestamptz',
  bot: 'text',
};
const PARAMETER = new RegExp(`(?<![:\\w]):(${Object.keys(PARAMETER_TYPES).join('|')})\\b`, 'g');
const RELATION = /(?<![<>@&|~!#^%*+\-/=\w])@([a-z_]+)\b/g;
/** After a relation these are the next clause, anything else is its alias. */
const NOT_ALIAS =
  /^\s*(?:$|[^\s\w"]|(?:where|join|on|left|right|inner|full|cross|natural|group|order|having|limit|offset|union|except|intersect|window|fetch|for|tablesample|lateral|using)\b)/i;

export interface CompiledQuery {
  /** With named parameters, the mapping inlined: what the report prints and people can run. */
  readonly sql: string;
  readonly parameters: Parameters;
}

/**
 * Turns a section's SQL into SQL on the bot's own tables: each `@entity` becomes a plain subquery, which the planner
 * flattens, so that its conditions reach the tables' indexes. Throws on a name that is no entity of the query.
 */
export function compileQuery(
  query: Pick<Query, 'id' | 'sql' | 'entities'>,
  relationOf: (entity: EntityName) => Relation,
  available: Parameters,
  sqlOf: typeof relationSql = relationSql,
): CompiledQuery {
  const written = withNaiveBounds(query.sql, naiveColumnsOf(query, relationOf));
  const names = namesIn(written);
  const raw = rawColumns(names.all, query.entities.map(relationOf), expressionOf);
  const pieces = splitSql(written);
  const parts = pieces.map((piece, index) => {
    if (piece.kind !== 'code') return piece.text;
    const following = pieces
      .slice(index + 1)
      .map((next) => (next.kind === 'comment' ? ' ' : next.text))
      .join('');
    return piece.text.replace(RELATION, (match: string, name: string, offset: number) => {
      const entity = query.entities.find((declared) => declared === name);
      if (entity === undefined) {
        const problem = Object.hasOwn(CONTRACT, name)
          ? 'but does not declare it'
          : 'which is no contract entity';
        throw new Error(`query ${query.id} names @${name}, ${problem}`);
      }
      const rest = piece.text.slice(offset + match.length) + following;
      const alias = NOT_ALIAS.test(rest) ? ` as ${quoteIdentifier(name)}` : '';
      return sqlOf(relationOf(entity), names.columns, raw) + alias;
    });
  });
  const sql = tidy(parts.join(''));
  const parameters = Object.fromEntries(
    parametersOf(sql).map((name) => [name, valueOf(name, available, query.id)]),
  );
  return { sql, parameters };
}

/** Columns without a zone by the aliases of a query's relations; an alias that stands for something else too has none. */
function naiveColumnsOf(
  { sql, entities }: Pick<Query, 'sql' | 'entities'>,
  relationOf: (entity: EntityName) => Relation,
): (alias: string, column: string) => NaiveColumn | null {
  const owners = new Map<string, Set<string>>();
  for (const [, owner = '', alias = ''] of sql.matchAll(
    /(?<![:\w])(?:(?:from|join)\s+@?|,\s*@)([a-z_]+)\s+(?:as\s+)?(\w+)/g,
  ))
    owners.set(alias, (owners.get(alias) ?? new Set()).add(owner));
  return (alias, column) => {
    const [owner, ...others] = owners.get(alias) ?? [];
    const entity = entities.find((name) => name === owner);
    if (entity === undefined || others.length > 0) return null;
    return naiveColumn(relationOf(entity), column, `${alias}.${column}${RAW}`);
  };
}

/** A column of a relation as the bot keeps it, when it has no zone and no value of it is out of range. */
export function naiveColumn(relation: Relation, column: string, raw: string): NaiveColumn | null {
  const plan = relation.columns.find(({ name }) => name === column);
  if (plan?.shape !== 'naive' || !relation.trusted.has(column)) return null;
  return { raw, timeZone: relation.timeZone };
}

/** The subquery of one relation; `wanted` null means all contract columns. */
export function relationSql(
  relation: Relation,
  wanted: ReadonlySet<string> | null,
  raw: RawColumns<Relation> = () => [],
): string {
  const named = relation.columns.filter(({ name }) => wanted === null || wanted.has(name));
  const bare = raw(relation).map(([name, expression]) => `    ${expression} as ${quoteIdentifier(name)}`);
  const columns = named.length + bare.length > 0 ? named : relation.columns.slice(0, 1);
  const list = [...(columns.length > 0 ? [columnList(relation, columns)] : []), ...bare].join(',\n');
  return `(\n  select\n${list}\n  from (\n${indent(relation.select)}\n  ) as m\n)`;
}

/** The contract columns as expressions on the mapping's row `m`. */
export function columnList(relation: Relation, columns: readonly ColumnPlan[]): string {
  return columns
    .map((plan) => `    ${expressionOf(relation, plan)} as ${quoteIdentifier(plan.name)}`)
    .join(',\n');
}

/** One contract column of a relation, in normal form; a kind that the mapping does not give is read by its word. */
export function expressionOf(relation: Relation, plan: ColumnPlan): string {
  const { entity, columns, timeZone, trusted, latest, unmeasured } = relation;
  if (unmeasured?.has(plan.name) === true) return nullOf(plan.type);
  const given = columnExpression(plan, { timeZone, trusted: trusted.has(plan.name), latest });
  const read = readBySpelling(entity, plan, columns);
  if (read === null) return given;
  return plan.state === 'ok' ? `coalesce(${given}, ${read})` : read;
}

/** `:name` -> `$n` with its type, and the values in that order. */
export function bindParameters(
  sql: string,
  parameters: Parameters,
): { readonly text: string; readonly values: readonly (string | number)[] } {
  const names = parametersOf(sql);
  const text = rewriteCode(sql, (code) =>
    code.replace(
      PARAMETER,
      (_match, name: string) => `$${String(names.indexOf(name) + 1)}::${PARAMETER_TYPES[name] ?? 'text'}`,
    ),
  );
  return { text, values: names.map((name) => valueOf(name, parameters, 'statement')) };
}

/** The parameters that a statement names, in a fixed order. */
export function parametersOf(sql: string): readonly string[] {
  const seen = new Set<string>();
  rewriteCode(sql, (code) => {
    for (const match of code.matchAll(PARAMETER)) seen.add(match[1] ?? '');
    return code;
  });
  return Object.keys(PARAMETER_TYPES).filter((name) => seen.has(name));
}

function valueOf(name: string, available: Parameters, where: string): string | number {
  const value = available[name];
  if (value === undefined) throw new Error(`${where} names :${name}, which it is not given`);
  return value;
}

/**
 * Names that occur in a section's SQL: the wrapper computes only those columns, which keeps the SQL that people read
 * short. All of them (`columns` null) when a star or a whole row of a relation is asked for.
 */
function namesIn(sql: string): {
  readonly all: ReadonlySet<string>;
  readonly columns: ReadonlySet<string> | null;
} {
  const pieces = splitSql(sql);
  const code = pieces.map((piece) => (piece.kind === 'code' ? piece.text : ' ')).join('');
  const aliases = [...code.matchAll(/@([a-z_]+)(?:\s+(?:as\s+)?(\w+))?/gi)].flatMap((match) => [
    match[1],
    match[2],
  ]);
  const stars = [
    ...code.replace(/count\s*\(\s*\*\s*\)/gi, '').matchAll(/(?:\b(\w+)\s*\.\s*)?\*\s*(?:,|\)|$|from\b)/gi),
  ];
  const wholeRow = /\b(?:to_jsonb?|row_to_json|jsonb?_agg)\b/i.test(code);
  const quoted = pieces.filter(({ kind }) => kind === 'identifier').map(({ text }) => text.slice(1, -1));
  const all = new Set([...(code.toLowerCase().match(/\w+/g) ?? []), ...quoted]);
  const isWhole = wholeRow || stars.some(([, owner]) => owner === undefined || aliases.includes(owner));
  return { all, columns: isWhole ? null : all };
}

/** Strings that span lines keep their bytes. */
function indent(sql: string): string {
  return `    ${rewriteCode(sql, (code) => code.replaceAll('\n', '\n    '))}`;
}

function tidy(sql: string): string {
  return sql.trim().replace(/;\s*$/, '');
}
