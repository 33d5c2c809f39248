import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, expect } from '@jest/globals';
import { CLONE } from '../../local/paths.ts';
import { startOf, waitFor } from '../../local/process.ts';
import { scratchDirectory } from '../support/scratch.ts';
import { startProgram } from '../support/program.ts';

const ENTRY = 'test/local/programs/ends-as-told.ts';

test('the exit code of the entry is the exit code of the bootstrap, and stdout is the entry’s alone', async () => {
  const { code, stdout } = await startProgram('bin/bootstrap.mjs', [ENTRY, '7']).ended;
  expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
});

test('SIGTERM, sent twice as npm does, reaches the entry once, which runs on Node 24 and ends as it likes', async () => {
  const program = startProgram('bin/bootstrap.mjs', [ENTRY, 'wait']);
  expect(await program.firstLine).toMatch(/^waiting 24\./);
  program.child.kill('SIGTERM');
  program.child.kill('SIGTERM');
  const { code, stdout } = await program.ended;
  expect(code).toBe(42);
  expect(stdout).toContain('got SIGTERM 1 times');
  expect(await waitFor(() => startOf(program.child.pid ?? 0) === null, 10_000)).toBe(true);
});

test('without an entry it says how it is used', async () => {
  const { code, stderr } = await startProgram('bin/bootstrap.mjs').ended;
  expect(code).toBe(64);
  expect(stderr).toContain('Usage: node bin/bootstrap.mjs ENTRY.ts');
});

test('packages that hold all of the lock file are not installed anew, whichever lock file they were installed for', () => {
  const clone = scratchDirectory('bootstrap');
  cpSync(join(CLONE, 'bin'), join(clone, 'bin'), { recursive: true });
  mkdirSync(join(clone, 'node_modules'));
  const packages = { 'node_modules/a': { version: '1.0.0' } };
  const more = { ...packages, 'node_modules/b': { version: '1.0.0' } };
  writeFileSync(join(clone, 'package-lock.json'), JSON.stringify({ packages }));
  writeFileSync(join(clone, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: more }));
  const marker = join(clone, 'node_modules', '.installed-lock');
  writeFileSync(marker, 'of another branch');
  writeFileSync(join(clone, 'entry.ts'), "process.stdout.write('entry');");
  const { stdout, stderr } = spawnSync(process.execPath, [join(clone, 'bin', 'bootstrap.mjs'), 'entry.ts'], {
    encoding: 'utf8',
    // Without npm, an install would fail.
    env: { PATH: '' },
  });
  expect({ stdout, stderr }).toEqual({ stdout: 'entry', stderr: '' });
  expect(readFileSync(marker, 'utf8')).toBe('of another branch');
});
