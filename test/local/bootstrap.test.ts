import { test, expect } from '@jest/globals';
import { startOf, waitFor } from '../../local/process.ts';
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
