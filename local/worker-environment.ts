import { join } from 'node:path';
import { namesTemporalElsewhere, temporalVariables } from '../config/temporal.ts';
import type { FoundChromium } from './chromium.ts';
import { demoAsOf } from './demo-data.ts';
import { DEMO_CONFIG, stateDirectory as defaultStateDirectory } from './paths.ts';
import type { Environment } from './paths.ts';
import { DEFAULT_PORTS } from './ports.ts';
import type { Ports } from './ports.ts';

interface WorkerFacts {
  readonly configPath: string;
  readonly storeUrl: string;
  readonly artifactDirectory: string;
  readonly ports: Ports;
  readonly temporal: {
    readonly address: string;
    readonly uiUrl: string | null;
    readonly taskQueue: string;
    /** Namespace, TLS and keys, as variables. */
    readonly variables: Readonly<Record<string, string>>;
  };
  readonly smtpUrl: string;
  readonly chromium: Pick<FoundChromium, 'executablePath' | 'environment'>;
  /** Null: the worker has a configuration of the user's. */
  readonly demo: { readonly readerUrl: string; readonly asOf: string } | null;
}

/** What a stack's worker gets beside the environment of who started it; with it `loadConfig` gives what the worker has. */
export function workerEnvironment(facts: WorkerFacts): Readonly<Record<string, string>> {
  const { ports, temporal, chromium, demo } = facts;
  const { LD_LIBRARY_PATH: libraries, ...fonts } = chromium.environment;
  return {
    AUDIT_CONFIG: facts.configPath,
    AUDIT_DATABASE_URL: facts.storeUrl,
    AUDIT_ARTIFACTS: facts.artifactDirectory,
    AUDIT_REPORT_PORT: String(ports.report),
    AUDIT_METRICS_PORT: String(ports.metrics),
    // These two win over the file too: the stack waits for its worker there.
    AUDIT_STACK_REPORT_PORT: String(ports.report),
    AUDIT_STACK_METRICS_PORT: String(ports.metrics),
    ...temporal.variables,
    TEMPORAL_ADDRESS: temporal.address,
    AUDIT_TASK_QUEUE: temporal.taskQueue,
    ...(temporal.uiUrl === null ? {} : { TEMPORAL_UI_URL: temporal.uiUrl }),
    SMTP_URL: facts.smtpUrl,
    PUPPETEER_EXECUTABLE_PATH: chromium.executablePath,
    ...(libraries === undefined ? {} : { AUDIT_CHROMIUM_LIBRARY_PATH: libraries }),
    ...fonts,
    ...(demo === null
      ? {}
      : {
          DEMO_BOT_DATABASE_URL: demo.readerUrl,
          DEMO_AS_OF: demo.asOf,
        }),
  };
}

/**
 * The environment of the worker of a stack that is not started yet, with stand-ins for what only a start decides:
 * enough to check a configuration before anything starts for it. Null is the demo's configuration.
 */
export function expectedEnvironment(options: {
  readonly environment: Environment;
  readonly configPath: string | null;
  readonly now: Date;
}): { readonly path: string; readonly environment: Environment } {
  const { environment, configPath, now } = options;
  const stateDirectory = defaultStateDirectory(environment);
  const path = configPath ?? DEMO_CONFIG;
  const storeUrl = environment['AUDIT_DATABASE_URL'] ?? 'postgres://audit@127.0.0.1:1/audit';
  const given = workerEnvironment({
    configPath: path,
    storeUrl,
    artifactDirectory: environment['AUDIT_ARTIFACTS'] ?? join(stateDirectory, 'artifacts'),
    ports: DEFAULT_PORTS,
    temporal: {
      address: '127.0.0.1:1',
      uiUrl: 'http://127.0.0.1:1',
      taskQueue: environment['AUDIT_TASK_QUEUE'] ?? 'audits',
      variables: temporalVariables(namesTemporalElsewhere(environment) ? environment : null),
    },
    smtpUrl: environment['SMTP_URL'] ?? 'smtp://127.0.0.1:1',
    chromium: { executablePath: environment['PUPPETEER_EXECUTABLE_PATH'] ?? 'chromium', environment: {} },
    demo:
      configPath === null
        ? {
            readerUrl: 'postgres://demo_reader@127.0.0.1:1/demo_bot',
            asOf: demoAsOf({ environment, stateDirectory, storeUrl, now, refill: false }),
          }
        : null,
  });
  return { path, environment: { ...environment, ...given } };
}
