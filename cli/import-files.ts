import { isAbsolute } from 'node:path';
import { CommandError } from './errors.ts';
import { meaningOf } from './out-folder.ts';

/** The sentence for a file that cannot be read; any other error as it is. */
export function unreadable(file: string, error: unknown, wanted: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR' && code !== 'ENOTDIR') return error;
  const where = isAbsolute(file) ? '' : ` in ${process.cwd()}`;
  return new CommandError(`${file}${where} cannot be read: ${meaningOf(error)}. Name ${wanted}.`);
}
