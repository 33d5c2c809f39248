import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';

const BLOCK = /^ *```(?:ts|sql)\n(.*?)^ *```$/gms;

/**
 * Each block of code of a page of docs/ stands word for word in the test that proves it. Imports are left out, since
 * they differ by folder, and so are indentation and `export`.
 */
export async function expectCodeOf(page: string, test: string): Promise<void> {
  const [markdown, source] = await Promise.all([
    readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8'),
    readFile(test, 'utf8'),
  ]);
  const blocks = [...markdown.matchAll(BLOCK)].map(([, code = '']) => plain(code));
  expect(blocks).not.toEqual([]);
  for (const block of blocks) expect(plain(source)).toContain(block);
}

function plain(code: string): string {
  return code
    .split('\n')
    .map((line) => line.trim().replace(/^export /, ''))
    .filter((line) => line !== '' && !line.startsWith('import '))
    .join('\n');
}
