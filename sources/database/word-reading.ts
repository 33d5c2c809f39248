import { ERROR_CODES } from '../../audit/call-spellings.ts';
import type { EntityName } from '../../audit/contract.ts';
import { REJECT_CODES, WORDS } from '../../audit/spellings.ts';
import { SWITCH_SPELLINGS } from '../../audit/switch-spellings.ts';
import { READ_BY } from '../../audit/word-kinds.ts';
import type { ColumnPlan } from './column-plan.ts';
import { quoteLiteral } from './sql-text.ts';

/** What separates the parts of a word; without them `kill-switch`, `Kill Switch` and `KillSwitch` are one. */
const SEPARATORS = [' ', '_', '-', '.'];
/** Of a sentence also these. */
const PUNCTUATION = ` _-.,:;!()'"`;

type Lookup = Readonly<Record<string, string>>;

/**
 * The reading of a column by exact spelling, as SQL on row `m` of a mapping: NULL where no spelling knows the word. Null
 * when the column is not read by a word, or the mapping does not give the word. A constant document serves as the table,
 * so a row costs one look-up, however many spellings there are.
 */
export function readBySpelling(
  entity: EntityName,
  { name, type }: ColumnPlan,
  columns: readonly ColumnPlan[],
): string | null {
  const given = new Set(columns.filter(({ state }) => state === 'ok').map((plan) => plan.name));
  const words = wordsOf(entity, name);
  if (words.length === 0 || !words.some((word) => given.has(word))) return null;
  if (type === 'reject_class' || type === 'error_kind') return byNumber(type, words, given);
  if (type === 'switch') return words.every((word) => given.has(word)) ? switchOn(given.has('kind')) : null;
  return found(
    type === 'state_kind' ? SWITCH_KINDS : lookupOf(WORDS[type as keyof typeof WORDS]),
    bare(words[0]),
  );
}

/** The columns that hold the words of a column, as the contract names them; none for a column that is no reading. */
export function wordsOf(entity: EntityName, column: string): readonly string[] {
  const readings: Readonly<Partial<Record<EntityName, Readonly<Record<string, readonly string[]>>>>> =
    READ_BY;
  return readings[entity]?.[column] ?? [];
}

/** By the exchange's own number, which is the first of the words, else by what the words say. */
function byNumber(
  type: 'reject_class' | 'error_kind',
  words: readonly string[],
  given: ReadonlySet<string>,
): string {
  const texts = lookupOf(WORDS[type]);
  const [number = ''] = words;
  const parts = [
    ...(given.has(number) && given.has('exchange')
      ? [
          `${literal(NUMBERS[type])}::jsonb -> lower(btrim(m."exchange"::text)) ->> btrim(m."${number}"::text)`,
        ]
      : []),
    ...words.filter((name) => given.has(name)).map((name) => found(texts, bareText(name))),
  ];
  return parts.length === 1 ? (parts[0] ?? '') : `coalesce(${parts.join(', ')})`;
}

/**
 * Of a switch whose kind the mapping gives, the value is only read when the name's spelling says the same kind: a halt
 * that a mapping calls `trading` would be read upside down.
 */
function switchOn(hasKind: boolean): string {
  const name = bare('name');
  const value = `translate(lower(btrim(m."value"::text)), '- ', '__')`;
  const on = `(${literal(SWITCH_VALUES)}::jsonb -> (${found(SWITCH_NAMES, name)}) ->> ${value})::boolean`;
  if (!hasKind) return on;
  const kind = `nullif(lower(btrim(m."kind"::text)), '')`;
  return `case when coalesce(${kind}, ${found(SWITCH_KINDS, name)}) = ${found(SWITCH_KINDS, name)} then ${on} end`;
}

/** Names stand in every row of a window: `replace` costs a third of `translate`, and `C` half of a locale's lower case. */
function bare(column: string | undefined): string {
  return SEPARATORS.reduce(
    (text, separator) => `replace(${text}, '${separator}', '')`,
    lowered(column ?? ''),
  );
}

function bareText(column: string): string {
  return `translate(${lowered(column)}, ${quoteLiteral(PUNCTUATION)}, '')`;
}

function lowered(column: string): string {
  return `lower(m."${column}"::text collate "C")`;
}

function found(lookup: Lookup, key: string): string {
  return `${literal(lookup)}::jsonb ->> ${key}`;
}

function literal(document: unknown): string {
  return quoteLiteral(JSON.stringify(document).replaceAll(',"', ', "').replaceAll('":"', '": "'));
}

/** The normal form of a spelling that is compared without separators. */
export function withoutSeparators(word: string): string {
  return SEPARATORS.reduce((text, separator) => text.replaceAll(separator, ''), word.toLowerCase());
}

function lookupOf(
  words: Readonly<Partial<Record<string, readonly string[]>>>,
  key = withoutSeparators,
): Lookup {
  return Object.fromEntries(
    Object.entries(words).flatMap(([kind, list = []]) => list.map((word) => [key(word), kind])),
  );
}

const NUMBERS = { reject_class: numbersOf(REJECT_CODES), error_kind: numbersOf(ERROR_CODES) };
function numbersOf(
  codes: Readonly<Record<string, Readonly<Partial<Record<string, readonly string[]>>>>>,
): Readonly<Record<string, Lookup>> {
  return Object.fromEntries(
    Object.entries(codes).map(([exchange, words]) => [exchange, lookupOf(words, (code) => code)]),
  );
}
const SWITCH_KINDS: Lookup = Object.fromEntries(
  SWITCH_SPELLINGS.flatMap(({ kind, names }) => names.map((name) => [withoutSeparators(name), kind])),
);
/** Name -> the place of its spelling in the table. */
const SWITCH_NAMES: Lookup = Object.fromEntries(
  SWITCH_SPELLINGS.flatMap(({ names, on }, index) =>
    on.length === 0 ? [] : names.map((name) => [withoutSeparators(name), String(index)]),
  ),
);
const SWITCH_VALUES = Object.fromEntries(
  SWITCH_SPELLINGS.map(({ on, off }, index) => [
    String(index),
    Object.fromEntries([...on.map((word) => [word, true]), ...off.map((word) => [word, false])]),
  ]),
) as Readonly<Record<string, Readonly<Record<string, boolean>>>>;
