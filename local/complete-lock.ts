import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLONE } from './paths.ts';

interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const SYSTEMS = [
  'darwin',
  'win32',
  'android',
  'freebsd',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'aix',
  'linux',
];
/** Part of a package's name -> npm's name of the processor; the longer parts first. */
const PROCESSORS: readonly (readonly [string, string])[] = [
  ...(['x64', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32'] as const).map(
    (cpu) => [cpu, cpu] as const,
  ),
  ['aarch64', 'arm64'],
  ['arm', 'arm'],
];

/**
 * The optional packages that the lock file names and does not hold. A registry that lacks another platform's package
 * lets `npm install` drop it from the lock, and `npm ci` then refuses that lock on every machine.
 */
export function missingOptionalPackages(lock: LockFile): Readonly<Record<string, LockedPackage>> {
  const missing: Record<string, LockedPackage> = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isLocked(lock, path, name)) continue;
      const system = SYSTEMS.find((candidate) => name.includes(candidate));
      const processor = PROCESSORS.find(([part]) => name.includes(part))?.[1];
      missing[`node_modules/${name}`] = {
        version: version.replace(/^[\^~]/, ''),
        ...(entry.dev === true && { dev: true }),
        optional: true,
        ...(processor !== undefined && { cpu: [processor] }),
        ...(system !== undefined && { os: [system] }),
      };
    }
  }
  return missing;
}

/** Node's resolution: the package's own node_modules, then those of the folders above. */
function isLocked(lock: LockFile, from: string, name: string): boolean {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    if (`${base === '' ? '' : `${base}/`}node_modules/${name}` in lock.packages) return true;
    if (base === '') return false;
  }
}

if (import.meta.main) {
  const file = join(CLONE, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as LockFile;
  const missing = missingOptionalPackages(lock);
  const packages = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`);
  process.stdout.write(
    `package-lock.json: added ${String(Object.keys(missing).length)} packages of other platforms\n`,
  );
}
