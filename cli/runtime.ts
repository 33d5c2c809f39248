import { canRedraw } from './ansi.ts';
import type { AuditConfig } from '../audit/configuration.ts';
import { paletteOf, type CliContext, type GlobalOptions } from './context.ts';
import { CommandError } from './errors.ts';
import { busyText, findSetup, isElsewhere, loadSetup, type Setup } from './session.ts';

/** Temporal, worker and store that a run uses, with the configuration that leads to them. */
export interface Runtime {
  readonly config: AuditConfig;
  /** Name of the bot that an input without one means, for the run's id; null when that is not one bot. */
  readonly defaultBot: string | null;
  /** Started for this run alone: its links are dead when the run has ended. */
  readonly isOwn: boolean;
  /** Resolves with one sentence when a component that was started for this run ends by itself. */
  readonly broken: Promise<string>;
  /** Ends what was started for this run, and nothing else. */
  close(): Promise<void>;
}

/** What a run wants of its runtime. */
export interface RuntimeWish {
  readonly mayStart: boolean;
  /**
   * Throws when the worker would refuse the run. Asked before anything starts, and only of a worker of this clone, which
   * is known to have this very configuration; another's says itself what it does not know.
   */
  readonly check: (config: AuditConfig, unused: string | null) => void;
}

/** Uses TEMPORAL_ADDRESS (or the file's), else this clone's running stack, else starts a stack for the run. */
export async function openRuntime(
  context: CliContext,
  options: GlobalOptions,
  { mayStart, check }: RuntimeWish,
): Promise<Runtime> {
  const setup = await findSetup(context, options);
  if (setup.stack !== null || (await isElsewhere(setup))) {
    const loaded = withDefaultBot(context, await loadSetup(setup));
    if (setup.stack !== null) check(loaded.config, setup.unused);
    return {
      ...loaded,
      isOwn: false,
      broken: new Promise(() => undefined),
      close: () => Promise.resolve(),
    };
  }
  if (!mayStart) {
    throw new CommandError(
      '--detach needs a Temporal that keeps running. Start one with `production-audit up`, or set TEMPORAL_ADDRESS.',
    );
  }
  const expected = await expectedConfig(context, setup);
  check(expected, setup.unused);
  return startRuntime(context, options, setup, expected.temporal.namespace);
}

/** The configuration as the worker of a stack will have it, before the stack is started; its mistakes are told now. */
export async function expectedConfig({ environment }: CliContext, { path }: Setup): Promise<AuditConfig> {
  const { expectedEnvironment } = await import('../local/worker-environment.ts');
  const { loadConfig } = await import('../config.ts');
  const expected = expectedEnvironment({ environment, configPath: path, now: new Date() });
  return loadConfig(expected.path, expected.environment);
}

async function startRuntime(
  context: CliContext,
  options: GlobalOptions,
  setup: Setup,
  namespace: string,
): Promise<Runtime> {
  refuseBusy(setup);
  const { startStack } = await import('../local/stack.ts');
  const { createComponentPrinter } = await import('../local/component-lines.ts');
  const { loadConfig } = await import('../config.ts');
  const { stderr, environment, signal } = context;
  const printer = createComponentPrinter(stderr, paletteOf(context, stderr, options), {
    isLive: canRedraw(stderr, environment),
  });
  const stack = await startStack({
    environment,
    owner: 'this-process',
    configPath: setup.path,
    namespace,
    now: new Date(),
    onProgress: (progress) => {
      printer.update(progress);
    },
    signal,
  }).finally(() => {
    printer.done();
  });
  try {
    const { configPath, environment: added } = stack.connection;
    const config = await loadConfig(configPath, { ...environment, ...added });
    const loaded = withDefaultBot(context, config);
    return { ...loaded, isOwn: stack.started, broken: stack.broken, close: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** Makes the configuration's secrets unprintable. */
function withDefaultBot(context: CliContext, config: AuditConfig): Pick<Runtime, 'config' | 'defaultBot'> {
  for (const secret of config.secrets) context.secrets.add(secret);
  const [first, second] = config.bots;
  return {
    config,
    defaultBot: config.defaultBot ?? (second === undefined ? (first?.facts.name ?? null) : null),
  };
}

/** One stack per clone: its worker knows one configuration. */
export function refuseBusy({ busyWith }: Setup): void {
  if (busyWith === null) return;
  throw new CommandError(busyText(busyWith));
}
