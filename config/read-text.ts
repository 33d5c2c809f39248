import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from './error.ts';

/** Fifty thousand bots have a third of it. */
const MOST_BYTES = 48 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** A pipe or a terminal from which nothing comes for so long has nobody who writes. */
const SILENCE_MS = 3_000;
const POLL_MS = 20;

/** The file's text. A pipe is read as well (`--config <(...)`), so that what counts is how much comes. @throws ConfigError */
export async function readConfigText(path: string, shown: string): Promise<string> {
  const bytes = await readBytes(path).catch((error: unknown) => {
    throw problemAt(shown, null, readProblem((error as NodeJS.ErrnoException).code ?? 'error'));
  });
  if (bytes === null)
    throw problemAt(shown, null, 'nothing comes from this pipe or device. Name a file, or write into it.');
  if (bytes.length > MOST_BYTES)
    throw problemAt(
      shown,
      null,
      `it is larger than ${String(MOST_BYTES / 1024 / 1024)} MB, which no configuration is.`,
    );
  const problem = encodingProblem(bytes);
  if (problem !== null) throw problemAt(shown, problem.line, problem.message);
  return bytes.toString('utf8');
}

/** At most one byte more than a configuration may have; null: nothing comes. Never waits in a system call, which no signal ends. */
async function readBytes(path: string): Promise<Buffer | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const isFile = (await file.stat()).isFile();
    const chunks: Buffer[] = [];
    let length = 0;
    let lastMs = performance.now();
    while (length <= MOST_BYTES) {
      const chunk = await readChunk(file);
      // A pipe to which nobody has connected yet reads as one that has ended.
      if (chunk?.length === 0 && (isFile || length > 0)) break;
      if (chunk === null || chunk.length === 0) {
        if (performance.now() - lastMs > SILENCE_MS) return null;
        await delay(POLL_MS);
        continue;
      }
      chunks.push(chunk);
      length += chunk.length;
      lastMs = performance.now();
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

/** Null: nothing is there now. */
async function readChunk(file: FileHandle): Promise<Buffer | null> {
  try {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    throw error;
  }
}

function readProblem(code: string): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file. `production-audit init` writes a commented one; `npm run demo` needs none.';
    case 'EISDIR':
      return 'this is a folder. Name the file in it, for example with --config FOLDER/audit.config.yaml.';
    default:
      return `the file cannot be read (${code}). Check its path and who may read it.`;
  }
}

/** Other encodings and binary files: a character that was lost in reading could be part of a name or a limit. */
function encodingProblem(bytes: Buffer): { readonly line: number | null; readonly message: string } | null {
  const start = bytes.subarray(0, 2).toString('hex');
  const zero = bytes.indexOf(0);
  if (start === 'fffe' || start === 'feff' || (zero !== -1 && zero < 2))
    return { line: null, message: 'the file is in UTF-16. Save it as UTF-8.' };
  if (zero !== -1)
    return { line: lineAt(bytes, zero), message: 'a zero byte stands here: this is no text file.' };
  const wrong = firstWrongByte(bytes);
  if (wrong !== null)
    return {
      line: lineAt(bytes, wrong),
      message: 'a character here is not in UTF-8. Save the file as UTF-8.',
    };
  return bytes.includes(13) && !bytes.includes(10)
    ? { line: null, message: 'its lines end with a carriage return alone. Save it with line feeds.' }
    : null;
}

function firstWrongByte(bytes: Buffer): number | null {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return null;
  } catch {
    // What was replaced is the first difference between the bytes and the text.
    const again = Buffer.from(bytes.toString('utf8'));
    const first = again.findIndex((byte, index) => byte !== bytes[index]);
    return first === -1 ? again.length : first;
  }
}

function lineAt(bytes: Buffer, offset: number): number {
  return bytes.subarray(0, offset).toString('latin1').split('\n').length;
}

function problemAt(shown: string, line: number | null, message: string): ConfigError {
  return new ConfigError(shown, [{ line, message }]);
}
