import { isSeq } from 'yaml';
import type { z } from 'zod';
import { createScrubber } from '../audit/scrub.ts';
import { absenceHint, isAbsence } from './absence.ts';
import type { ConfigProblem } from './error.ts';
import { isNamed, knownKeys, placesOf } from './known-keys.ts';
import { didYouMean } from './nearest.ts';
import { isSecretKey } from './secrets.ts';
import { unitHint } from './unit-hint.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

type Issue = z.core.$ZodIssue;

/** The user and the password of a URL. */
const scrubUrls = createScrubber([]);

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys and values',
  record: 'keys and values',
};

/** Words that people try, and the keys that they mean, of which the place has one. */
const MEANT: ReadonlyMap<string, readonly string[]> = new Map([
  ...meant(['db', 'dsn', 'uri', 'postgres', 'postgresql'], ['database', 'databaseUrl']),
  ...meant(['url'], ['database', 'databaseUrl', 'smtpUrl', 'baseUrl']),
  // Parts of a DSN, a mail server's URL or an address, which are one key here.
  ...meant(
    ['host', 'hostname', 'port', 'user', 'username', 'password', 'dbname'],
    ['host', 'database', 'databaseUrl', 'smtpUrl', 'address'],
  ),
  ...meant(['tz', 'zone'], ['timeZone']),
  ...meant(['env', 'mode', 'stage'], ['environment']),
  ...meant(['venue', 'venues'], ['exchanges']),
  ...meant(['currency'], ['quoteCurrency']),
  ...meant(['source'], ['sources']),
  ...meant(['to'], ['recipients']),
  ...meant(['queue'], ['taskQueue']),
  ...meant(['email'], ['mail']),
  ...meant(['smtp'], ['smtpUrl', 'mail']),
  ...meant(['store'], ['storage']),
  ...meant(['policies'], ['policy']),
]);

function meant(
  words: readonly string[],
  keys: readonly string[],
): readonly (readonly [string, readonly string[]])[] {
  return words.map((word) => [word, keys]);
}

/** What has no key at a place, and where it is said. */
const ELSEWHERE: readonly (readonly [parent: RegExp, key: RegExp, sentence: string])[] = [
  [
    /^temporal$/,
    /^(?:tls|ssl|cert|api_?key|token|m_?tls)/i,
    ' TLS and keys are the variables TEMPORAL_TLS_* and TEMPORAL_API_KEY.',
  ],
  [/./, /^<<$/, ' Merge keys are not read: write the keys out, or give each an alias (limits: *shared).'],
];

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
  const other = MEANT.get(key.toLowerCase())?.find((name) => known.includes(name));
  const said = ELSEWHERE.find(([place, word]) => place.test(parent) && word.test(key))?.[2];
  const near =
    said ?? (other === undefined ? didYouMean(key, known) || elsewhere(key) : ` Did you mean "${other}"?`);
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
  // A text in place of the whole file may be anything, such as a list of variables with their values.
  const isUnsaid = isSecretKey(path) || (path.length === 0 && typeof literal === 'string');
  const found = isUnsaid ? '' : `, found ${describe(literal)}`;
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
  if (issue.expected === 'array' && typeof literal === 'string') return listHint(literal);
  if (issue.expected === 'object' && typeof literal === 'number' && knownKeys(path).includes('port'))
    return ` Write { port: ${String(literal)} }.`;
  const [parent, key] = [path.slice(0, -1), String(path.at(-1))];
  return isNamed(parent) && knownKeys(path).includes(key)
    ? ` "${key}" is a key of each of ${keyName(parent)}: indent it below a name.`
    : '';
}

/** `a, b` for `[a, b]`. */
function listHint(literal: string): string {
  const items = literal.split(/[,;\s]+/).filter((item) => item !== '');
  return items.length > 0 && items.every((item) => /^[\w@.+-]{1,60}$/.test(item))
    ? ` Write [${items.join(', ')}].`
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
  if (typeof literal === 'string') {
    // Before it is cut: half a URL no longer shows where its password ends.
    const text = scrubUrls(literal);
    return `the text "${text.length > 40 ? `${text.slice(0, 40)}...` : text}"`;
  }
  if (typeof literal === 'number') return `the number ${String(literal)}`;
  if (typeof literal === 'boolean') return String(literal);
  if (!isSeq(literal)) return 'keys and values';
  return literal.items.length === 0 ? 'an empty list' : 'a list';
}
