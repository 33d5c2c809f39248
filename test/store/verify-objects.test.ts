import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createObjectArtifacts } from '../../store/objects/artifacts.ts';
import type { StoredReport } from '../../store/reports.ts';
import { verifyArchive } from '../../store/verify/verify.ts';
import { startObjectStore, type TestObjectStore } from '../support/object-store.ts';
import { createRetentionWorld, type RetentionWorld } from './retention-world.ts';

let store: TestObjectStore;
let world: RetentionWorld;
let old: StoredReport;
let young: StoredReport;

const keyOf = (hash: string): string => `kept/${hash.slice(0, 2)}/${hash}`;

beforeAll(async () => {
  store = await startObjectStore();
  world = await createRetentionWorld({
    artifacts: createObjectArtifacts(store.place, { pausesMs: [1, 1] }),
    age: (hash, at) => {
      const kept = store.objects.get(keyOf(hash));
      if (kept !== undefined) kept.putMs = at.getTime();
    },
  });
  old = await world.report('demo', 20);
  young = await world.report('demo', 5);
});
afterAll(async () => {
  await world.close();
  await store.stop();
});

const verified = () => {
  const { pool, artifacts } = world;
  return verifyArchive({ pool, artifacts, bot: null, printed: null, alive: () => undefined });
};

test('an archive in a bucket is whole', async () => {
  expect(await verified()).toMatchObject({ problem: null, checked: { reports: 2, artifacts: 8 } });
});

test.each<[string, (body: Buffer) => Buffer | null, RegExp]>([
  ['deleted', () => null, /is missing/],
  ['cut', (body) => body.subarray(0, body.length >> 1), /its bytes have another hash/],
  ['empty', () => Buffer.alloc(0), /its bytes have another hash/],
  ['longer', (body) => Buffer.concat([body, Buffer.from('.')]), /its bytes have another hash/],
  [
    'of another version',
    () => store.objects.get(keyOf(old.files['pdf']?.hash ?? ''))?.body ?? null,
    /its bytes have another hash/,
  ],
])('an object that is %s is named, of the oldest report first', async (_what, damage, why) => {
  for (const [report, name, hash] of [
    [young, 'pdf', young.files['pdf']?.hash ?? ''],
    [young, 'its evidence', young.evidenceHash],
    [old, 'the report itself', old.reportHash],
  ] as const) {
    const key = keyOf(hash);
    const kept = store.objects.get(key);
    if (kept === undefined) throw new Error(`no object ${key}`);
    const body = damage(kept.body);
    if (body === null) store.objects.delete(key);
    else store.objects.set(key, { ...kept, body });
    const { problem } = await verified();
    expect(problem?.what).toMatch(why);
    expect(problem?.what).toContain(name);
    expect(problem?.what).toContain(report.window.to.slice(0, 10).replaceAll('-', ''));
    store.objects.set(key, kept);
  }
  expect((await verified()).problem).toBeNull();
});

test('a bucket that does not answer is said to be away, and never told as damage', async () => {
  for (const fault of [{ status: 503 }, { status: 403, code: 'AccessDenied' }, 'drop'] as const) {
    store.fault = () => fault;
    await expect(verified()).rejects.toMatchObject({ name: 'ArtifactsUnavailable' });
  }
  store.fault = () => null;
  expect((await verified()).problem).toBeNull();
});
