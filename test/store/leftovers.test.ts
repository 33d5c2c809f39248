import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { removeHalfWritten, removeProfiles } from '../../store/leftovers.ts';
import { ownerState, ownerTag } from '../../store/owner.ts';

const OWNER = new URL('../../store/owner.ts', import.meta.url).href;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-leftovers-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Another process that has told its tag and lives until it is killed. */
async function otherProcess(): Promise<{ readonly tag: string; kill(): Promise<void> }> {
  const code = `const { ownerTag } = await import(${JSON.stringify(OWNER)}); console.log(ownerTag()); setInterval(() => 0, 1e6);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    tag: line.toString().trim(),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}

function halfWritten(tag: string, ageMs = 0): string {
  mkdirSync(join(folder, 'ab'), { recursive: true });
  const path = join(folder, 'ab', `.tmp-${tag}-0123456789ab`);
  writeFileSync(path, 'half');
  const at = (Date.now() - ageMs) / 1_000;
  utimesSync(path, at, at);
  return path;
}

test('what a killed process left is removed, what a living one uses stays', async () => {
  const other = await otherProcess();
  const own = ownerTag();
  for (const tag of [other.tag, own]) {
    mkdirSync(join(folder, `production-audit-browser-${tag}-abcDEF`, 'Default'), { recursive: true });
    halfWritten(tag);
  }
  expect([await removeProfiles(folder), await removeHalfWritten(folder)]).toEqual([0, 0]);
  await other.kill();
  expect([ownerState(other.tag), ownerState(own)]).toEqual(['dead', 'alive']);
  expect([await removeProfiles(folder), await removeHalfWritten(folder)]).toEqual([1, 1]);
  expect(readdirSync(folder).sort()).toEqual(['ab', `production-audit-browser-${own}-abcDEF`]);
  expect(readdirSync(join(folder, 'ab'))).toEqual([`.tmp-${own}-0123456789ab`]);
});

test('a process id that has come round is not its old owner', () => {
  const [place, pid, start] = ownerTag().split('.');
  expect(ownerState(`${String(place)}.${String(pid)}.${String(Number(start) - 1)}`)).toBe('dead');
});

test('of other machines only what nobody can be writing any more is removed', async () => {
  for (const tag of ['00000000.1.5', '17', 'nobody']) {
    halfWritten(tag, 7_200_000);
    mkdirSync(join(folder, `production-audit-browser-${tag}-abcDEF`));
  }
  halfWritten('00000000.2.5');
  expect([await removeProfiles(folder), await removeHalfWritten(folder)]).toEqual([0, 3]);
  expect(readdirSync(join(folder, 'ab'))).toEqual(['.tmp-00000000.2.5-0123456789ab']);
});

test('nothing else is touched, and a folder that is not there is none', async () => {
  mkdirSync(join(folder, 'ab'));
  const dead = '00000000.1.5';
  for (const name of [`x.tmp-${dead}-0123456789ab`, `.tmp-${dead}-short`, 'ab'.repeat(32)])
    writeFileSync(join(folder, 'ab', name), '');
  expect([await removeHalfWritten(folder), await removeHalfWritten(join(folder, 'none'))]).toEqual([0, 0]);
  expect(readdirSync(join(folder, 'ab'))).toHaveLength(3);
});
