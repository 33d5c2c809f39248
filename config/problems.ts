import { isSeq } from 'yaml';
import type { z } from 'zod';
import { absenceHint, isAbsence } from './absence.ts';
import type { ConfigProblem } from './error.ts';
import { isNamed, knownKeys, placesOf } from './known-keys.ts';
import { didYouMean } from './nearest.ts';
import { isSecretKey } from './secrets.ts';
import { unitHint } from './unit-hint.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
};

/** Words that people try, and the key that they mean where it exists. */
const MEANT: Readonly<Record<string, string>> = {
  ...{ db: 'database', dsn: 'database', url: 'database', uri: 'database', postgres: 'database' },
  ...{ tz: 'timeZone', zone: 'timeZone', currency: 'quoteCurrency', venue: 'exchanges', venues: 'exchanges' },
  ...{ source: 'sources', email: 'mail', smtp: 'smtpUrl', to: 'recipients', queue: 'taskQueue' },
};

/** `bots.demo.recipients[1]`. */
export function keyName(path: KeyPath): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${String(step)}]`;
    return name === '' ? step : `${name}.${step}`;
  }, '');
}

/** What the schema's issues mean to the person who wrote the file: place, what was expected, the nearest right name. */
export function problemsOf(
  error: z.ZodError,
  source: YamlSource,
  keysAt: (path: KeyPath) => readonly string[],
  prefix: KeyPath = [],
): readonly ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    const path = [...prefix, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(source, [...path, key], keysAt(path)));
    }
    return [{ line: source.lineOf(path), message: messageOf(issue, path, source) }];
  });
}

export function unknownKey(source: YamlSource, path: KeyPath, known: readonly string[]): ConfigProblem {
  const key = String(path.at(-1));
  const parent = path.length === 1 ? 'the file' : keyName(path.slice(0, -1));
  const meant = MEANT[key.toLowerCase()] ?? '';
  const near = known.includes(meant) ? ` Did you mean "${meant}"?` : didYouMean(key, known) || elsewhere(key);
  const message = `${parent} has no key "${key}".${near === '' ? ` Its keys are ${known.join(', ')}.` : near}`;
  return { line: source.lineOf(path), message };
}

/** Of a key that is right in another place: the one that is least deep. */
function elsewhere(key: string): string {
  const depth = (place: string): number => place.split('.').length;
  const all = placesOf(key);
  const places = all.filter((place) => depth(place) === Math.min(...all.map(depth)));
  return places.length === 0 || places.length > 2 ? '' : ` Did you mean ${places.join(' or ')}?`;
}

function messageOf(issue: Issue, path: KeyPath, source: YamlSource): string {
  const name = path.length === 0 ? 'the file' : keyName(path);
  const literal = source.literal(path);
  const expected = expectation(issue);
  if (literal === undefined || literal === null) {
    const parent = path.length <= 1 ? 'the file' : keyName(path.slice(0, -1));
    const key = String(path.at(-1) ?? '');
    if (path.length === 0) return `the file is empty. Expected ${expected ?? 'keys and values'}.`;
    if (typeof path.at(-1) === 'number' || isNamed(path.slice(0, -1)))
      return `${name} is empty. Expected ${expected ?? 'a value'}.`;
    return `${parent} needs the key "${key}"${expected === null ? '' : `: ${expected}`}.`;
  }
  const isSwitch = issue.code === 'invalid_type' && issue.expected === 'boolean';
  const absence = !isAbsence(literal) ? '' : isSwitch ? ' Write false.' : absenceHint(path);
  if (expected === null) return `${name} ${issue.message}${absence}`;
  const found = isSecretKey(path) ? '' : `, found ${describe(literal)}`;
  const near =
    absence !== ''
      ? absence
      : issue.code === 'invalid_value' && typeof literal === 'string'
        ? nearestValue(literal, issue)
        : issue.code === 'invalid_type' && ['number', 'int'].includes(issue.expected)
          ? unitHint(String(path.at(-1)), literal)
          : shapeHint(issue, path, literal);
  return `${name}: expected ${expected}${found}.${near}`;
}

/** Of a list in place of names, and of a key that stands beside the names that it belongs below. */
function shapeHint(issue: Issue, path: KeyPath, literal: unknown): string {
  if (issue.code !== 'invalid_type') return '';
  if (issue.expected === 'record' && isSeq(literal))
    return ' Write the name of each as a key, and its own keys below it.';
  const [parent, key] = [path.slice(0, -1), String(path.at(-1))];
  return isNamed(parent) && knownKeys(path).includes(key)
    ? ` "${key}" is a key of each of ${keyName(parent)}: indent it below a name.`
    : '';
}

/** Words for a bot's environment that are none of ours. */
const SAME: Readonly<Record<string, string>> = {
  ...{ production: 'live', prod: 'live', real: 'live', mainnet: 'live' },
  ...{ sandbox: 'testnet', test: 'testnet', simulation: 'paper', demo: 'paper' },
};

function nearestValue(literal: string, issue: Extract<Issue, { code: 'invalid_value' }>): string {
  const values = issue.values.map(String);
  const same = SAME[literal.toLowerCase()] ?? '';
  return values.includes(same) ? ` Did you mean "${same}"?` : didYouMean(literal, values);
}

/** What a value should have been, as a noun phrase; null when the schema's own message says it all. */
function expectation(issue: Issue): string | null {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === true ? 'at least' : 'above', String(issue.minimum));
    case 'too_big':
      return bound(issue.origin, issue.inclusive === true ? 'at most' : 'below', String(issue.maximum));
    case 'invalid_format':
      return issue.format === 'regex' ? null : `text of the form ${issue.format}`;
    // Their own messages say it all.
    case 'custom':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return null;
  }
}

function bound(origin: string, relation: string, limit: string): string {
  if (origin === 'array') return `a list with ${relation} ${limit} ${limit === '1' ? 'entry' : 'entries'}`;
  if (origin === 'string') return `text with ${relation} ${limit} characters`;
  return relation.startsWith('at') ? `a number of ${relation} ${limit}` : `a number ${relation} ${limit}`;
}

function describe(literal: unknown): string {
  if (typeof literal === 'string')
    return `the text "${literal.length > 40 ? `${literal.slice(0, 40)}...` : literal}"`;
  if (typeof literal === 'number') return `the number ${String(literal)}`;
  if (typeof literal === 'boolean') return String(literal);
  if (!isSeq(literal)) return 'keys and values';
  return literal.items.length === 0 ? 'an empty list' : 'a list';
}
