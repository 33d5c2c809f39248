import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat, statfs, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorMessage } from '../audit/error-message.ts';
import { sha256 } from '../audit/hash.ts';
import { createFileTurns } from './file-turns.ts';
import { ownerTag } from './owner.ts';
import { ArtifactDamaged, ArtifactsUnavailable, mustBeHash, type ArtifactPlace } from './artifact-place.ts';
import { removeHalfWritten } from './leftovers.ts';
import { artifactFiles, removeArtifact } from './retention/artifact-files.ts';
import { codeOf, troubleOf, type Trouble } from './trouble.ts';

export { ArtifactDamaged, ArtifactsUnavailable } from './artifact-place.ts';
export type { ArtifactStore } from '../audit/artifact.ts';

const ADVICE: Readonly<Partial<Record<Trouble, string>>> = {
  full: 'Make room, or set storage.artifacts to another folder.',
  readOnly: 'Mount it for writing, or set storage.artifacts to another folder.',
  exhausted: 'Allow the worker more open files (ulimit -n).',
  refused: 'Give the folder to the user of the worker.',
  gone: 'Restore the folder, or mount it again.',
  unreachable: 'Its file system hangs: look at its disk, its mount and the server behind it.',
};
const OTHERWISE = 'Look at its disk or its mount.';

/** How long the folder is waited for, and how many of its operations run at once. */
export interface FolderLimits {
  readonly readMs: number;
  readonly writeMs: number;
  readonly atOnce: number;
}

/** A write is a whole artifact, on disk and not only handed over. */
const LIMITS: FolderLimits = { readMs: 20_000, writeMs: 60_000, atOnce: 4 };

/** Artifacts as files named by their hash alone, `ab/ab12...`; a name can only ever mean one content. */
export function createArtifactStore(directory: string, limits: Partial<FolderLimits> = {}): ArtifactPlace {
  const root = resolve(directory);
  const { readMs, writeMs, atOnce } = { ...LIMITS, ...limits };
  const turns = createFileTurns(atOnce);
  const reading = <T>(work: () => Promise<T>): Promise<T> => owned(root, () => turns.run(readMs, work));
  const writing = <T>(work: () => Promise<T>): Promise<T> => owned(root, () => turns.run(writeMs, work));
  let probing: Promise<void> | null = null;
  return {
    async put(data) {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
      const hash = sha256(bytes);
      const path = artifactPath(root, hash);
      // What a crash of the machine or a bad disk left under this name is replaced.
      await writing(async () => {
        if (!(await holds(path, hash, bytes.length)) || !(await renewed(path))) await write(path, bytes);
      });
      return { hash, bytes: bytes.length };
    },
    async get(hash) {
      const path = artifactPath(root, hash);
      const bytes = await reading(() => read(root, path, hash));
      if (sha256(bytes) !== hash) {
        throw new ArtifactDamaged(
          `Artifact ${hash} in ${root} was changed: its bytes have another hash. Restore it from a backup.`,
        );
      }
      return bytes;
    },
    async has(hash) {
      const path = artifactPath(root, hash);
      return reading(async () => (await sizeOf(path)) !== null);
    },
    // One trial at a time.
    probe() {
      probing ??= writing(() => tryOut(root)).finally(() => {
        probing = null;
      });
      return probing;
    },
    files: () => artifactFiles(root),
    remove: (hash, cutoffMs) => removeArtifact(root, hash, cutoffMs),
    removeHalfWritten: () => removeHalfWritten(root),
    where: (hash) => artifactPath(root, hash),
  };
}

/** Whatever the system says of the folder is the folder's: it must never be told of a bot. */
async function owned<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    const trouble = troubleOf(error);
    const advice = (trouble !== null && ADVICE[trouble]) || OTHERWISE;
    const what = trouble === 'full' ? `is full${await freeText(root)}` : 'cannot be used';
    throw new ArtifactsUnavailable(`The artifact folder ${root} ${what}: ${errorMessage(error)}. ${advice}`);
  }
}

async function tryOut(root: string): Promise<void> {
  const file = join(root, `.tmp-probe-${String(process.pid)}`);
  await makeFolder(root);
  await writeFile(file, '.', { mode: 0o600 });
  await rm(file);
}

async function freeText(root: string): Promise<string> {
  const free = await statfs(root).catch(() => null);
  return free === null ? '' : ` (${String(free.bavail * free.bsize)} bytes are free)`;
}

function artifactPath(root: string, hash: string): string {
  mustBeHash(hash);
  return join(root, hash.slice(0, 2), hash);
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const folder = resolve(path, '..');
  const temporary = join(folder, `.tmp-${ownerTag()}-${randomBytes(6).toString('hex')}`);
  try {
    await makeFolder(folder);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const file = await open(temporary, flags, 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Its last step alone says what is wrong: with `recursive` a read-only file system is told as a missing one. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') await mkdir(folder, { recursive: true, mode: 0o700 });
    else if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** The new name is on disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function read(root: string, path: string, hash: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(async (error: unknown) => {
    const code = codeOf(error) ?? '';
    if (code === 'ENOENT') await stat(root);
    if (['ENOENT', 'ELOOP'].includes(code))
      throw new ArtifactDamaged(`Artifact ${hash} is missing from the artifact store (${path}).`);
    throw error;
  });
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function holds(path: string, hash: string, bytes: number): Promise<boolean> {
  return (await sizeOf(path)) === bytes && sha256(await read(dirname(path), path, hash)) === hash;
}

/** Makes an artifact as young as one just written, so that no purge takes it; false: it must be written anew for that. */
async function renewed(path: string): Promise<boolean> {
  const now = new Date();
  return utimes(path, now, now).then(
    () => true,
    // Where nothing can be written nothing can be removed.
    (error: unknown) => codeOf(error) === 'EROFS',
  );
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
