import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLONE } from '../local/paths.ts';
import { atMost, type Ratio } from './ratio.ts';

const HELP_MS = 300;
/** What a start needs, unpacked; what only developers need is not counted. */
const INSTALL_MB = 700;
const ROUNDS = 5;

/** `--help` with its bootstrap, as CPU time, and what `npm ci` puts on the disk for those who only run it. */
export async function benchCommand(): Promise<readonly Ratio[]> {
  let help = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) help = Math.min(help, await helpMs());
  return [
    atMost('start', '--help, CPU / allowed', 'ms', help, HELP_MS),
    atMost('start', 'packages of a start, unpacked / allowed', 'MB', installedBytes() / 1e6, INSTALL_MB),
  ];
}

/** The shell's `times` counts the processes that it waited for, and those that these did. */
async function helpMs(): Promise<number> {
  const command = '"$0" "$1" --help > /dev/null; times';
  const program = join(CLONE, 'bin', 'production-audit.mjs');
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, program]);
  const ofChildren = stdout.trim().split('\n').at(-1) ?? '';
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (total, [, minutes, seconds]) => total + Number(minutes) * 60_000 + Number(seconds) * 1_000,
    0,
  );
}

interface Package {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

function installedBytes(): number {
  const lock = JSON.parse(readFileSync(join(CLONE, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Package>>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path]) => join(CLONE, path))
    .filter((path) => existsSync(path))
    .reduce((total, path) => total + bytesOf(path), 0);
}

/** Without what lies in the package's own node_modules, which the lock file names by itself. */
function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((total, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? total : total + bytesOf(path);
    return entry.isFile() ? total + statSync(path).size : total;
  }, 0);
}
