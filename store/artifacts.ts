import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { sha256 } from '../audit/hash.ts';
import { createFileTurns } from './file-turns.ts';
import { ownerTag } from './owner.ts';
import { ArtifactDamaged, ArtifactsUnavailable, mustBeHash, type ArtifactPlace } from './artifact-place.ts';
import { eachOfFolder, ofFolder } from './folder-trouble.ts';
import { removeHalfWritten } from './leftovers.ts';
import { artifactFiles, removeArtifact } from './retention/artifact-files.ts';
import { codeOf } from './system-codes.ts';

export { ArtifactDamaged, ArtifactsUnavailable } from './artifact-place.ts';
export type { ArtifactStore } from '../audit/artifact.ts';

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
  const reading = <T>(work: () => Promise<T>): Promise<T> => ofFolder(root, () => turns.run(readMs, work));
  const writing = <T>(work: () => Promise<T>): Promise<T> => ofFolder(root, () => turns.run(writeMs, work));
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
    files: () => eachOfFolder(root, artifactFiles(root)),
    async remove(hash, cutoffMs) {
      mustBeHash(hash);
      return ofFolder(root, async () => {
        const removal = await removeArtifact(root, hash, cutoffMs);
        if (removal === 'gone') await mustHoldSome(root);
        return removal;
      });
    },
    removeHalfWritten: () => ofFolder(root, () => removeHalfWritten(root)),
    where: (hash) => artifactPath(root, hash),
  };
}

async function tryOut(root: string): Promise<void> {
  const file = join(root, `.tmp-probe-${String(process.pid)}`);
  await makeFolder(root);
  await writeFile(file, '.', { mode: 0o600 });
  await rm(file);
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
    if (!['ENOENT', 'ELOOP'].includes(codeOf(error) ?? '')) throw error;
    await mustHoldSome(root);
    throw new ArtifactDamaged(`Artifact ${hash} is missing from the artifact store (${path}).`);
  });
  try {
    return await file.readFile();
  } catch (error) {
    if (codeOf(error) !== 'EISDIR') throw error;
    throw new ArtifactDamaged(`A folder stands in the place of artifact ${hash} (${path}).`);
  } finally {
    await file.close();
  }
}

/** No purge empties a folder of its folders: an artifact is not gone from one that holds nothing, its mount is. */
async function mustHoldSome(root: string): Promise<void> {
  const names = await readdir(root);
  if (names.some((name) => /^[0-9a-f]{2}$/.test(name))) return;
  throw new ArtifactsUnavailable(
    `The artifact folder ${root} holds no artifact at all. Mount it again, or restore it from a backup.`,
  );
}

async function holds(path: string, hash: string, bytes: number): Promise<boolean> {
  return (await sizeOf(path)) === bytes && sha256(await read(dirname(dirname(path)), path, hash)) === hash;
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
