import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ArtifactStore } from '../audit/artifact.ts';
import { sha256 } from '../audit/hash.ts';

export type { ArtifactStore } from '../audit/artifact.ts';

/** The folder of the artifacts has no room left. Nothing half-written stays behind. */
export class ArtifactStoreFull extends Error {
  override readonly name = 'ArtifactStoreFull';
}

/** An artifact is not there, or its bytes are not those that it was stored with. */
export class ArtifactDamaged extends Error {
  override readonly name = 'ArtifactDamaged';
}

const HASH = /^[0-9a-f]{64}$/;

/** Artifacts as files named by their hash alone, `ab/ab12...`; a name can only ever mean one content. */
export function createArtifactStore(directory: string): ArtifactStore {
  const root = resolve(directory);
  return {
    async put(data) {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
      const hash = sha256(bytes);
      const path = artifactPath(root, hash);
      // What a crash of the machine or a bad disk left under this name is replaced.
      if (!(await holds(path, hash, bytes.length))) await write(root, path, bytes);
      return { hash, bytes: bytes.length };
    },
    async get(hash) {
      const bytes = await read(artifactPath(root, hash), hash);
      if (sha256(bytes) !== hash) {
        throw new ArtifactDamaged(
          `Artifact ${hash} in ${root} was changed: its bytes have another hash. Restore it from a backup.`,
        );
      }
      return bytes;
    },
    async has(hash) {
      return (await sizeOf(artifactPath(root, hash))) !== null;
    },
  };
}

/** Where an artifact's bytes are. Refuses every name that is not a hash: nothing that people type can become a path. */
export function artifactPath(root: string, hash: string): string {
  if (!HASH.test(hash))
    throw new Error(`${JSON.stringify(hash.slice(0, 80))} is not the hash of an artifact`);
  return join(root, hash.slice(0, 2), hash);
}

async function write(root: string, path: string, bytes: Uint8Array): Promise<void> {
  const folder = resolve(path, '..');
  const temporary = join(folder, `.tmp-${String(process.pid)}-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
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
    await rm(temporary, { force: true });
    throw isFull(error) ? await fullError(root, bytes.length) : error;
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

async function read(path: string, hash: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT')
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
  return (await sizeOf(path)) === bytes && sha256(await read(path, hash)) === hash;
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

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '');
}

async function fullError(root: string, bytes: number): Promise<ArtifactStoreFull> {
  const free = await statfs(root).then(
    (found) => String(found.bavail * found.bsize),
    () => 'unknown',
  );
  return new ArtifactStoreFull(
    `The artifact folder ${root} is full: ${String(bytes)} bytes were to be written, ${free} are free. ` +
      'Make room or set storage.artifacts to another folder; the run is tried again.',
  );
}

function codeOf(error: unknown): string | undefined {
  const code: unknown =
    error !== null && typeof error === 'object' && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
