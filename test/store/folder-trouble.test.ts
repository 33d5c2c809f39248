import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ArtifactPlace } from '../../store/artifact-place.ts';
import { ArtifactsUnavailable, createArtifactStore } from '../../store/artifacts.ts';
import { ofFolder } from '../../store/folder-trouble.ts';
import { folderSizes } from '../../store/sizes.ts';
import { scratchDirectory } from '../support/scratch.ts';

let root: string;
let store: ArtifactPlace;
let hash: string;

beforeEach(async () => {
  root = join(scratchDirectory('folder'), 'artifacts');
  store = createArtifactStore(root);
  ({ hash } = await store.put('evidence'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** All that is done with the folder, by name. */
const ASKED: Readonly<Record<string, () => Promise<unknown>>> = {
  put: () => store.put('more'),
  get: () => store.get(hash),
  has: () => store.has(hash),
  probe: () => store.probe(),
  files: async () => {
    for await (const file of store.files()) expect(file.hash).toHaveLength(64);
  },
  remove: () => store.remove(hash, Date.now() + 1_000),
  removeHalfWritten: () => store.removeHalfWritten(),
  sizes: () => folderSizes(root, () => undefined),
};

interface Scene {
  readonly what: string;
  readonly breaks: () => void;
  readonly says: RegExp;
  /** What an empty folder answers as well as a whole one. */
  readonly answers: readonly string[];
}

const WOULD_MAKE_IT = ['put', 'probe'];
const NOTHING_THERE = ['has', 'files', 'removeHalfWritten', 'sizes'];

const SCENES: readonly Scene[] = [
  {
    what: 'a file',
    breaks: () => {
      writeFileSync(root, '');
    },
    says: /ENOTDIR.*Its path leads to no folder/,
    answers: [],
  },
  {
    what: 'a link to itself',
    breaks: () => {
      symlinkSync(root, root);
    },
    says: /ELOOP.*Its path leads to no folder/,
    answers: [],
  },
  {
    what: 'a link to nothing',
    breaks: () => {
      symlinkSync(join(root, '../nowhere/deeper'), root);
    },
    says: /(?:ENOENT|ENOTDIR).*(?:Restore the folder|leads to no folder)/,
    answers: NOTHING_THERE,
  },
  {
    what: 'nothing',
    breaks: () => undefined,
    says: /ENOENT.*Restore the folder, or mount it again/,
    answers: [...WOULD_MAKE_IT, ...NOTHING_THERE],
  },
  {
    what: 'the empty place of a mount',
    breaks: () => {
      mkdirSync(root);
    },
    says: /holds no artifact at all\. Mount it again/,
    answers: [...WOULD_MAKE_IT, ...NOTHING_THERE],
  },
];

test.each(SCENES)(
  'where the folder of artifacts was is $what: whoever asks is told so, and of the folder',
  async ({ breaks, says, answers }) => {
    const aside = `${root}.aside`;
    renameSync(root, aside);
    breaks();
    // What makes the folder anew comes last.
    const names = Object.keys(ASKED).sort(
      (a, b) => Number(WOULD_MAKE_IT.includes(a)) - Number(WOULD_MAKE_IT.includes(b)),
    );
    for (const name of names) {
      const outcome: unknown = await ASKED[name]?.().catch((error: unknown) => error);
      if (answers.includes(name)) expect([name, outcome instanceof Error]).toEqual([name, false]);
      else {
        expect([name, outcome]).toEqual([name, expect.any(ArtifactsUnavailable)]);
        expect(String(outcome)).toMatch(/The artifact folder .*artifacts (?:cannot be used|holds no)/);
        expect(String(outcome)).toMatch(says);
      }
    }
    rmSync(root, { recursive: true, force: true });
    renameSync(aside, root);
    expect((await store.get(hash)).toString()).toBe('evidence');
  },
);

test('a path that is too long is named', async () => {
  await expect(createArtifactStore(`${root}/${'x'.repeat(300)}`).put('text')).rejects.toThrow(
    /^The artifact folder .* cannot be used: ENAMETOOLONG.*Its path leads to no folder/,
  );
});

test('a folder in the place of an artifact, and a file in that of its folder', async () => {
  const path = join(root, hash.slice(0, 2));
  rmSync(join(path, hash));
  mkdirSync(join(path, hash));
  await expect(store.get(hash)).rejects.toThrow(`A folder stands in the place of artifact ${hash}`);
  await expect(store.put('evidence')).rejects.toThrow(/^The artifact folder .*EISDIR/);
  expect(readdirSync(path)).toEqual([hash]);
  rmSync(path, { recursive: true });
  writeFileSync(path, '');
  for (const name of ['put', 'get', 'has', 'files', 'remove', 'removeHalfWritten', 'sizes']) {
    if (name === 'put') await expect(store.put('evidence')).rejects.toThrow(/^The artifact folder .*ENOTDIR/);
    else await expect(ASKED[name]?.()).rejects.toThrow(/^The artifact folder .*ENOTDIR/);
  }
});

test.each([
  ['EROFS', /cannot be used: EROFS.*Mount it for writing/],
  ['ENOSPC', /is full \(\d+ bytes are free\): ENOSPC.*Make room/],
  ['EDQUOT', /has used up its quota: EDQUOT.*Make room/],
  ['EMFILE', /cannot be used: EMFILE.*ulimit -n/],
  ['ENFILE', /cannot be used: ENFILE.*ulimit -n/],
  ['EACCES', /cannot be used: EACCES.*Give the folder to the user of the worker/],
  ['EPERM', /cannot be used: EPERM.*Give the folder to the user of the worker/],
  ['ESTALE', /cannot be used: ESTALE.*its mount and the server behind it/],
  ['ETIMEDOUT', /cannot be used: ETIMEDOUT.*its mount and the server behind it/],
  ['EHOSTDOWN', /cannot be used: EHOSTDOWN.*its mount and the server behind it/],
  ['ENOTCONN', /cannot be used: ENOTCONN.*its mount and the server behind it/],
  ['EIO', /cannot be used: EIO.*Look at its disk or its mount/],
  ['EBUSY', /cannot be used: EBUSY.*Look at its disk or its mount/],
  ['EUCLEAN', /cannot be used: EUCLEAN.*Look at its disk or its mount/],
  ['EWHATEVER', /cannot be used: EWHATEVER.*Look at its disk or its mount/],
])('whatever the system says of it is said of the folder: %s', async (code, says) => {
  const raised = Object.assign(new Error(`${code}: as the system says, write`), { code });
  const told = ofFolder(root, () => Promise.reject(raised));
  await expect(told).rejects.toThrow(ArtifactsUnavailable);
  await expect(told).rejects.toThrow(says);
});
