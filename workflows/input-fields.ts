import { formProblem } from './unreadable-payload.ts';

/** What one key of an input may hold; returns what was expected, or null when the value is right. */
export interface Field {
  readonly example: string;
  expected(value: unknown): string | null;
}

export type Fields = Readonly<Record<string, Field>>;

const BOT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const MAX_TEXT = 64;
const MAX_NAMES = 50;
const MAX_ERRORS = 10;

export function textField(example: string): Field {
  return {
    example: JSON.stringify(example),
    expected: (value) =>
      typeof value === 'string' && value !== '' && value.length <= MAX_TEXT ? null : 'a text in quotes',
  };
}

export const botField: Field = {
  example: '"demo"',
  expected: (value) =>
    typeof value === 'string' && BOT_NAME.test(value)
      ? null
      : 'the name of a bot: letters, digits, ".", "_" and "-"',
};

export function choiceField(choices: readonly string[]): Field {
  return {
    example: JSON.stringify(choices[0]),
    expected: (value) =>
      typeof value === 'string' && choices.includes(value)
        ? null
        : choices.length === 1
          ? `"${choices[0] ?? ''}"`
          : `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`,
  };
}

/** Names in one text with commas, or as a list of texts. */
export function namesField(example: string): Field {
  const isName = (name: unknown): boolean =>
    typeof name === 'string' && name.trim() !== '' && name.length <= MAX_TEXT && !/\p{C}/u.test(name);
  return {
    example: JSON.stringify(example),
    expected(value) {
      const names: unknown = typeof value === 'string' ? value.split(',') : value;
      return Array.isArray(names) && names.length > 0 && names.length <= MAX_NAMES && names.every(isName)
        ? null
        : `1 to ${String(MAX_NAMES)} names with commas between, or a list of them`;
    },
  };
}

export const booleanField: Field = {
  example: 'true',
  expected: (value) => (typeof value === 'boolean' ? null : 'true or false, without quotes'),
};

const GROUP_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const MOST_GROUPS = 20;

/** Names of groups of the configuration. An address is refused as such: who gets reports is decided there. */
export const groupsField: Field = {
  example: '["ops"]',
  expected(value) {
    const names: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (names.some((name) => typeof name === 'string' && name.includes('@')))
      return 'the names of groups, never an address: who is in a group stands in the configuration under "groups"';
    const isList =
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= MOST_GROUPS &&
      names.every((name) => typeof name === 'string' && GROUP_NAME.test(name));
    return isList ? null : `a list of 1 to ${String(MOST_GROUPS)} names of groups`;
  },
};

export function integerField(min: number, max: number, example: number): Field {
  return {
    example: String(example),
    expected: (value) =>
      Number.isInteger(value) && Number(value) >= min && Number(value) <= max
        ? null
        : `a whole number from ${String(min)} to ${String(max)}`,
  };
}

export interface FieldCheck {
  /** The keys that were given; null values count as not given. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly errors: readonly string[];
}

/**
 * Checks an input against its fields, reporting every wrong key in one sentence with a right example.
 * Nothing (the Web UI's empty editor) and null are an input without keys.
 */
export function checkFields(
  input: unknown,
  fields: Fields,
  aliases: Readonly<Record<string, string>>,
  example: string,
): FieldCheck {
  if (input === undefined || input === null) return { values: {}, errors: [] };
  const form = formProblem(input, example);
  if (form !== null) return { values: {}, errors: [form] };
  if (typeof input !== 'object' || Array.isArray(input)) {
    const what = Array.isArray(input) ? 'a list' : `a ${typeof input}`;
    return {
      values: {},
      errors: [`The input is ${what}; it must be one JSON object, such as ${example}, or {}.`],
    };
  }
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const errors: string[] = [];
  for (const [key, value] of Object.entries(input)) {
    if (errors.length === MAX_ERRORS) break;
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      errors.push(unknownKey(key, fields, aliases, example));
      continue;
    }
    if (value === null || value === undefined) continue;
    const expected = field.expected(value);
    if (expected === null) values[key] = value;
    else
      errors.push(
        `"${key}" is ${shown(value)}, but must be ${expected}; for example {"${key}": ${field.example}}.`,
      );
  }
  return { values, errors };
}

function unknownKey(
  key: string,
  fields: Fields,
  aliases: Readonly<Record<string, string>>,
  example: string,
): string {
  const names = Object.keys(fields);
  const near = nearest(key, names, aliases);
  const field = near === null ? undefined : fields[near];
  const hint =
    near === null || field === undefined
      ? `The keys are ${names.join(', ')}; for example ${example}.`
      : `Did you mean "${near}"? For example {"${near}": ${field.example}}.`;
  return `There is no key ${shown(key)}. ${hint}`;
}

function nearest(
  key: string,
  names: readonly string[],
  aliases: Readonly<Record<string, string>>,
): string | null {
  const lower = key.slice(0, MAX_TEXT).toLowerCase();
  if (Object.hasOwn(aliases, lower)) return aliases[lower] ?? null;
  const ranked = names
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(best.name.length / 2)) ? best.name : null;
}

/** Levenshtein distance with swapped neighbours counted once, so that "form" is near "from". */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_unused, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1);
      row.push(best);
    }
  }
  return at(a.length, b.length);
}

function shown(value: unknown): string {
  const text = written(value);
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // What was parsed may be nested deeper than it can be written.
    return 'a value of very many levels';
  }
}
