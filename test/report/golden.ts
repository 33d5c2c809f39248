import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';

/** Compares byte for byte with a committed file below the repository; UPDATE_GOLDENS=1 rewrites it instead. */
export function expectGolden(path: string, text: string): void {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  if (process.env['UPDATE_GOLDENS'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  expect(
    existsSync(file) ? readFileSync(file, 'utf8') : `${path} is missing; UPDATE_GOLDENS=1 writes it`,
  ).toBe(text);
}
