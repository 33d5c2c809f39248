import { nullOf, type ColumnType, type ContractColumn, type EntityName } from '../../audit/contract.ts';
import { SPELLINGS } from '../../audit/spellings.ts';
import { isKindType, kindsOf, type KindType } from '../../audit/word-kinds.ts';
import { boundsOf, outsideBounds, withinBounds, type Bounds } from './number-bounds.ts';
import { quoteIdentifier, quoteLiteral } from './sql-text.ts';

/** What a SELECT returns in one column, as PostgreSQL describes it. */
export interface FoundColumn {
  readonly name: string;
  readonly oid: number;
  readonly typeName: string;
}

/** A contract column and what the mapping gives for it. */
export interface ColumnPlan extends ContractColumn {
  readonly state: 'ok' | 'absent' | 'wrong';
  /** Shape of the mapping's own type; null when absent or of no use. */
  readonly shape: Shape | null;
  readonly found?: string;
  /** What a number of it can be; null: any. */
  readonly bounds: Bounds | null;
}

/** How the times of a relation are read. */
export interface TimeReading {
  /** Zone of naive timestamps. */
  readonly timeZone: string;
  /** The last time that a row can hold, as SQL: what is later has not happened yet. */
  readonly latest: string;
}

export type Shape =
  'boolean' | 'integer' | 'numeric' | 'float' | 'zoned' | 'naive' | 'json' | 'jsonb' | 'other';

const SHAPES: Readonly<Record<number, Shape>> = {
  16: 'boolean',
  20: 'integer',
  21: 'integer',
  23: 'integer',
  1700: 'numeric',
  700: 'float',
  701: 'float',
  1184: 'zoned',
  1114: 'naive',
  114: 'json',
  3802: 'jsonb',
};

const NUMBERS: readonly Shape[] = ['integer', 'numeric', 'float'];
const ACCEPTED: Readonly<Partial<Record<ColumnType, readonly Shape[]>>> = {
  numeric: NUMBERS,
  integer: NUMBERS,
  boolean: ['boolean'],
  switch: ['boolean'],
  time: ['zoned', 'naive'],
  json: ['json', 'jsonb'],
};

const EXPECTED: Readonly<Partial<Record<ColumnType, string>>> = {
  numeric: 'a number',
  integer: 'a whole number',
  boolean: 'boolean',
  switch: 'boolean',
  time: 'timestamp with or without time zone',
  json: 'jsonb',
};

/** Texts are evidence, not storage: what is longer is cut here, before it leaves the database. */
export const TEXT_LIMIT = 2_000;
const JSON_LIMIT = 16_384;
/** Beyond this a number is a mistake and would only burst tables; NaN compares greater and falls out with it. */
export const NUMBER_LIMIT = '1e30';
/** No bot traded before; what is earlier is a zero, an empty time or one in a wrong unit. */
const EARLIEST = '2010-01-01';
/** No two zones differ by more. */
export const ANOTHER_ZONE = `interval '26 hours'`;
/** Times of which the future is a usual value. */
export const AHEAD: ReadonlySet<string> = new Set([
  'covers_from',
  'covers_to',
  'valid_from',
  'cooldown_until',
]);

export function planColumn(
  entity: EntityName,
  column: ContractColumn,
  found: FoundColumn | undefined,
): ColumnPlan {
  const bounds = boundsOf(entity, column.name);
  if (!found) return { ...column, state: 'absent', shape: null, bounds };
  const shape = SHAPES[found.oid] ?? 'other';
  const accepted = ACCEPTED[column.type];
  const state = accepted === undefined || accepted.includes(shape) ? 'ok' : 'wrong';
  return { ...column, state, shape, bounds, found: found.typeName };
}

export function expectedType(type: ColumnType): string {
  return EXPECTED[type] ?? 'text';
}

/** The contract's value of a column of relation `m`; absent and unusable ones are NULLs of the right type. */
export function columnExpression(
  plan: ColumnPlan,
  options: TimeReading & { readonly trusted: boolean },
): string {
  const column = `m.${quoteIdentifier(plan.name)}`;
  if (plan.state !== 'ok') return nullOf(plan.type);
  switch (plan.type) {
    case 'numeric':
    case 'integer': {
      const number = numberExpression(column, plan.shape, plan.type === 'integer' ? 'bigint' : 'numeric');
      return plan.bounds === null
        ? number
        : `case when ${withinBounds(column, plan.bounds)} then ${number} end`;
    }
    case 'boolean':
    case 'switch':
      return column;
    case 'time':
      return timeExpression(column, plan, options);
    case 'json':
      return jsonExpression(column, plan.shape);
    case 'text':
      return withoutBlanks(column);
    case 'id':
      return plan.shape === 'integer' ? `${column}::text` : notBlank(column);
    case 'currency':
      return `upper(${notBlank(column)})`;
    case 'venue':
      return `left(${spelled(column)}, 200)`;
    case 'side':
    case 'position_status':
    case 'order_status':
    case 'order_type':
    case 'order_role':
    case 'decision_status':
    case 'execution_status':
    case 'ingestion_status':
    case 'severity':
    case 'call_outcome':
    case 'limit_scope':
    case 'stream_kind':
      return normalForm(column, plan.type, plan.required);
    case 'event_kind':
    case 'heartbeat_kind':
    case 'operation_kind':
    case 'error_kind':
    case 'stream_role':
    case 'state_kind':
    case 'exit_kind':
    case 'reject_class':
    case 'limit_kind':
      return oneOf(column, plan.type);
  }
}

/** A name is the same one with blanks around it. */
const withoutBlanks = (column: string): string => `btrim(left(${column}::text, ${String(TEXT_LIMIT)}))`;

/** An id that is all blanks is none. */
const notBlank = (column: string): string => `nullif(${withoutBlanks(column)}, '')`;

/** True for values that cannot be, whatever the zone and clock, or null when the column's type has none. */
export function unusableCondition(plan: ColumnPlan, reading: TimeReading): string | null {
  const column = `m.${quoteIdentifier(plan.name)}`;
  if (plan.state !== 'ok') return null;
  if (plan.type === 'time') return `not (${inRange(plan, reading, ` + ${ANOTHER_ZONE}`)})`;
  if (plan.type !== 'numeric' && plan.type !== 'integer') return null;
  const conditions = [
    ...(plan.shape === 'integer' ? [] : [`not (abs(${column}) < ${NUMBER_LIMIT})`]),
    ...(plan.bounds === null ? [] : [outsideBounds(column, plan.name, plan.bounds)]),
  ];
  return conditions.length === 0 ? null : conditions.join(' or ');
}

/** The text as spellings are compared: lower case, without outer blanks. */
export function spelled(column: string): string {
  return `lower(btrim(${column}::text))`;
}

/** The spellings of a type that has a normal form; a kind has its own word, and blank is not given. */
export function spellingsOf(type: ColumnType): Readonly<Record<string, string>> | null {
  if (type in SPELLINGS) return SPELLINGS[type as keyof typeof SPELLINGS];
  return isKindType(type) ? Object.fromEntries(['', ...kindsOf(type)].map((kind) => [kind, kind])) : null;
}

function numberExpression(column: string, shape: Shape | null, target: 'numeric' | 'bigint'): string {
  if (shape === 'integer') return `${column}::${target}`;
  if (target === 'bigint') {
    return `case when abs(${column}) < 9e15 and ${column} = trunc(${column}) then ${column}::bigint end`;
  }
  // The shortest text of a float is the number that was meant; a direct cast rounds to 15 digits.
  const value = shape === 'float' ? `${column}::text::numeric` : column;
  return `case when abs(${column}) < ${NUMBER_LIMIT} then ${value} end`;
}

/**
 * `trusted`: the preflight saw, in this very snapshot, that no value is out of range. Then the bare column is used, so
 * that the database can still answer conditions on it from an index.
 */
function timeExpression(
  column: string,
  plan: ColumnPlan,
  { trusted, ...reading }: TimeReading & { readonly trusted: boolean },
): string {
  const value =
    plan.shape === 'naive' ? `(${column} at time zone ${quoteLiteral(reading.timeZone)})` : column;
  return trusted ? value : `case when ${inRange(plan, reading)} then ${value} end`;
}

/** Neither before any bot traded nor after the last time that can be. */
function inRange({ name, shape }: ColumnPlan, { timeZone, latest }: TimeReading, later = ''): string {
  const column = `m.${quoteIdentifier(name)}`;
  const end =
    shape === 'naive' ? `(${latest}${later}) at time zone ${quoteLiteral(timeZone)}` : latest + later;
  return `${column} >= '${EARLIEST}' and ${column} <= ${AHEAD.has(name) ? `'2200-01-01'` : end}`;
}

/** True for times that are read as missing, or null for a column of another type. */
export function impossibleTime(plan: ColumnPlan, reading: TimeReading): string | null {
  return plan.type === 'time' && plan.state === 'ok' ? `not (${inRange(plan, reading)})` : null;
}

/** `json` may hold what `jsonb` refuses (NUL, half a surrogate pair); such a document must not cost the query. */
function jsonExpression(column: string, shape: Shape | null): string {
  const tooLong = `octet_length(${column}::text) > ${String(JSON_LIMIT)}`;
  const note = (text: string): string => `jsonb_build_object('_audit', ${quoteLiteral(text)})`;
  if (shape === 'jsonb') return `case when ${tooLong} then ${note('too long')} else ${column} end`;
  const high = '\\\\ud[89ab][0-9a-f]{2}';
  const low = '\\\\ud[c-f][0-9a-f]{2}';
  const broken = quoteLiteral(`\\\\u0000|${high}(?!${low})|(?<!${high})${low}`);
  return (
    `case when ${tooLong} then ${note('too long')} when ${column}::text ~* ${broken} then ${note('not readable')} ` +
    `else ${column}::jsonb end`
  );
}

/** An unknown spelling is `unknown`, and so is a missing one where the contract requires a value. */
function normalForm(column: string, type: ColumnType, required: boolean): string {
  const forms = new Map<string, string[]>();
  for (const [spelling, form] of Object.entries(spellingsOf(type) ?? {})) {
    forms.set(form, [...(forms.get(form) ?? []), quoteLiteral(spelling)]);
  }
  const value = spelled(column);
  const cases = [...forms].map(
    ([form, spellings]) => `when ${value} in (${spellings.join(', ')}) then '${form}'`,
  );
  const empty = required ? '' : `when ${column} is null then null `;
  return `case ${empty}${cases.join(' ')} else 'unknown' end`;
}

/** A kind that the mapping gives: what is outside of the closed set is `unknown`, and blank is not given. */
function oneOf(column: string, type: KindType): string {
  const value = spelled(column);
  const kinds = kindsOf(type).map(quoteLiteral).join(', ');
  return `case when ${value} in (${kinds}) then ${value} when ${value} <> '' then 'unknown' end`;
}
