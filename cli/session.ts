import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AuditConfig } from '../audit/configuration.ts';
import { sha256 } from '../audit/hash.ts';
import { configPath, type Environment } from '../config/environment.ts';
import { namesTemporalElsewhere, temporalPlace, withoutTemporalVariables } from '../config/temporal.ts';
import { ConfigError } from '../config/error.ts';
import type { StackConnection } from '../local/state.ts';
import { remark, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';

/** What an error names when the file leaves the store's address out and nothing else gives it. */
const STORE = 'AUDIT_DATABASE_URL';
const STORE_MISSING = new RegExp(`the environment variable ${STORE}(?:\\.$| is (?:not set|empty))`);

/** Which configuration a command works with, and the clone's running stack if it is that stack's. */
export interface Setup {
  /** Null: there is none, and nothing runs; what starts a stack then uses the demo's. */
  readonly path: string | null;
  readonly environment: Environment;
  readonly stack: StackConnection | null;
  /** Configuration of this clone's stack when it runs with another one: it cannot serve this command. */
  readonly busyWith: string | null;
  /** Says that the working folder has a file which is not the one in use; null when that is not so. */
  readonly unused: string | null;
}

/**
 * The configuration is the first of: --config, AUDIT_CONFIG, ./audit.config.yaml when TEMPORAL_ADDRESS is set (and is
 * not the running stack's), that of this clone's running stack, ./audit.config.yaml. What the environment says wins over what the stack would add.
 */
export async function findSetup(context: CliContext, options: GlobalOptions): Promise<Setup> {
  const setup = await chosenSetup(context.environment, options);
  if (setup.stack !== null) await remarkChange(context, setup.stack);
  const here = configPath(undefined, { AUDIT_CONFIG: undefined });
  if (options.config !== undefined || setup.path === null || setup.path === here || !existsSync(here))
    return { ...setup, unused: null };
  const unused = unusedFile(here, setup);
  remark(context, `Using ${setup.path}. ${unused}`);
  return { ...setup, unused };
}

/** The worker reads its file once: a bot that was added since is unknown to it. */
async function remarkChange(context: CliContext, { configPath, configHash }: StackConnection): Promise<void> {
  if (configHash === undefined) return;
  const now = await readFile(configPath).catch(() => null);
  if (now !== null && sha256(now) === configHash) return;
  remark(
    context,
    `${configPath} has changed since this clone's stack started, and its worker still has what it read then. ` +
      'Start the stack again: Ctrl-C in its terminal or `production-audit down`, then `production-audit up`.',
  );
}

function unusedFile(here: string, { stack }: Omit<Setup, 'unused'>): string {
  if (stack === null) return `${here} is not in use, because AUDIT_CONFIG names another file.`;
  return (
    `${here} is not in use: this clone's stack runs with another file. ` +
    'To use yours, end the stack first (Ctrl-C in its terminal, or `production-audit down`).'
  );
}

async function chosenSetup(environment: Environment, options: GlobalOptions): Promise<Omit<Setup, 'unused'>> {
  const named = options.config ?? environment['AUDIT_CONFIG'];
  const stack = await runningStackOf(environment);
  const temporal = await namedAddress(environment);
  // A key or TLS without an address is meant for another server than the stack's.
  const given = temporal === '' ? withoutTemporalVariables(environment) : environment;
  const withStack = stack === null ? environment : { ...stack.environment, ...defined(given) };
  // On another server nobody polls the stack's queue.
  const isOfStack = (path: string): boolean =>
    stack?.configPath === path && (temporal === '' || temporal === stack.temporalAddress);
  if (named !== undefined && named !== '') {
    const path = configPath(named, environment);
    if (isOfStack(path)) return { path, environment: withStack, stack, busyWith: null };
    return { path, environment, stack: null, busyWith: stack?.configPath ?? null };
  }
  const here = configPath(undefined, environment);
  const isHere = existsSync(here);
  if (isHere && temporal !== '' && !isOfStack(here))
    return { path: here, environment, stack: null, busyWith: null };
  if (stack !== null) return { path: stack.configPath, environment: withStack, stack, busyWith: null };
  return { path: isHere ? here : null, environment, stack: null, busyWith: null };
}

/** Loads the configuration and makes its secrets unprintable. Without any, the error says how to get one. */
export async function openConfig(
  context: CliContext,
  options: GlobalOptions,
  { needsStore }: { readonly needsStore: boolean } = { needsStore: true },
): Promise<
  Pick<Setup, 'stack' | 'unused'> & {
    readonly config: AuditConfig;
    /** False: not known yet, and not needed. */ readonly hasStore: boolean;
  }
> {
  const setup = await findSetup(context, options);
  const { stack, unused } = setup;
  let hasStore = true;
  const config = await loadSetup(setup).catch(async (error: unknown) => {
    if (needsStore || !(error instanceof StoreMissing) || (await isElsewhere(setup))) throw error;
    hasStore = false;
    const environment = { ...setup.environment, [STORE]: 'postgres://127.0.0.1:1/not-known' };
    return loadSetup({ ...setup, environment });
  });
  for (const secret of config.secrets) context.secrets.add(secret);
  return { config, stack, unused, hasStore };
}

/** The file leaves the store's address out, and nothing else gives it. */
class StoreMissing extends CommandError {}

/** The configuration of a setup. @throws with what to do when only the store's address is missing */
export async function loadSetup(setup: Setup): Promise<AuditConfig> {
  if (setup.path === null) {
    throw new CommandError(
      'There is no audit.config.yaml here, and nothing of this clone runs. `production-audit up` starts the local ' +
        'stack with the demo bot; `production-audit init` writes a commented configuration.',
    );
  }
  const { loadConfig } = await import('../config.ts');
  try {
    return await loadConfig(setup.path, setup.environment);
  } catch (error) {
    const isStoreless =
      error instanceof ConfigError && error.problems.some(({ message }) => STORE_MISSING.test(message));
    if (!isStoreless || setup.stack !== null) throw error;
    throw new StoreMissing(`${error.message}\n${await howToLook(setup)}`);
  }
}

/** The store of a stack that was started for one run can be read again when the stack runs again. */
async function howToLook({ environment, busyWith }: Setup): Promise<string> {
  if (busyWith !== null) return busyText(busyWith);
  const { stateDirectory } = await import('../local/paths.ts');
  const { postgresDirectory } = await import('../local/stack-stop.ts');
  return existsSync(postgresDirectory(stateDirectory(environment)))
    ? "This clone's local stack has a store, and it is stopped: `production-audit up`, then `production-audit show latest`."
    : '`production-audit up` starts a local stack with a store of its own.';
}

/** A stack serves the one configuration that its worker knows. */
export function busyText(busyWith: string): string {
  return (
    `This clone's stack runs with ${busyWith}. End it (Ctrl-C in its terminal, or \`production-audit down\`), ` +
    'or leave out --config and AUDIT_CONFIG to use it.'
  );
}

/** A Temporal that somebody else runs, with workers of its own. */
export async function isElsewhere(setup: Setup): Promise<boolean> {
  if ((await namedAddress(setup.environment)) !== '') return true;
  if (setup.path === null) return false;
  const { namesTemporal } = await import('../config.ts');
  return namesTemporal(setup.path);
}

/** Where the environment says that Temporal is, itself or by the profile it names; empty: it does not. */
async function namedAddress(environment: Environment): Promise<string> {
  return namesTemporalElsewhere(environment) ? (await temporalPlace(environment)).address : '';
}

async function runningStackOf(environment: Environment): Promise<StackConnection | null> {
  const [{ stateDirectory }, { runningStack }] = await Promise.all([
    import('../local/paths.ts'),
    import('../local/state.ts'),
  ]);
  return runningStack(stateDirectory(environment))?.connection ?? null;
}

function defined(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
}
