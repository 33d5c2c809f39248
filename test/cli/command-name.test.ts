import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { CliContext } from '../../cli/context.ts';
import { createProgram } from '../../cli/program.ts';
import { asTyped } from '../../config/command-name.ts';
import { CLONE } from '../../local/paths.ts';
import { scratchDirectory } from '../support/scratch.ts';

test('a hint prints what can be typed: npm’s script in a clone, the command where it is installed', () => {
  const hint = 'production-audit, a program. `production-audit up`, then `production-audit show latest`.';
  expect(asTyped(hint, {})).toBe(
    'production-audit, a program. `npm run -s audit -- up`, then `npm run -s audit -- show latest`.',
  );
  expect(asTyped(hint, { AUDIT_CALLED_AS: 'production-audit' })).toBe(hint);
});

const quiet: CliContext = {
  environment: {},
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  signal: new AbortController().signal,
  secrets: new Set(),
  setExitCode: () => undefined,
};

test('every command of the program is one that hints may name', () => {
  const names = createProgram(quiet).commands.map((command) => command.name());
  expect(names.length).toBeGreaterThan(20);
  for (const name of names)
    expect(asTyped(`production-audit ${name}`, {})).toBe(`npm run -s audit -- ${name}`);
});

test.each([
  ['production-audit', 'production-audit'],
  ['production-audit.mjs', 'npm run -s audit --'],
])('started as %s, the help says %s', (file, name) => {
  const link = join(scratchDirectory('installed'), file);
  symlinkSync(join(CLONE, 'bin', 'production-audit.mjs'), link);
  const { stdout } = spawnSync(process.execPath, [link, 'list', '--help'], { encoding: 'utf8' });
  expect(stdout).toContain(`Usage: ${name} list`);
  expect(stdout).toContain(`  $ ${name} list`);
});
