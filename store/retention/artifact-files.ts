import { opendir, link, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mustBeHash, type ArtifactFile, type Removal } from '../artifact-place.ts';
import { codeOf } from '../system-codes.ts';

const HASH = /^[0-9a-f]{64}$/;
const ASIDE = '.purge-';

/** Every artifact of the folder. What a killed purge had put aside is put back first. */
export async function* artifactFiles(root: string): AsyncGenerator<ArtifactFile> {
  for await (const folder of entriesOf(root)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for await (const entry of entriesOf(join(root, folder))) {
      const hash = entry.startsWith(ASIDE) ? entry.slice(ASIDE.length) : entry;
      if (!HASH.test(hash)) continue;
      if (entry !== hash) await putBack(join(root, folder), hash);
      const found = await statOf(join(root, folder, hash));
      if (found !== null) yield { hash, bytes: found.size, putMs: found.mtimeMs };
    }
  }
}

/**
 * Removes an artifact that nobody has put since `cutoffMs`. It is put aside first and looked at there: whoever puts it
 * in between either has made it young, and it comes back, or finds it missing and writes it anew.
 */
export async function removeArtifact(root: string, hash: string, cutoffMs: number): Promise<Removal> {
  const folder = join(root, mustBeHash(hash).slice(0, 2));
  const before = await statOf(join(folder, hash));
  if (before !== null && before.mtimeMs >= cutoffMs) return 'put again';
  const aside = join(folder, `${ASIDE}${hash}`);
  try {
    await rename(join(folder, hash), aside);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  // Also what this purge had put aside when it was killed.
  const found = await statOf(aside);
  if (found === null) return 'gone';
  if (found.mtimeMs >= cutoffMs) {
    await putBack(folder, hash);
    return 'put again';
  }
  await rm(aside, { force: true });
  return 'removed';
}

async function putBack(folder: string, hash: string): Promise<void> {
  const aside = join(folder, `${ASIDE}${hash}`);
  try {
    await link(aside, join(folder, hash));
  } catch (error) {
    if (!['EEXIST', 'ENOENT'].includes(codeOf(error) ?? '')) throw error;
  }
  await rm(aside, { force: true });
}

async function statOf(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function* entriesOf(folder: string): AsyncGenerator<string> {
  try {
    for await (const { name } of await opendir(folder)) yield name;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}
