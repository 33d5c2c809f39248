import { existsSync } from 'node:fs';
import type { AuditConfig } from '../audit/configuration.ts';
import { configPath, loadConfig, type Environment } from '../config.ts';
import type { StackConnection } from '../local/state.ts';
import type { CliContext, GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';

/** Which configuration a command works with, and the clone's running stack if it is that stack's. */
export interface Setup {
  /** Null: there is none, and nothing runs; what starts a stack then uses the demo's. */
  readonly path: string | null;
  readonly environment: Environment;
  readonly stack: StackConnection | null;
  /** Configuration of this clone's stack when it runs with another one: it cannot serve this command. */
  readonly busyWith: string | null;
}

/**
 * The configuration is the first of: --config, AUDIT_CONFIG, ./audit.config.yaml when TEMPORAL_ADDRESS is set (and is
 * not the running stack's), that of this clone's running stack, ./audit.config.yaml. What the environment says wins over what the stack would add.
 */
export async function findSetup(context: CliContext, options: GlobalOptions): Promise<Setup> {
  const { environment } = context;
  const named = options.config ?? environment['AUDIT_CONFIG'];
  const stack = await runningStackOf(environment);
  const withStack = stack === null ? environment : { ...stack.environment, ...defined(environment) };
  const temporal = environment['TEMPORAL_ADDRESS'] ?? '';
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
): Promise<{ readonly config: AuditConfig; readonly stack: StackConnection | null }> {
  const setup = await findSetup(context, options);
  if (setup.path === null) {
    throw new CommandError(
      'There is no audit.config.yaml here, and nothing of this clone runs. `production-audit up` starts the local ' +
        'stack with the demo bot; `production-audit init` writes a commented configuration.',
    );
  }
  const config = await loadConfig(setup.path, setup.environment);
  for (const secret of config.secrets) context.secrets.add(secret);
  return { config, stack: setup.stack };
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
