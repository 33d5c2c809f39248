import { columnsOf, CONTRACT, isStored, nullOf, type EntityName } from './contract.ts';
import type { EntityState } from './evidence.ts';
import type { RunnableSee, See } from './finding.ts';
import { ownStatement } from './own-statement.ts';

/**
 * A rule's statement names contract relations, which no bot has: each is defined before it, with the mapping and the
 * normal forms of the queries, so that a reader can paste the text and sees the rows that the audit saw.
 */
export function runnable(see: See, entities: readonly EntityState[], bot: string): RunnableSee {
  if (see.language === 'sh') return see;
  const named = [...see.text.matchAll(/\b(?:from|join)\s+"?([a-z_]+)"?/gi)].map(([, name]) => name ?? '');
  const relations = [...new Set(named)].filter((name) => name in CONTRACT);
  const definitions = relations.flatMap((name) => definitionOf(name as EntityName, see.text, entities, bot));
  const text = see.text.replace(/;?\s*$/, ';');
  const own = ownStatement(see.text, entities, bot);
  return {
    language: 'sql',
    ...(own !== undefined && { own }),
    text: definitions.length > 0 ? `with ${definitions.join(',\n')}\n${text}` : text,
    database: relations.some(isStored) ? 'audit' : 'bot',
  };
}

function definitionOf(
  entity: EntityName,
  text: string,
  entities: readonly EntityState[],
  bot: string,
): readonly string[] {
  // Snapshots are in our own store, whatever the bot's mapping says.
  if (isStored(entity))
    return [`${entity} as (\n  select * from audit.${entity} where bot = '${bot.replaceAll("'", "''")}'\n)`];
  const state = entities.find((one) => one.entity === entity);
  const absent = absentColumns(entity, text, state);
  // A relation that the mapping has not stands there without a row, so that the rest of the statement runs.
  if (state?.select === undefined)
    return [
      `"${entity}" as (\n  select ${absent.map(([name, sql]) => `${sql} as "${name}"`).join(', ')}\n  where false\n)`,
    ];
  const expressions = [...expressionsFor(text, state.expressions ?? {}), ...absent];
  const mapping = state.select.trim();
  if (expressions.every(([, expression]) => expression === null))
    return [`"${entity}" as (\n${indented(mapping, 2)}\n)`];
  const list = expressions.map(([name, expression]) =>
    expression === null ? `    m."${name}"` : `    ${expression} as "${name}"`,
  );
  return [`"${entity}" as (\n  select\n${list.join(',\n')}\n  from (\n${indented(mapping, 4)}\n  ) as m\n)`];
}

/** Columns of the contract that a text names and the mapping does not give: NULL, as the queries read them. */
function absentColumns(
  entity: EntityName,
  text: string,
  state: EntityState | undefined,
): readonly (readonly [name: string, expression: string])[] {
  const named = new Set(text.toLowerCase().match(/\w+/g));
  const given = (name: string): boolean =>
    state?.columns.includes(name) === true || state?.expressions?.[name] !== undefined;
  return columnsOf(entity)
    .filter(({ name }) => named.has(name) && !given(name))
    .map(({ name, type }) => [name, nullOf(type)]);
}

/**
 * The columns that a text names. Those that it only shows are shown as they are stored, null here; what its conditions
 * compare, and times without a zone, are in normal form.
 */
function expressionsFor(
  text: string,
  expressions: Readonly<Record<string, string>>,
): readonly (readonly [name: string, expression: string | null])[] {
  const words = (part: string): ReadonlySet<string> => new Set(part.toLowerCase().match(/\w+/g));
  const named = words(text);
  const compared = words(
    /\bwhere\b(?<conditions>.*?)(?:\border by\b|\bgroup by\b|$)/is.exec(text)?.groups?.['conditions'] ?? '',
  );
  return Object.entries(expressions)
    .filter(([name]) => named.has(name))
    .map(([name, expression]) => {
      const stored = `m."${name}"`;
      // What is read by its word stands in no row, and a time without a zone would be read in another.
      const isPlain =
        !compared.has(name) && expression.includes(stored) && !expression.includes(' at time zone ');
      return [name, isPlain || expression === stored ? null : expression];
    });
}

function indented(sql: string, by: number): string {
  return `${' '.repeat(by)}${sql.replaceAll('\n', `\n${' '.repeat(by)}`)}`;
}
