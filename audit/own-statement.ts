import { columnsOf, CONTRACT, isStored, type EntityName } from './contract.ts';
import type { EntityState } from './evidence.ts';
import { CARD_LINES } from './finding.ts';

/** Characters of a line that a card has room for. */
const LINE = 100;
/** A cast of ours: what has it is in its normal form already. */
const AS_TEXT = '::TEXT';
/** Texts of quotes, which no replacement may reach. */
const QUOTED = /('(?:[^']|'')*')/;

/**
 * A rule's statement on the bot's own table, without a wrapper, short enough for a card. Undefined where the mapping of a
 * relation is more than a list of one table's columns, or the statement would be too long: then only the whole one runs.
 */
export function ownStatement(
  text: string,
  entities: readonly EntityState[],
  bot: string,
): string | undefined {
  const named = [...text.matchAll(/\b(?:from|join)\s+"?([a-z_]+)"?(?!\.)/gi)].map(([, name = '']) => name);
  const relations = [...new Set(named)].filter((name) => name in CONTRACT) as EntityName[];
  const [entity, ...more] = relations;
  if (more.length > 0) return undefined;
  const own = entity === undefined ? text : onTable(text, entity, entities, bot);
  if (own === undefined) return undefined;
  const laidOut = linesOf(own.replace(/;?\s*$/, ';'));
  const lines = laidOut
    .split('\n')
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LINE)), 0);
  return lines <= CARD_LINES ? laidOut : undefined;
}

function onTable(
  text: string,
  entity: EntityName,
  entities: readonly EntityState[],
  bot: string,
): string | undefined {
  if (isStored(entity))
    return narrowed(withTable(text, entity, `audit.${entity}`), `bot = '${bot.replaceAll("'", "''")}'`);
  const state = entities.find((one) => one.entity === entity);
  const mapping = state?.select === undefined ? undefined : plainMapping(state.select);
  if (mapping === undefined || /\bselect\s+\*/i.test(text)) return undefined;
  const words = new Set(withoutQuotes(text).toLowerCase().match(/\w+/g));
  const columns = columnsOf(entity).filter(({ name }) => words.has(name));
  if (columns.some(({ name }) => !mapping.columns.has(name))) return undefined;
  const spelled = inOwnSpelling(text, state?.expressions ?? {});
  const stored = new Map(
    columns.map(({ name }) => {
      const column = mapping.columns.get(name) ?? name;
      return [name, normal(state?.expressions?.[name], name, column, spelled) ?? column] as const;
    }),
  );
  const own = withTable(withColumns(spelled, stored), entity, mapping.table).replaceAll(AS_TEXT, '::text');
  return narrowed(own, mapping.condition);
}

/** What conditions compare is in normal form; a cut of long texts changes no comparison that a rule makes. */
function normal(
  expression: string | undefined,
  name: string,
  column: string,
  text: string,
): string | undefined {
  const place = `m."${name}"`;
  const isCompared =
    /\bwhere\b/i.test(text) &&
    new RegExp(`\\b${name}\\b(?!${AS_TEXT})`).test(text.replace(/^.*?\bwhere\b/is, ''));
  const isTime = expression?.includes(' at time zone ') === true;
  if (expression === undefined || expression === place || !(isCompared || isTime)) return undefined;
  const id = expression.replace(/^nullif\(btrim\((left\(.*, \d+\))\), ''\)$/s, '$1');
  const uncut = id.replace(/^left\((.*), \d+\)$/s, '$1');
  return uncut === `${place}::text` ? undefined : uncut.replaceAll(place, column);
}

/** `severity in ('ERROR')` compares with the words that the bot may have for it, instead of asking what its word means. */
function inOwnSpelling(text: string, expressions: Readonly<Record<string, string>>): string {
  return Object.entries(expressions).reduce((changed, [name, expression]) => {
    const words = new Map(
      [...expression.matchAll(/ when lower\(btrim\([^)]*\)\) in \(([^)]*)\) then ('[^']*')/g)].map(
        ([, spellings = '', word = '']) => [word, spellings],
      ),
    );
    return changed.replace(new RegExp(`\\b${name} in \\(([^)]*)\\)`, 'g'), (whole, list: string) => {
      const spellings = list.split(',').map((word) => words.get(word.trim()));
      if (words.size === 0 || spellings.includes(undefined)) return whole;
      return `lower(btrim(${name}${AS_TEXT})) in (${spellings.join(', ')})`;
    });
  }, text);
}

interface PlainMapping {
  readonly table: string;
  readonly condition: string;
  /** Column of the contract -> expression over the bot's columns. */
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * The bot's own column behind a column of the contract: the one that the mapping reads, or the first of them. The
 * contract's name where the mapping is more than a list of one table's columns.
 */
export function ownColumn(entity: EntityName, column: string, entities: readonly EntityState[]): string {
  const select = entities.find((one) => one.entity === entity)?.select;
  const expression = select === undefined ? undefined : plainMapping(select)?.columns.get(column);
  if (expression === undefined) return column;
  const results = [...expression.matchAll(/\b(?:then|else) (.+?)(?= (?:when|else|end)\b)/gi)];
  const read = results.length === 0 ? expression : results.map(([, result]) => result).join(' ');
  const names = withoutQuotes(read).matchAll(/(?:\b\w+\.)?\b([a-z_]\w*)\b(?!\s*[(.])/gi);
  return [...names].map(([, name = '']) => name).find((name) => !/^null$/i.test(name)) ?? column;
}

/** A mapping that lists columns of one table; undefined for any other. */
function plainMapping(select: string): PlainMapping | undefined {
  const plain = select
    .replace(/--[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const [head = '', rest, ...others] = splitOutside(plain, ' from ');
  const match = /^([\w.]+)(?: where (.+))?$/i.exec(rest ?? '');
  if (others.length > 0 || match === null || !/^select /i.test(head)) return undefined;
  const [, table = '', condition = ''] = match;
  if (/ (?:group by|order by|union|limit) /i.test(condition)) return undefined;
  const columns = splitOutside(head.slice('select '.length), ',').map((item) => {
    const [, expression = item, alias] = /^(.*) as "?(\w+)"?$/i.exec(item.trim()) ?? [];
    return [alias ?? item.trim(), expression.trim()] as const;
  });
  return { table, condition, columns: new Map(columns) };
}

/** The pieces between separators that stand in no brackets, quotes or case. */
function splitOutside(text: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth === 0 && text.slice(at, at + separator.length).toLowerCase() === separator) {
      pieces.push(text.slice(start, at));
      start = at + separator.length;
    }
  }
  return [...pieces, text.slice(start)];
}

function withoutQuotes(text: string): string {
  return text
    .split(QUOTED)
    .filter((_, index) => index % 2 === 0)
    .join(' ');
}

/** Stored columns in the place of the contract's: those that are shown keep the contract's name. */
function withColumns(text: string, stored: ReadonlyMap<string, string>): string {
  const list = /^((?:--[^\n]*\n)?\s*select\s+)(.*?)(\s+from\b.*)$/is.exec(text);
  if (list === null) return text;
  const [, select = '', shown = '', rest = ''] = list;
  const items = splitOutside(shown, ',').map((item) => {
    const own = stored.get(item.trim());
    if (own === undefined) return replaced(item, stored).trim();
    return own === item.trim() ? own : `${own} as ${item.trim()}`;
  });
  return `${select}${items.join(', ')}${replaced(rest, stored)}`;
}

function replaced(text: string, stored: ReadonlyMap<string, string>): string {
  return text
    .split(QUOTED)
    .map((piece, index) =>
      index % 2 === 1
        ? piece
        : piece.replace(/(?<!from |join |as |\.)\b[a-z_]+\b(?!\()/g, (word) => {
            const own = stored.get(word);
            return own === undefined || own === word ? word : isOnePiece(own) ? own : `(${own})`;
          }),
    )
    .join('');
}

/** A name, or one pair of brackets with the name of a function before it or none. */
function isOnePiece(expression: string): boolean {
  return /^\w*(?:\(.*\))?$/s.test(expression) && splitOutside(expression, ')').length <= 2;
}

function withTable(text: string, entity: EntityName, table: string): string {
  return text.replace(new RegExp(`\\bfrom\\s+"?${entity}"?(?=\\s|;|$)`, 'gi'), `from ${table}`);
}

/** With one condition more; undefined where it could not stand beside the others. */
function narrowed(text: string, condition: string): string | undefined {
  if (condition === '') return text;
  if (/\bor\b/i.test(withoutQuotes(text)) || !/\bwhere\b/i.test(text)) return undefined;
  return text.replace(/\bwhere\b/i, `where (${condition}) and`.replace(/\((\w+ = '(?:[^']|'')*')\)/, '$1'));
}

/** A line for each clause. */
function linesOf(text: string): string {
  let laidOut = text;
  for (const clause of [' from ', ' where ', ' group by ', ' order by ', ' limit '])
    laidOut = splitOutside(laidOut, clause).join(`\n${clause.trimStart()}`);
  return laidOut;
}
