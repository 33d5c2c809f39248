import { join } from 'node:path';
import { connectTemporal, type TemporalPlace } from '../server/temporal-connection.ts';
import type { OnGrowth } from './folder-size.ts';
import { freePort } from './ports.ts';
import type { Environment } from './paths.ts';
import { isRunning, startChild, stopProcess, tail, waitFor } from './process.ts';
import type { RunningChild } from './process.ts';
import { findTemporalBinary, temporalVersions } from './temporal-binary.ts';

/** Search attributes that audits set; an upsert of one the server does not know would retry for ever. */
export const SEARCH_ATTRIBUTES = ['AuditBot', 'AuditKind', 'AuditPeriod', 'AuditVerdict'] as const;

export interface TemporalOptions {
  readonly environment: Environment;
  readonly logFile: string;
  readonly port: number;
  /** Null: no Web UI. */
  readonly uiPort: number | null;
  readonly metricsPort?: number;
  /** Created beside `default`. */
  readonly namespace?: string;
  /** SQLite file that keeps histories between runs; null keeps them in memory. */
  readonly databaseFile: string | null;
  /** Told while the program itself is downloaded. */
  readonly onGrowth?: OnGrowth;
}

export interface RunningTemporal {
  /** `127.0.0.1:7233`. */
  readonly address: string;
  readonly uiUrl: string | null;
  /** Of the server: "1.32.0". */
  readonly version: string;
  readonly origin: string;
  readonly downloadedMb: number;
  readonly process: RunningChild;
  stop(): Promise<void>;
}

/**
 * Starts the development server on loopback and returns when it answers.
 * @throws with the end of its log when it does not come up
 */
export async function startTemporalServer(options: TemporalOptions): Promise<RunningTemporal> {
  const { environment, logFile, port, uiPort, namespace = 'default' } = options;
  const binary = await findTemporalBinary(environment, options.onGrowth);
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'];
  if (uiPort === null) args.push('--headless');
  else args.push('--ui-ip', '127.0.0.1', '--ui-port', String(uiPort));
  args.push('--metrics-port', String(options.metricsPort ?? (await freePort(environment))));
  if (options.databaseFile !== null) args.push('--db-filename', options.databaseFile);
  if (namespace !== 'default') args.push('--namespace', namespace);
  for (const name of SEARCH_ATTRIBUTES) args.push('--search-attribute', `${name}=Keyword`);

  const [child, versions] = await Promise.all([
    startChild({
      command: binary.path,
      args,
      // Its own settings file and profile stay out of it: this server is ours alone.
      environment: {
        PATH: environment['PATH'],
        HOME: environment['HOME'],
        AUDIT_STACK: environment['AUDIT_STACK'],
      },
      logFile,
    }),
    temporalVersions(binary.path),
  ]);
  const address = `127.0.0.1:${String(port)}`;
  const stop = () => stopProcess(child, { signal: 'SIGTERM', graceMs: 8_000 });
  const ready = await waitFor(
    async () =>
      !isRunning(child) || (await temporalAnswers({ address, namespace, security: { tls: false } })),
    30_000,
  );
  if (!ready || !isRunning(child)) {
    await stop();
    throw new Error(`The Temporal server did not start. The end of ${logFile}:\n${tail(logFile)}`);
  }
  return {
    address,
    uiUrl: uiPort === null ? null : `http://127.0.0.1:${String(uiPort)}`,
    version: versions.server,
    origin: binary.origin,
    downloadedMb: binary.downloadedMb,
    process: child,
    stop,
  };
}

/** True when the server answers and knows the namespace. */
export async function temporalAnswers(place: TemporalPlace): Promise<boolean> {
  try {
    return (await temporalHealth(place)) !== '';
  } catch {
    return false;
  }
}

/** The server's version. @throws TemporalUnusable when it does not answer within two seconds or lacks the namespace */
export async function temporalHealth(place: TemporalPlace): Promise<string> {
  const connection = await connectTemporal(place, 2_000);
  try {
    const info = await connection.withDeadline(Date.now() + 2_000, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return info.serverVersion;
  } finally {
    await connection.close();
  }
}

/** The name of the histories' file in a state folder. */
export function temporalDatabaseFile(stateDirectory: string): string {
  return join(stateDirectory, 'temporal.sqlite');
}
