import { statfs } from 'node:fs/promises';
import { ArtifactsUnavailable } from './artifact-place.ts';
import { codeOf, systemWords } from './system-codes.ts';
import { troubleOf, type Trouble } from './trouble.ts';

const ADVICE: Readonly<Partial<Record<Trouble, string>>> = {
  full: 'Make room, or set storage.artifacts to another folder.',
  readOnly: 'Mount it for writing, or set storage.artifacts to another folder.',
  exhausted: 'Allow the worker more open files (ulimit -n).',
  refused: 'Give the folder to the user of the worker.',
  misplaced: 'Its path leads to no folder: correct storage.artifacts, or what stands there in its place.',
  gone: 'Restore the folder, or mount it again.',
  unreachable: 'Its file system hangs: look at its disk, its mount and the server behind it.',
};
const OTHERWISE = 'Look at its disk or its mount.';

/** Whatever the system says of the artifact folder is the folder's: it must never be told of a bot. */
export async function ofFolder<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await folderTrouble(root, error);
  }
}

/** The same of what is gone through one by one. */
export async function* eachOfFolder<T>(root: string, items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await ofFolder(root, () => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

async function folderTrouble(root: string, error: unknown): Promise<unknown> {
  const code = codeOf(error);
  if (code === undefined) return error;
  const trouble = troubleOf(error);
  const advice = (trouble !== null && ADVICE[trouble]) || OTHERWISE;
  const what =
    trouble !== 'full'
      ? 'cannot be used'
      : code === 'EDQUOT'
        ? 'has used up its quota'
        : `is full${await freeText(root)}`;
  return new ArtifactsUnavailable(`The artifact folder ${root} ${what}: ${systemWords(error)}. ${advice}`);
}

async function freeText(root: string): Promise<string> {
  const free = await statfs(root).catch(() => null);
  if (free === null) return '';
  const files = free.files > 0 && free.ffree === 0 ? ' and no more files' : '';
  return ` (${String(free.bavail * free.bsize)} bytes${files} are free)`;
}
