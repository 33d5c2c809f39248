import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Passwords, DSNs and certificates; anything larger was named by mistake. */
export const MOST_SECRET_BYTES = 64 * 1024;

/** The text of a regular file of at most `most` bytes, or why it is none, as the end of a sentence. Never waits. */
export function readBounded(
  path: string,
  most: number,
): { readonly text: string } | { readonly problem: string } {
  let file: number | null = null;
  try {
    // A pipe without a writer would be waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile()) return { problem: `is ${kindOf(stat)}, not a file` };
    // One more than allowed: files of /proc say that they are empty.
    const bytes = Buffer.alloc(Math.min(most, Math.max(stat.size, 4096)) + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    if (length > most || stat.size > most) return { problem: `is larger than ${String(most / 1024)} KB` };
    return { text: bytes.toString('utf8', 0, length) };
  } catch (error) {
    return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})` };
  } finally {
    if (file !== null) closeSync(file);
  }
}

function kindOf(stat: ReturnType<typeof fstatSync>): string {
  if (stat.isDirectory()) return 'a folder';
  if (stat.isFIFO()) return 'a pipe';
  return stat.isSocket() ? 'a socket' : 'a device';
}
