import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { open, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '../../local/process.ts';
import { ArtifactDamaged, ArtifactsUnavailable, createArtifactStore } from '../../store/artifacts.ts';
import { scratchDirectory } from '../support/scratch.ts';

let folder: string;

beforeEach(() => {
  folder = scratchDirectory('artifacts');
});

test('bytes come back, stored once, readable by the owner alone', async () => {
  const store = createArtifactStore(folder);
  const [one, two] = await Promise.all([store.put('naïve'), store.put(Buffer.from('naïve'))]);
  expect(two).toEqual(one);
  expect(one.bytes).toBe(6);
  expect((await store.get(one.hash)).toString()).toBe('naïve');
  expect(await store.has(one.hash)).toBe(true);
  const path = join(folder, one.hash.slice(0, 2), one.hash);
  expect(await readdir(join(path, '..'))).toEqual([one.hash]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.each([
  ['../../etc/passwd'],
  ['/etc/passwd'],
  [''],
  ['a'.repeat(63)],
  ['A'.repeat(64)],
  [`${'a'.repeat(63)}\0`],
  [`${'a'.repeat(64)}/../x`],
  ['x'.repeat(300)],
])('the name %j is never a path', async (name) => {
  const store = createArtifactStore(folder);
  await expect(store.get(name)).rejects.toThrow('is not the hash of an artifact');
  await expect(store.has(name)).rejects.toThrow('is not the hash of an artifact');
});

test('a changed byte, a missing file and a link in its place are seen', async () => {
  const store = createArtifactStore(folder);
  const { hash } = await store.put('evidence');
  const path = join(folder, hash.slice(0, 2), hash);
  await writeFile(path, 'evidencf');
  await expect(store.get(hash)).rejects.toThrow(ArtifactDamaged);
  await rm(path);
  await expect(store.get(hash)).rejects.toThrow('is missing');
  await symlink('/etc/hostname', path);
  await expect(store.get(hash)).rejects.toThrow(ArtifactDamaged);
});

test.each(['evid', 'evidencf'])('a file that was cut short or changed is replaced: %s', async (damaged) => {
  const store = createArtifactStore(folder);
  const { hash } = await store.put('evidence');
  await writeFile(join(folder, hash.slice(0, 2), hash), damaged);
  await store.put('evidence');
  expect((await store.get(hash)).toString()).toBe('evidence');
});

function mountTmpfs(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'audit-test', folder], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write('artifacts: no tmpfs can be mounted here, so the full disk is not tried\n');
    return false;
  }
}

test('a full disk is named with its folder and leaves nothing half-written', async () => {
  if (!mountTmpfs()) return;
  try {
    const store = createArtifactStore(folder);
    const small = await store.put('small');
    const error = await store.put(Buffer.alloc(400_000, 1)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArtifactsUnavailable);
    expect(String(error)).toContain(`The artifact folder ${folder} is full (`);
    const left = await readdir(folder, { recursive: true });
    expect(left.filter((name) => name.includes('.tmp-'))).toEqual([]);
    expect((await store.get(small.hash)).toString()).toBe('small');
  } finally {
    execFileSync('umount', [folder]);
  }
});

test('what the system says of the folder is said of the folder, with what mends it', async () => {
  const root = join(folder, 'store');
  const store = createArtifactStore(root);
  const { hash } = await store.put('evidence');
  await rm(root, { recursive: true });
  await expect(store.get(hash)).rejects.toThrow(
    /^The artifact folder .*store cannot be used: ENOENT.*Restore/,
  );
  await writeFile(root, 'a file in place of the folder');
  const asked: readonly (() => Promise<unknown>)[] = [
    () => store.get(hash),
    () => store.put('more'),
    () => store.has(hash),
  ];
  for (const ask of asked) await expect(ask()).rejects.toThrow(/^The artifact folder .*(?:ENOTDIR|EEXIST)/);
});

test('a file that hangs is waited for no longer than its deadline, and then stops nothing but itself', async () => {
  const store = createArtifactStore(folder, { readMs: 200, writeMs: 200, atOnce: 2 });
  const [{ hash }, other] = [await store.put('evidence'), await store.put('other')];
  const path = join(folder, hash.slice(0, 2), hash);
  await rm(path);
  execFileSync('mkfifo', [path]);
  await expect(store.get(hash)).rejects.toThrow(
    /^The artifact folder .* cannot be used: no answer in 0\.2 s\. Its file system hangs/,
  );
  expect((await store.get(other.hash)).toString()).toBe('other');
  await store.probe();
  await expect(store.get(hash)).rejects.toThrow(ArtifactsUnavailable);
  await expect(store.probe()).rejects.toThrow('2 operations have not come back');
  // Somebody writes at last, and both readers come back.
  await (await open(path, constants.O_WRONLY | constants.O_NONBLOCK)).close();
  await waitFor(
    () =>
      store.probe().then(
        () => true,
        () => false,
      ),
    10_000,
  );
  expect((await store.get(other.hash)).toString()).toBe('other');
});
