import { z } from 'zod';
import type { Policy } from '../audit/evidence.ts';
import { absences, isAbsence } from './absence.ts';
import { ConfigError, type ConfigProblem } from './error.ts';
import { knownKeys } from './known-keys.ts';
import type { PolicyPart } from '../audit/registry.ts';
import type { PresetName } from '../audit/policy-presets.ts';
import { readPolicy } from './policy.ts';
import { keyName, problemsOf } from './problems.ts';
import { readConfigText } from './read-text.ts';
import { FILE_SHAPE, type ConfigFile } from './schema.ts';
import {
  holdsPlainPassword,
  isPlainSecret,
  isSecretKey,
  isWholeSecret,
  resolveReferences,
  secretParts,
} from './secrets.ts';
import { parseYaml, type YamlSource } from './yaml-source.ts';

/** A configuration file that its schema accepts, with references resolved. */
export interface ReadFile {
  readonly file: ConfigFile;
  readonly policy: Policy;
  readonly preset: PresetName;
  readonly secrets: readonly string[];
  readonly source: YamlSource;
}

/** What all references of a file may stand for together: as much as a file may have. */
const MOST_REFERRED_MB = 48;

const SECRET_FORM =
  'Write the password as ${VAR} or ${file:/path}, for example postgres://reader:${BOT_DB_PASSWORD}@host:5432/bot.';

/** Reads, resolves and checks the file against the schema; throws one ConfigError with everything that is wrong. */
export async function readConfigFile(
  path: string,
  shown: string,
  environment: Readonly<Record<string, string | undefined>>,
  sections: readonly PolicyPart[],
): Promise<ReadFile> {
  const source = parseYaml(shown, await readConfigText(path, shown));
  const problems: ConfigProblem[] = [];
  const secrets = new Set<string>();
  const unresolved = new Set<string>();
  let referred = 0;
  source.rewrite((text, key) => {
    const resolved = resolveReferences(text, environment);
    if (resolved.value !== text) referred += resolved.value.length;
    if (referred > MOST_REFERRED_MB * 1024 ** 2) {
      const message = `${keyName(key)}: with it, the references of this file stand for more than ${String(MOST_REFERRED_MB)} MB.`;
      throw new ConfigError(shown, [{ line: source.lineOf(key), message }], [...secrets]);
    }
    const report = (message: string): void => {
      problems.push({ line: source.lineOf(key), message });
    };
    for (const problem of resolved.problems) report(`${keyName(key)}: ${problem}`);
    if (resolved.problems.length > 0) unresolved.add(keyName(key));
    if (isSecretKey(key)) {
      if (isWholeSecret(key) && isPlainSecret(text))
        report(`${keyName(key)} is a secret in plain text. Write it as \${VAR} or \${file:/path}.`);
      else if (holdsPlainPassword(text)) {
        report(`${keyName(key)} holds a password in plain text. ${SECRET_FORM}`);
      }
      for (const part of secretParts(resolved.value)) if (!isAbsence(part)) secrets.add(part);
    }
    for (const value of resolved.fromFiles) secrets.add(value);
    return resolved.value;
  });
  const raw = source.toJs();
  const { policy: givenPolicy, ...rest } = isRecord(raw) ? raw : { policy: undefined };
  const parsed = z.strictObject(FILE_SHAPE).safeParse(isRecord(raw) ? withoutEmpty(rest) : raw);
  for (const { path: key, word, hint } of absences(isRecord(raw) ? raw : {}))
    problems.push({ line: source.lineOf(key), message: `${keyName(key)} is "${word}".${hint}` });
  const { policy, preset, problems: policyProblems } = readPolicy(givenPolicy, sections, source);
  problems.push(...policyProblems);
  if (!parsed.success) problems.push(...problemsOf(parsed.error, source, knownKeys));
  const reported = problems.filter(once(unresolved));
  if (reported.length > 0 || !parsed.success) throw new ConfigError(shown, reported, [...secrets]);
  const kept = [...secrets].filter((value) => value !== '');
  return { file: parsed.data, policy, preset, secrets: kept, source };
}

/** A reference that is missing would be reported again as a key that is missing or of the wrong type. */
function once(unresolved: ReadonlySet<string>): (problem: ConfigProblem) => boolean {
  const missing = new Set([...unresolved].map(missingKey));
  return ({ message }) => {
    const wrongType = message.indexOf(': expected');
    if (wrongType !== -1 && unresolved.has(message.slice(0, wrongType))) return false;
    const needs = /^.* needs the key "[^"]*"/.exec(message)?.[0];
    return needs === undefined || !missing.has(needs);
  };
}

function missingKey(name: string): string {
  const dot = name.lastIndexOf('.');
  return `${dot === -1 ? 'the file' : name.slice(0, dot)} needs the key "${name.slice(dot + 1)}"`;
}

/** `key:` with nothing after it, or a reference that came out empty, is a key left out. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      inner === null || inner === '' ? undefined : withoutEmpty(inner),
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
