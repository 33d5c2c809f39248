import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CommandError } from './errors.ts';

/**
 * Makes a folder with its parents. One part after the other: the recursive mkdir of Node tries for ever where the
 * system answers "no such file" for each new name, as below /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await isFolder(path))) throw error;
  }
}

/** Makes the folder of --out and writes into it once, before hours of work are done for it. @throws CommandError */
export async function prepareOutFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  const probe = join(path, `.production-audit-${String(process.pid)}`);
  try {
    await makeFolder(path);
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new CommandError(
      `The folder ${path} cannot be used: ${meaningOf(error)}. Name another with --out.`,
    );
  }
}

/** What a code of the file system means to people; the code itself when it is not one of the usual. */
export function meaningOf(error: unknown): string {
  const code = codeOf(error);
  return code in MEANINGS ? `${String(MEANINGS[code])} (${code})` : code;
}

const MEANINGS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EEXIST: 'it is a file, not a folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'error';
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
