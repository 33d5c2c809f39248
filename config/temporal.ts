import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AuditConfig, TemporalSecurity } from '../audit/configuration.ts';
import { errorMessage } from '../audit/error-message.ts';
import { MOST_SECRET_BYTES, readBounded } from './bounded-file.ts';
import { named, type Environment } from './environment.ts';

/** What the environment says of Temporal, in the words of the SDK's own environment configuration. */
export interface TemporalEnvironment {
  /** `host:port`, of TEMPORAL_ADDRESS or of the profile that is named; null: neither says it. */
  readonly address: string | null;
  readonly namespace: string | null;
  readonly security: TemporalSecurity;
  /** Sentences that each name a variable and what to write; empty: the rest can be used. */
  readonly problems: readonly string[];
  readonly secrets: readonly string[];
}

/** The variables that decide how a Temporal service is reached; TEMPORAL_UI_URL only makes links. */
const VARIABLE = /^TEMPORAL_(?:ADDRESS|NAMESPACE|API_KEY|PROFILE|CONFIG_FILE|TLS|TLS_[A-Z_]+|GRPC_META_\w+)$/;
/** Where the SDK looks when nothing says where. */
export const DEFAULT_ADDRESS = '127.0.0.1:7233';
export const DEFAULT_NAMESPACE = 'default';
const PLAIN = new Set(['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']);
const FIXED = [
  ...['TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE', 'TEMPORAL_TLS'],
  ...['CLIENT_CERT', 'CLIENT_KEY', 'SERVER_CA_CERT'].flatMap((what) => [
    `TEMPORAL_TLS_${what}_PATH`,
    `TEMPORAL_TLS_${what}_DATA`,
  ]),
  ...['TEMPORAL_TLS_SERVER_NAME', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'],
];
const PAIRS = ['CLIENT_CERT', 'CLIENT_KEY', 'SERVER_CA_CERT'] as const;
const BOOLEANS = ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'] as const;

/**
 * Reads TEMPORAL_*. A profile file counts only when TEMPORAL_PROFILE or TEMPORAL_CONFIG_FILE names it: a worker that runs
 * as another user would find another file in the default place.
 */
export async function temporalEnvironment(environment: Environment): Promise<TemporalEnvironment> {
  const set = settingsOf(environment);
  const plain = {
    address: set['TEMPORAL_ADDRESS'] ?? null,
    namespace: set['TEMPORAL_NAMESPACE'] ?? null,
    security: { tls: false },
    problems: addressProblems(set['TEMPORAL_ADDRESS']),
    secrets: [],
  };
  // Most runs need none of it, and the package takes a while to load.
  if (Object.keys(set).every((name) => PLAIN.has(name))) return plain;
  const problems = [...plain.problems, ...problemsOf(set)];
  if (problems.length > 0) return { ...plain, problems, secrets: secretsOf(set) };
  return readBySdk(set, environment);
}

/** The service that the environment means, for what runs before a configuration is read. @throws with the problems */
export async function temporalPlace(
  environment: Environment,
): Promise<Pick<AuditConfig['temporal'], 'address' | 'namespace' | 'security'>> {
  const { problems, address, namespace, security } = await temporalEnvironment(environment);
  if (problems.length > 0) throw new Error(capitalised(problems.join(' ')));
  return { address: address ?? DEFAULT_ADDRESS, namespace: namespace ?? DEFAULT_NAMESPACE, security };
}

/**
 * What a stack adds to an environment so that its processes and commands reach its Temporal service: the variables that
 * led it there, paths absolute. Null is its own server, which has neither TLS nor keys. Empty ones count as not set.
 */
export function temporalVariables(environment: Environment | null): Readonly<Record<string, string>> {
  const none = Object.fromEntries(FIXED.map((name) => [name, '']));
  if (environment === null) return { ...none, TEMPORAL_NAMESPACE: 'default' };
  const set = Object.entries(settingsOf(environment)).map(([name, value]) => [
    name,
    name.endsWith('_PATH') || name === 'TEMPORAL_CONFIG_FILE' ? resolve(value) : value,
  ]);
  return { ...none, ...(Object.fromEntries(set) as Record<string, string>) };
}

/** Whether the environment says where Temporal is; whether that is right is told by who reads it. */
export function namesTemporalElsewhere(environment: Environment): boolean {
  return ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'].some(
    (name) => named(environment, name) !== undefined,
  );
}

/** An environment that says nothing of how Temporal is reached. */
export function withoutTemporalVariables(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !VARIABLE.test(name)));
}

function settingsOf(environment: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(environment).flatMap((name) => {
      const value = VARIABLE.test(name) ? named(environment, name) : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

async function readBySdk(
  set: Readonly<Record<string, string>>,
  { HOME, XDG_CONFIG_HOME, APPDATA }: Environment,
): Promise<TemporalEnvironment> {
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const folders = Object.entries({ HOME, XDG_CONFIG_HOME, APPDATA }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const unusable = (message: string): TemporalEnvironment => ({
    address: null,
    namespace: null,
    security: { tls: false },
    problems: [message],
    secrets: secretsOf(set),
  });
  try {
    const { namespace, connectionOptions } = loadClientConnectConfig({
      overrideEnvVars: { ...(Object.fromEntries(folders) as Record<string, string>), ...set },
      disableFile: !('TEMPORAL_PROFILE' in set || 'TEMPORAL_CONFIG_FILE' in set),
      configFileStrict: true,
    });
    const { address, apiKey, tls, metadata } = connectionOptions;
    const security: TemporalSecurity = {
      tls: tls ?? false,
      ...(typeof apiKey === 'string' && { apiKey }),
      ...(metadata !== undefined && { metadata: metadata as Readonly<Record<string, string>> }),
    };
    const wrong = securityProblem(security);
    if (wrong !== null) return unusable(wrong);
    const secrets = [...secretsOf(set), ...(typeof apiKey === 'string' ? [apiKey] : [])];
    return { address: address ?? null, namespace: namespace ?? null, security, problems: [], secrets };
  } catch (error) {
    return unusable(profileProblem(set, errorMessage(error)));
  }
}

function profileProblem(set: Readonly<Record<string, string>>, message: string): string {
  const profile = set['TEMPORAL_PROFILE'] ?? 'default';
  const file = set['TEMPORAL_CONFIG_FILE'] ?? 'temporal.toml of the user (`temporal config list` shows it)';
  // What follows the first line quotes the file, which may hold a key.
  const [first = ''] = message.split('\n');
  const why = first.startsWith('Cannot read properties') ? 'it has no table [profile.NAME].' : first;
  return `the profile "${profile}" of ${file} cannot be used: ${/[.!?]$/.test(why) ? why : `${why}.`}`;
}

function problemsOf(set: Readonly<Record<string, string>>): readonly string[] {
  const problems: string[] = [];
  for (const name of BOOLEANS) {
    const value = set[name];
    if (value !== undefined && !['true', 'false', '1', '0'].includes(value))
      problems.push(`the environment variable ${name} is "${value}". Expected true or false.`);
  }
  if (['true', '1'].includes(set['TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'] ?? ''))
    problems.push(
      'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION cannot be honoured: the TypeScript SDK always verifies. Name the ' +
        'authority with TEMPORAL_TLS_SERVER_CA_CERT_PATH, and the name in its certificate with TEMPORAL_TLS_SERVER_NAME.',
    );
  const file = set['TEMPORAL_CONFIG_FILE'];
  if (file !== undefined && !existsSync(file))
    problems.push(`TEMPORAL_CONFIG_FILE names ${file}, and there is no such file.`);
  for (const what of PAIRS) problems.push(...pemProblems(what, set));
  const isGiven = (what: string): boolean =>
    `TEMPORAL_TLS_${what}_PATH` in set || `TEMPORAL_TLS_${what}_DATA` in set;
  const [cert, key] = [isGiven('CLIENT_CERT'), isGiven('CLIENT_KEY')];
  if (cert !== key)
    problems.push(
      cert
        ? 'a client certificate is set and its key is not. Set TEMPORAL_TLS_CLIENT_KEY_PATH or TEMPORAL_TLS_CLIENT_KEY_DATA.'
        : 'the key of a client certificate is set and the certificate is not. Set TEMPORAL_TLS_CLIENT_CERT_PATH or TEMPORAL_TLS_CLIENT_CERT_DATA.',
    );
  if (/[^\x21-\x7e]/.test(set['TEMPORAL_API_KEY'] ?? ''))
    problems.push('TEMPORAL_API_KEY holds a blank, a line break or a character that no key has.');
  return problems;
}

function pemProblems(what: (typeof PAIRS)[number], set: Readonly<Record<string, string>>): readonly string[] {
  const [pathName, dataName] = [`TEMPORAL_TLS_${what}_PATH`, `TEMPORAL_TLS_${what}_DATA`];
  const [path, data] = [set[pathName], set[dataName]];
  if (path !== undefined && data !== undefined)
    return [`${pathName} and ${dataName} are both set. Keep one of them.`];
  if (data !== undefined) return isPem(data) ? [] : [`${dataName} is not in PEM form (-----BEGIN ...).`];
  if (path === undefined) return [];
  const read = readBounded(path, MOST_SECRET_BYTES);
  if ('problem' in read) return [`${pathName} names ${path}, which ${read.problem}.`];
  return isPem(read.text) ? [] : [`${pathName} names ${path}, which is not in PEM form (-----BEGIN ...).`];
}

function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/** Of a profile: the SDK ignores a certificate without its key. */
function securityProblem({ tls, apiKey }: TemporalSecurity): string | null {
  if (apiKey !== undefined && /[^\x21-\x7e]/.test(apiKey))
    return 'the API key of the profile holds a blank, a line break or a character that no key has.';
  if (typeof tls !== 'object') return null;
  const parts = [tls.serverRootCACertificate, tls.clientCertPair?.crt, tls.clientCertPair?.key];
  return parts.every((part) => part === undefined || isPem(Buffer.from(part).toString('latin1')))
    ? null
    : 'a certificate or key of the profile is not in PEM form (-----BEGIN ...).';
}

function addressProblems(address: string | undefined): readonly string[] {
  const problem = address === undefined ? null : temporalAddressProblem(address);
  return problem === null ? [] : [`TEMPORAL_ADDRESS ${problem}`];
}

/** What is wrong with `host:port`, as the end of a sentence; null when nothing is. */
export function temporalAddressProblem(address: string): string | null {
  const parts = /^(?:\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/.exec(address);
  const port = Number(parts?.[1] ?? 1);
  if (parts !== null && port > 0 && port <= 65_535) return null;
  return `is "${address}". Expected host:port, such as ${DEFAULT_ADDRESS}.`;
}

function secretsOf(set: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(set).flatMap(([name, value]) =>
    name === 'TEMPORAL_API_KEY' || name === 'TEMPORAL_TLS_CLIENT_KEY_DATA' || isSecretMetadata(name)
      ? [value, ...(isSecretMetadata(name) ? value.split(/\s+/).filter((part) => part.length > 8) : [])]
      : [],
  );
}

function isSecretMetadata(name: string): boolean {
  return /^TEMPORAL_GRPC_META_\w*(?:AUTH|TOKEN|KEY|SECRET|COOKIE)/i.test(name);
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
