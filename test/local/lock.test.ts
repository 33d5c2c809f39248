import { test, expect } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lock, tryLock } from '../../local/lock.ts';
import { ownIdentity } from '../../local/process.ts';
import { scratchDirectory } from '../support/scratch.ts';

test('a lock is held until it is released, and its holder is named', async () => {
  const file = join(scratchDirectory('lock'), 'start.lock');
  const held = tryLock(file);
  expect(tryLock(file)).toEqual({ heldBy: ownIdentity() });
  await expect(lock(file, 50)).rejects.toThrow(`pid ${String(process.pid)}`);
  if ('release' in held) held.release();
  const again = await lock(file, 50);
  again.release();
});

test.each([
  ['a process that died', JSON.stringify({ pid: process.pid, started: 'earlier' })],
  ['a file that was cut off', '{"pid":'],
])('the lock of %s is taken over', (_what, content) => {
  const file = join(scratchDirectory('lock'), 'start.lock');
  writeFileSync(file, content);
  expect(tryLock(file)).toHaveProperty('release');
});
