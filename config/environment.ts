import { resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_FILE = 'audit.config.yaml';

/** A copy of the process's environment, the only place that reads it. An empty variable counts as not set. */
export function environment(): Environment {
  return Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
}

/** Where the configuration is looked for: the argument, AUDIT_CONFIG, then audit.config.yaml in the working folder. */
export function configPath(path: string | undefined, environment: Environment): string {
  return resolve(path ?? named(environment, 'AUDIT_CONFIG') ?? DEFAULT_FILE);
}

/** A variable that is set and not empty. */
export function named(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === undefined || value === '' ? undefined : value;
}
