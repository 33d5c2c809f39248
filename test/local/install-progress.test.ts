import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { counter, describe as inWords } from '../../bin/install-progress.mjs';
import { scratchDirectory } from '../support/scratch.ts';

test('the packages of this platform are counted as they appear, with their bytes', () => {
  const clone = scratchDirectory('clone');
  const other = process.platform === 'linux' ? 'darwin' : 'linux';
  const packages = {
    '': {},
    'node_modules/a': {},
    'node_modules/a/node_modules/b': { os: [process.platform], cpu: process.arch },
    'node_modules/foreign': { os: [other] },
    'node_modules/not-here': { os: [`!${process.platform}`] },
    'node_modules/not-there': { os: [`!${other}`] },
  };
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages }));
  const install = (path: string, bytes: number): void => {
    mkdirSync(join(clone, path), { recursive: true });
    writeFileSync(join(clone, path, 'package.json'), '{}');
    writeFileSync(join(clone, path, 'code.js'), 'x'.repeat(bytes));
  };
  const count = counter(clone);
  expect(count()).toEqual({ packages: 0, of: 3, bytes: 0 });
  install('node_modules/a', 1_000_000);
  expect(count()).toEqual({ packages: 1, of: 3, bytes: 1_000_002 });
  install('node_modules/a/node_modules/b', 2_000_000);
  expect(count()).toEqual({ packages: 2, of: 3, bytes: 3_000_004 });
  expect(inWords(count(), true)).toBe('█████████░░░░░ 2 of 3 packages, 3 MB');
  expect(inWords(count(), false)).toBe('2 of 3 packages, 3 MB');
});
